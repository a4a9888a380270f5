"""The embedded server's front over an installation in memory, and requests as granian hands them over."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boucle.core.ports import NewResponse, NewText, PutOutcome, StoreUnavailable
from boucle.entrypoints.server.asyncio_frontend import AsyncioFrontend
from boucle.entrypoints.server.write_batcher import WriteBatcher
from support.api import ORIGIN, ApiInstallation, address, make_submission
from support.turns import TurnExecutor, TurnTimers

HOST = ORIGIN.removeprefix("http://")


class Headers(dict[str, str]):
    """As granian gives them: lower-case names. Here, the lines of one header are parted by a line's end."""

    def get_all(self, name: str) -> list[str]:
        return self[name].splitlines() if name in self else []

    def get(self, name: str, default: Any = None) -> Any:
        return self.get_all(name)[0] if name in self else default

    def items(self) -> Any:
        return [(name, line) for name in self for line in self.get_all(name)]


@dataclass
class RsgiScope:
    method: str = "POST"
    path: str = address()
    headers: Headers = field(default_factory=Headers)
    query_string: str = ""
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:40000"
    scheme: str = "http"
    http_version: str = "1.1"


@dataclass
class RsgiProtocol:
    """One request on its way in, and the answer."""

    chunks: Sequence[bytes] = ()
    pause: float = 0.0
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    async def __call__(self) -> bytes:
        return b"".join([chunk async for chunk in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            await asyncio.sleep(self.pause)
            yield chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")


class FakeBatchStore:
    """A store that writes in batches, remembers them, and can be slow, away, taken by others, or broken for some."""

    def __init__(self, installation: ApiInstallation, timers: TurnTimers, seconds: float = 0.0) -> None:
        """Each write takes so many `seconds` of these timers, and none of anybody's clock."""
        self.installation = installation
        self.timers = timers
        self.seconds = seconds
        self.clock = 0.0
        """Goes on while something is written, by as long as that takes here: not by what the machine is busy with."""
        self.sizes: list[int] = []
        self.threads: list[int] = []
        """Which one wrote each batch."""
        self.away = False
        self.others_write = False

    def put_now(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        if self.others_write:
            raise StoreUnavailable("database is locked")
        [outcome] = self.put_all([(response, texts)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def put_all(self, many: Sequence[tuple[NewResponse, Sequence[NewText]]]) -> Sequence[PutOutcome | Exception]:
        self.sizes.append(len(many))
        self.threads.append(threading.get_ident())
        if self.away:
            raise StoreUnavailable("the disk is full")
        self.timers.now += self.seconds
        return [self._put(*one_put) for one_put in many]

    def _put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome | Exception:
        return ValueError("broken") if response.mode == "paper" else self.installation.store.put(response, texts)


class FrontHarness:
    """A front over an installation in memory, none of whose writes depends on how fast the machine is.

    On its writer's thread a write takes the loop some turns; with `threads`, it is done on a thread of its own, for
    tests that ask which one wrote.
    """

    def __init__(
        self,
        installation: ApiInstallation | None = None,
        *,
        seconds: float = 0.0,
        threads: bool = False,
        **options: Any,
    ) -> None:
        self.installation = installation or ApiInstallation()
        timers = TurnTimers()
        self.store = FakeBatchStore(self.installation, timers, seconds)
        batcher = WriteBatcher(self.store, timers, None if threads else TurnExecutor())
        self.front = AsyncioFrontend(
            self.installation.app.wsgi_app, self.installation.app.fast_path, batcher, **options
        )

    async def ask(
        self,
        body: bytes = b"",
        *,
        chunks: Sequence[bytes] = (),
        pause: float = 0.0,
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> RsgiProtocol:
        """The answer to a request; `fields` are those of its scope."""
        usual = {"host": HOST, "content-type": "application/json", "content-length": str(len(body))}
        protocol = RsgiProtocol(chunks or [body], pause)
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value}
        asked: Any = RsgiScope(headers=Headers(sent), **fields)
        answering: Any = protocol
        await self.front.__rsgi__(asked, answering)
        return protocol

    @property
    def stored(self) -> int:
        return len(self.installation.store.responses)


def encode_submission(**fields: Any) -> bytes:
    return json.dumps(make_submission(**fields)).encode()
