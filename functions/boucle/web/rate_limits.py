"""Who sends too much, or tries too many codes, without knowing anybody: nothing is refused here because of an answer.

Networks (`trusted_proxies.network_of`) are remembered under a salt of the process, in memory, and forgotten within the
hour. Each thing that counts fills a bucket by some seconds, which time drains. Several functions on AWS each keep their
own buckets.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from boucle.web.errors import make_retry_later_error

MAX_SENDERS = 20_000
HOUR_SECONDS = 3600.0
FREE_ATTEMPTS = 20
"""How many wrong codes somebody may try at once: people mistype, and families share a connection."""
FORGIVE_SECONDS = 3.0
"""At this rate, guessing one code of 80 bits takes far longer than there is time."""
MAX_OWED_SECONDS = 10 * FREE_ATTEMPTS * FORGIVE_SECONDS

Found = TypeVar("Found")


class TokenBuckets:
    """How full each sender's bucket is, in seconds until it is empty."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, salt: bytes | None = None) -> None:
        self._monotonic = monotonic
        self._salt = salt or secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()
        """When each bucket will be empty, by hashed sender; whoever was added to last comes last."""
        self._lock = Lock()

    @property
    def known(self) -> int:
        """How many networks are remembered."""
        return len(self._until)

    def seconds_owed(self, sender: str) -> float:
        """The seconds until a sender's bucket is empty; 0 or less when it is."""
        with self._lock:
            return self._until.get(self._hash_sender(sender), 0.0) - self._monotonic()

    def add(self, sender: str, seconds: float, max_seconds: float) -> bool:
        """Fill a sender's bucket further; False, and nothing is added, when it would hold more than `max_seconds`."""
        name, now = self._hash_sender(sender), self._monotonic()
        with self._lock:
            until = max(now, self._until.get(name, now)) + seconds
            if until - now > max_seconds:
                return False
            self._until[name] = until
            self._until.move_to_end(name)
            self._forget(now)
            return True

    def take_back(self, sender: str, seconds: float) -> None:
        """Undo an addition, as far as time has not done so."""
        name = self._hash_sender(sender)
        with self._lock:
            if name in self._until:
                self._until[name] -= seconds

    def _forget(self, now: float) -> None:
        # From the oldest on, as far as they are empty: the work of an addition does not grow with what is known.
        while self._until:
            name, until = next(iter(self._until.items()))
            if until > now and len(self._until) <= MAX_SENDERS:
                return
            del self._until[name]

    def _hash_sender(self, sender: str) -> bytes:
        return hashlib.blake2b(sender.encode(), key=self._salt, digest_size=16).digest()


class VolumeDetector:
    """Knows when one network has sent so much within an hour that somebody should look before it counts."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._buckets = TokenBuckets(monotonic)

    def count(self, sender: str, max_per_hour: int) -> bool:
        """Count one more submission of this network ("": this machine, which has no limit).

        False, and it is not counted, where that would be more than `max_per_hour` (0: no limit).
        """
        if not max_per_hour or not sender:
            return True
        return self._buckets.add(sender, HOUR_SECONDS / max_per_hour, HOUR_SECONDS)

    def take_back(self, sender: str, max_per_hour: int) -> None:
        """Forget one that was counted."""
        if max_per_hour and sender:
            self._buckets.take_back(sender, HOUR_SECONDS / max_per_hour)


class Throttle:
    """Slows down whoever tries codes that are none, and never a right one: it is looked for first.

    80 bits need no lock. What is spared is the work of a program that tries for ever; it forgets in time.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._buckets = TokenBuckets(monotonic)

    def look_up(self, sender: str, find: Callable[[], Found]) -> Found:
        """What `find` returns, and whatever it raises; when it finds nothing, that was a wrong code.

        Raises HttpError when nothing was found, and too many codes of this network were wrong lately.
        """
        found = find()
        if not found:
            excess = self._buckets.seconds_owed(sender) - (FREE_ATTEMPTS - 1) * FORGIVE_SECONDS
            self._buckets.add(sender, FORGIVE_SECONDS, MAX_OWED_SECONDS)
            if excess > 0:
                raise make_retry_later_error("too_many_codes", int(excess) + 1)
        return found

    @property
    def known(self) -> int:
        """Of how many networks a wrong code is remembered."""
        return self._buckets.known
