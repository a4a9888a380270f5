"""Who sends too much, or tries too many codes, without knowing anybody: nothing is refused here because of an answer.

Connections are remembered under a salt of the process, in memory, and forgotten within the hour. Each thing that
counts fills a bucket by some seconds, which time drains. Several functions on AWS each keep their own buckets.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address
from threading import Lock
from typing import TypeVar

from boucle.web.errors import make_retry_later_error

MAX_SENDERS = 20_000
HOUR_SECONDS = 3600.0
IPV6_SITE_BYTES = 7
"""What a provider gives to one household: whoever has it has all addresses in it."""


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
        """How many connections are remembered."""
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
    """Knows when one connection has sent so much within an hour that somebody should look before it counts."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._buckets = TokenBuckets(monotonic)

    def is_large(self, sender: str, max_per_hour: int) -> bool:
        """Count one more submission; whether that is more than `max_per_hour` (0: never) from this connection."""
        if not max_per_hour or (network := network_of(sender)) is None:
            return False
        return not self._buckets.add(network, HOUR_SECONDS / max_per_hour, HOUR_SECONDS)


class Throttle:
    """Slows down whoever tries codes that are none; it forgets as fast as wrong codes are forgiven."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._buckets = TokenBuckets(monotonic)

    def look_up(self, address: str | None, find: Callable[[], Found]) -> Found:
        """What `find` returns, and whatever it raises; when it finds nothing, that was a wrong code.

        Raises HttpError when too many were wrong lately, before looking: the refusal tells nothing of this code.
        """
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
        """Of how many connections a wrong code is remembered."""
        return self._buckets.known


def sender_of(peer: str, forwarded: str | None) -> str:
    """Who asks: whom the nearest proxy names, where one is trusted, else the other end of the connection."""
    return forwarded.rpartition(",")[2].strip() if forwarded else peer


def network_of(sender: str) -> str | None:
    """What one household has: an IPv4 address, the first 56 bits of an IPv6 one; None for this machine itself."""
    if ":" not in sender:
        return None if not sender or sender.startswith("127.") else sender
    if sender.count(":") == 1:  # an IPv4 address and its port, as some proxies write it
        return network_of(sender.partition(":")[0])
    try:
        address = IPv6Address(sender.partition("%")[0])
    except ValueError:
        return sender  # whatever it is that a proxy says, it names somebody
    if address.ipv4_mapped is not None:
        return network_of(str(address.ipv4_mapped))
    return None if address.is_loopback else address.packed[:IPV6_SITE_BYTES].hex()
