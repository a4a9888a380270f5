"""Slows down whoever tries codes that are none. It knows nobody, and forgets as fast as wrong codes are forgiven."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from boucle.web.errors import come_back_later
from boucle.web.senders import Debts

PATIENCE = 20
"""How many wrong codes somebody may try at once: people mistype, and families share a connection."""
FORGIVE_EVERY_SECONDS = 3.0
"""At this rate, guessing one code of 80 bits takes far longer than there is time."""
MOST_OWED = 10 * PATIENCE * FORGIVE_EVERY_SECONDS

Found = TypeVar("Found")


class Throttle:
    """Counts wrong codes by whoever sends them."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._debts = Debts(monotonic)

    def tried(self, address: str | None, look: Callable[[], Found]) -> Found:
        """What looking for a code finds; nothing is a wrong code. Raises Refused before looking: it tells nothing."""
        sender = address or ""
        excess = self._debts.owed(sender) - (PATIENCE - 1) * FORGIVE_EVERY_SECONDS
        if excess > 0:
            raise come_back_later("too_many_codes", int(excess) + 1)
        found = look()
        if not found:
            self._debts.add(sender, FORGIVE_EVERY_SECONDS, MOST_OWED)
        return found

    @property
    def known(self) -> int:
        """Of how many senders a wrong code is remembered."""
        return self._debts.known
