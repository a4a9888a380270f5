"""Slows down whoever tries codes that are none. It knows nobody: addresses are hashed under a salt of the process.

Nothing is kept beyond the process, nor longer than a wrong code takes to be forgiven.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from boucle.web.refusals import come_back_later

PATIENCE = 20
"""How many wrong codes somebody may try at once: people mistype, and families share a connection."""
FORGIVE_EVERY_SECONDS = 3.0
"""At this rate, guessing one code of 80 bits takes far longer than there is time."""
MOST_KNOWN = 10_000

Found = TypeVar("Found")


class Throttle:
    """Counts wrong codes by whoever sends them."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, salt: bytes | None = None) -> None:
        self._monotonic = monotonic
        self._salt = salt or secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()
        """When the last wrong code of each will be forgiven."""
        self._lock = Lock()

    def tried(self, address: str | None, look: Callable[[], Found]) -> Found:
        """What looking for a code finds; nothing is a wrong code. Raises Refused before looking: it tells nothing."""
        name = self._name(address)
        self._refuse_too_many(name)
        found = look()
        if not found:
            self._remember(name)
        return found

    def _refuse_too_many(self, name: bytes) -> None:
        with self._lock:
            owed = self._until.get(name, 0.0) - self._monotonic()
        excess = owed - (PATIENCE - 1) * FORGIVE_EVERY_SECONDS
        if excess > 0:
            raise come_back_later("too_many_codes", int(excess) + 1)

    def _remember(self, name: bytes) -> None:
        now = self._monotonic()
        with self._lock:
            self._until[name] = max(now, self._until.get(name, now)) + FORGIVE_EVERY_SECONDS
            self._until.move_to_end(name)
            self._forget(now)

    @property
    def known(self) -> int:
        """Of how many senders a wrong code is remembered."""
        return len(self._until)

    def _forget(self, now: float) -> None:
        for name in [each for each, until in self._until.items() if until <= now]:
            del self._until[name]
        while len(self._until) > MOST_KNOWN:
            self._until.popitem(last=False)

    def _name(self, address: str | None) -> bytes:
        return hashlib.blake2b((address or "").encode(), key=self._salt, digest_size=16).digest()
