"""The commands of moderators, run on their own machine: the keys of free texts, the desk, and how far two agree.

Nothing of this is reachable online.
"""
