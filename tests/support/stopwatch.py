"""A clock of seconds that only a test moves."""

from __future__ import annotations


class Stopwatch:
    """A stopwatch in the test's hands."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
