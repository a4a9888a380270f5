"""Clients that come when they come, whether the ones before were answered or not: each once, on its own connection."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from support.servers.closed_loop import encode_post


@dataclass
class Arrivals:
    """What became of those who came."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    """0: the connection broke."""
    receipts: list[str] = field(default_factory=list)
    wait_seconds: list[float] = field(default_factory=list)
    """Seconds from when each was due to its answer."""

    def percentile(self, share: float) -> float:
        ordered = sorted(self.wait_seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def arrive(port: int, address: str, bodies: Iterator[bytes], rate: int, seconds: float) -> Arrivals:
    """So many a second come for so long; every one is waited for."""
    return asyncio.run(_arrive(port, address, bodies, rate, seconds))


async def _arrive(port: int, address: str, bodies: Iterator[bytes], rate: int, seconds: float) -> Arrivals:
    came, start = Arrivals(), time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        due = start + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        task = asyncio.create_task(_ask(port, encode_post(address, next(bodies), Connection="close"), due, came))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    return came


async def _ask(port: int, request: bytes, due: float, came: Arrivals) -> None:
    came.sent += 1
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            writer.close()
    except (OSError, TimeoutError):
        head, body = b"", b""
    status = int(head[9:12] or 0)
    came.statuses[status] += 1
    came.wait_seconds.append(time.perf_counter() - due)
    if status == 201:
        came.receipts.append(json.loads(body)["receipt"])
