"""A client that keeps so many requests under way on kept-open connections, and times each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Burst:
    """What came back."""

    connections: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    """Those of answers 200 and 201."""

    @property
    def accepted(self) -> int:
        return self.statuses[200] + self.statuses[201] + self.statuses[302]

    @property
    def rate(self) -> float:
        return self.accepted / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _ClientConnection(asyncio.Protocol):
    """One connection: sends a request when the answer to the one before is whole."""

    def __init__(self, requests: Iterator[bytes], burst: Burst, until: float) -> None:
        self.requests = requests
        self.burst = burst
        self.until = until
        self.received = b""
        self.sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.sent_at = time.perf_counter()
        if self.sent_at >= self.until:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(HEAD_END)
        if end and _is_whole(head, body):
            self.burst.latencies.append(time.perf_counter() - self.sent_at)
            status = int(head[9:12])
            self.burst.statuses[status] += 1
            if status in {200, 201}:
                self.burst.bodies.append(body)
            self.received = b""
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or self.received:
            self.burst.statuses[0] += 1
        if not self.done.done():
            self.done.set_result(None)


def _is_whole(head: bytes, body: bytes) -> bool:
    lower = head.lower()
    _, named, after = lower.partition(b"content-length:")
    if named:
        return len(body) >= int(after.split(b"\r\n", 1)[0])
    return b"chunked" not in lower or body.endswith(LAST_CHUNK)


def send_burst(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Burst:
    """Ask for so long on so many connections; every request that was sent is waited for."""
    return asyncio.run(_send_burst(port, requests, connections, seconds))


async def _send_burst(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Burst:
    came = Burst(connections)
    start = time.perf_counter()
    loop = asyncio.get_running_loop()
    askers: list[_ClientConnection] = []
    for _ in range(connections):
        _, asker = await loop.create_connection(
            lambda: _ClientConnection(requests, came, start + seconds), "127.0.0.1", port
        )
        askers.append(asker)
    await asyncio.gather(*(asker.done for asker in askers))
    came.seconds = time.perf_counter() - start
    return came


def encode_post(address: str, body: bytes, mimetype: str = "application/json", **headers: str) -> bytes:
    """A request as it goes over the wire."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {mimetype}\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n"
    ).encode() + body
