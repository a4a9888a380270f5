"""Who asks, without knowing anybody: one reader of what proxies say, and one key for all that a household has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address

IPV6_SITE_BYTES = 7
"""What a provider gives to one household: whoever has it has all addresses in it."""


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The proxies in front, each of which adds whom it saw to the end of a header."""

    count: int = 0
    """0: nobody is in front, and the header is whatever somebody sent."""
    header: str = "X-Forwarded-For"

    def find_sender(self, peer: str, lines: Sequence[str]) -> str:
        """The network that asks: `lines` are those of the header, `peer` is the other end of the connection.

        Only what the trusted proxies wrote is read. Where they wrote less than there are of them, somebody reached an
        inner one directly: the first of what there is was written by that one.
        """
        named = [name.strip() for line in lines for name in line.split(",")] if self.count else []
        return network_of(named[-min(self.count, len(named))] if named else peer)


NO_PROXIES = TrustedProxies()


def network_of(address: str) -> str:
    """What one household has: an IPv4 address, the first 56 bits of an IPv6 one; "" for this machine itself."""
    host = _strip_port(address)
    if ":" not in host:
        return "" if host.startswith("127.") else host
    try:
        parsed = IPv6Address(host.partition("%")[0])
    except ValueError:
        return host  # whatever it is that a proxy says, it names somebody
    if parsed.ipv4_mapped is not None:
        return network_of(str(parsed.ipv4_mapped))
    return "" if parsed.is_loopback else parsed.packed[:IPV6_SITE_BYTES].hex()


def _strip_port(address: str) -> str:
    """The address alone: some proxies write 192.0.2.1:80 and [2001:db8::1]:80."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
