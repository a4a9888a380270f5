"""Submissions that come while others are being written are written together, on one thread, with one disk write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from boucle.core.ports import PutOutcome, StoreAway
from boucle.submissions.submission import Prepared
from boucle.web.ports import BatchDesk

MOST_AT_ONCE = 128
ENOUGH = 16
"""So many share a write that each pays little of it: the disk does not wait for more."""
A_MOMENT = 0.001
"""Where several come back, the next one is here sooner than that after the one before."""
QUICK = 0.004
"""A write that takes no longer may keep everybody waiting, pages too."""
T = TypeVar("T")
Asked = tuple[Prepared, "asyncio.Future[PutOutcome]"]


class Gathering:
    """Puts submissions from an event loop; each is answered for after its own is durable, never before."""

    def __init__(self, desk: BatchDesk) -> None:
        self._desk = desk
        self._writer = ThreadPoolExecutor(1, "writer")
        self._waiting: list[Asked] = []
        self._writing = False
        self._soon: asyncio.TimerHandle | None = None
        self._around = 1
        """How many sent something lately: whoever was just answered often sends again at once."""
        self._last_took = 0.0
        self._closed = False

    async def put(self, prepared: Prepared, *, alone: bool = False) -> PutOutcome:
        """What became of it; `alone` says that nobody else sends anything now.

        Raises StoreAway, and whatever the store raised for this one.
        """
        if self._closed:
            raise StoreAway("the server is stopping")
        if alone and self._around == 1 and self._last_took < QUICK:
            # Here on the loop's own thread: handing it over and back takes longer than a quick disk.
            with suppress(StoreAway):  # somebody else is writing: wait elsewhere
                return self._timed(partial(self._desk.put_now, prepared.response, prepared.texts))
        outcome: asyncio.Future[PutOutcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, outcome))
        if not self._writing:
            self._write_soon()
        return await outcome

    def close(self) -> None:
        """Take nothing more, and return when what is being written is written."""
        self._closed = True
        self._writer.shutdown()

    def _timed(self, write: Callable[[], T]) -> T:
        start = time.monotonic()
        try:
            return write()
        finally:
            self._last_took = time.monotonic() - start

    def _write_soon(self) -> None:
        """Now, unless others who are around may come in a moment, and share the write."""
        if len(self._waiting) >= min(self._around, ENOUGH):
            self._write_next()
        elif self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(A_MOMENT, self._look_again, len(self._waiting))

    def _look_again(self, before: int) -> None:
        self._soon = None
        if len(self._waiting) > before:
            self._write_soon()
        else:
            self._write_next()

    def _write_next(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._closed:
            return
        self._writing = True
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        write = partial(self._desk.put_all, [(prepared.response, prepared.texts) for prepared, _ in batch])
        written = asyncio.get_running_loop().run_in_executor(self._writer, self._timed, write)
        written.add_done_callback(partial(self._tell, batch))

    def _tell(self, batch: Sequence[Asked], written: asyncio.Future[Sequence[PutOutcome | Exception]]) -> None:
        # The next are on their way before these are told: the disk does not wait for the network.
        self._writing = False
        self._around = len(batch) + len(self._waiting)
        if self._waiting:
            self._write_soon()
        error = written.exception()
        outcomes = [error] * len(batch) if error is not None else written.result()
        for (_, asked), outcome in zip(batch, outcomes, strict=True):
            if asked.done():
                continue  # whoever asked went away; what is stored stays stored
            if isinstance(outcome, BaseException):
                asked.set_exception(outcome)
            else:
                asked.set_result(outcome)
