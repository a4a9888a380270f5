"""What an author sees before anybody answers: the form as it will be, and the results that it will give.

Everything is the real thing, on invented answers and a store in memory. Nothing here is published or kept.
"""
