"""Slows down whoever tries codes that are none. It knows nobody, and forgets as fast as wrong codes are forgiven."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from boucle.web.errors import make_retry_later_error
from boucle.web.rate_limits import TokenBuckets

FREE_ATTEMPTS = 20
"""How many wrong codes somebody may try at once: people mistype, and families share a connection."""
FORGIVE_SECONDS = 3.0
"""At this rate, guessing one code of 80 bits takes far longer than there is time."""
MAX_OWED_SECONDS = 10 * FREE_ATTEMPTS * FORGIVE_SECONDS

Found = TypeVar("Found")


class Throttle:
    """Counts wrong codes by whoever sends them."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._buckets = TokenBuckets(monotonic)

    def look_up(self, address: str | None, find: Callable[[], Found]) -> Found:
        """What looking for a code finds; nothing is a wrong code. Raises HttpError before looking: it tells nothing."""
        sender = address or ""
        excess = self._buckets.seconds_owed(sender) - (FREE_ATTEMPTS - 1) * FORGIVE_SECONDS
        if excess > 0:
            raise make_retry_later_error("too_many_codes", int(excess) + 1)
        found = find()
        if not found:
            self._buckets.add(sender, FORGIVE_SECONDS, MAX_OWED_SECONDS)
        return found

    @property
    def known(self) -> int:
        """Of how many senders a wrong code is remembered."""
        return self._buckets.known
