"""The one thing all errors meant for a person have in common."""


class BoucleError(Exception):
    """Something cannot be done; the message says what, where, and what to do. Never holds an answer."""
