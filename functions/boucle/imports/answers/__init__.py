"""Answers that another tool collected: a CSV file and a mapping become submissions, by the API's own schemas.

Nothing here knows the command line, nor where answers are stored.
"""
