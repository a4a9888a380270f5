"""Plays a campaign: retries, double posts, clients that leave or are slow; remembers every promise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from support.servers.closed_loop import encode_post

ACCEPTED_STATUSES = (200, 201)
PAUSE_SECONDS = (0.05, 0.2, 0.5, 1.0)


@dataclass
class Promises:
    """What the server said."""

    receipts: dict[bytes, str] = field(default_factory=dict)
    """By body: the receipt of each submission that was acknowledged."""
    sent: int = 0
    failed: int = 0
    """Answers of another kind than those which a client repeats."""
    come_back: int = 0
    broken: int = 0
    given_up: list[bytes] = field(default_factory=list)
    created: int = 0
    """How many answers were 201."""


@dataclass
class ClientCampaign:
    """Clients that each send one submission until it is acknowledged, `at_once` at a time."""

    port: int
    address: str
    seed: int
    at_once: int = 64
    attempts: int = 8
    promises: Promises = field(default_factory=Promises)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    def play(self, bodies: Iterator[bytes]) -> Promises:
        """Send them all, in a burst."""
        asyncio.run(self._play(bodies))
        return self.promises

    async def _play(self, bodies: Iterator[bytes]) -> None:
        await asyncio.gather(*(self._run_clients(bodies) for _ in range(self.at_once)))

    async def _run_clients(self, bodies: Iterator[bytes]) -> None:
        for body in bodies:
            await self._run_client(body)

    async def _run_client(self, body: bytes) -> None:
        behaviour = self.chance.random()
        if behaviour < 0.02:
            await self._leave(body, self.chance.random())
        if behaviour < 0.04:
            await asyncio.gather(self._ask(body), self._ask(body))
        for pause in [0.0, *PAUSE_SECONDS, *[1.0] * self.attempts][: self.attempts]:
            await asyncio.sleep(pause * self.chance.random())
            if await self._ask(body, slowly=0.04 < behaviour < 0.05):
                if 0.05 < behaviour < 0.07:
                    await self._ask(body)
                return
        self.promises.given_up.append(body)

    async def _leave(self, body: bytes, share: float) -> None:
        """Send a part, or all, and go without waiting."""
        request = encode_post(self.address, body)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(request[: int(len(request) * share * 1.2)])
            await writer.drain()
            writer.close()
        except OSError:
            self.promises.broken += 1

    async def _ask(self, body: bytes, *, slowly: bool = False) -> bool:
        """Send it once; whether it was acknowledged."""
        self.promises.sent += 1
        try:
            async with asyncio.timeout(30):
                status, answer = await self._exchange(encode_post(self.address, body, Connection="close"), slowly)
        except (OSError, EOFError, TimeoutError):
            self.promises.broken += 1
            return False
        if status not in ACCEPTED_STATUSES:
            self.promises.come_back += status in (429, 503)
            self.promises.failed += status not in (429, 503)
            return False
        self._remember(body, status, json.loads(answer)["receipt"])
        return True

    def _remember(self, body: bytes, status: int, receipt: str) -> None:
        self.promises.created += status == 201
        if self.promises.receipts.setdefault(body, receipt) != receipt:
            raise AssertionError("one submission got two receipts")

    async def _exchange(self, request: bytes, slowly: bool) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            half = len(request) // 2 if slowly else len(request)
            writer.write(request[:half])
            await writer.drain()
            if slowly:
                await asyncio.sleep(0.3)
                writer.write(request[half:])
            received = await reader.read()
        finally:
            writer.close()
        head, _, body = received.partition(b"\r\n\r\n")
        if not body:
            raise EOFError("the answer was cut off")
        return int(head[9:12]), body
