"""Bodies that are still being sent: how many there are, and of whom, so that one slow sender keeps nobody out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class TooManyArriving(Exception):
    """No more bodies can be waited for: of anybody, or of this network."""


class ArrivingBodies:
    """Counts bodies while they arrive; each may fill 64 KB."""

    def __init__(self, max_in_all: int, max_of_one: int) -> None:
        self._max_in_all = max_in_all
        self._max_of_one = max_of_one
        self._by_sender: Counter[str] = Counter()
        self.count = 0
        """How many there are."""

    @contextmanager
    def hold(self, sender: str) -> Iterator[None]:
        """Count one of this network ("": this machine, which has no limit of its own). Raises TooManyArriving."""
        if self.count >= self._max_in_all or (sender and self._by_sender[sender] >= self._max_of_one):
            raise TooManyArriving
        self.count += 1
        self._by_sender[sender] += 1
        try:
            yield
        finally:
            self.count -= 1
            self._by_sender[sender] -= 1
            if not self._by_sender[sender]:
                del self._by_sender[sender]
