"""Who sends much, without knowing anybody: networks under a salt of the process, in memory, forgotten within the hour.

Each thing that counts is a debt of some seconds, which time pays off. Several functions on AWS each keep their own.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address
from threading import Lock

MAX_SENDERS = 20_000
HOUR_SECONDS = 3600.0
IPV6_SITE_BYTES = 7
"""What a provider gives to one household: whoever has it has all addresses in it."""


class TokenBuckets:
    """What each sender owes, in seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, salt: bytes | None = None) -> None:
        self._monotonic = monotonic
        self._salt = salt or secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()
        """When each will owe nothing; whoever was added to last comes last."""
        self._lock = Lock()

    @property
    def known(self) -> int:
        """How many senders owe something."""
        return len(self._until)

    def seconds_owed(self, sender: str) -> float:
        """The seconds that a sender owes now; not more than 0 when nothing."""
        with self._lock:
            return self._until.get(self._hash_sender(sender), 0.0) - self._monotonic()

    def add(self, sender: str, seconds: float, max_seconds: float) -> bool:
        """Let a sender owe more; False, and nothing is added, when that would be more than `max_seconds`."""
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
        # From the oldest on, as far as they owe nothing: the work of an addition does not grow with what is known.
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
        network = network_of(sender)
        return (
            bool(max_per_hour)
            and network is not None
            and not self._buckets.add(network, HOUR_SECONDS / max_per_hour, HOUR_SECONDS)
        )


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
