"""Submissions that come while others are being written are written together, on one thread, with one disk write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from boucle.core.ports import PutOutcome, StoreAway
from boucle.intake.submission import Prepared
from boucle.web.ports import BatchDesk

MOST_AT_ONCE = 128
A_MOMENT = 0.001
Asked = tuple[Prepared, "asyncio.Future[PutOutcome]"]


class Gathering:
    """Puts submissions from an event loop; each is answered for after its own is durable, never before."""

    def __init__(self, desk: BatchDesk) -> None:
        self._desk = desk
        self._writer = ThreadPoolExecutor(1, "writer")
        self._waiting: list[Asked] = []
        self._writing = False
        self._closed = False

    async def put(self, prepared: Prepared) -> PutOutcome:
        """What became of it. Raises StoreAway, and whatever the store raised for this one."""
        if self._closed:
            raise StoreAway("the server is stopping")
        outcome: asyncio.Future[PutOutcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, outcome))
        if not self._writing:
            self._write_next()
        return await outcome

    def close(self) -> None:
        """Take nothing more, and return when what is being written is written."""
        self._closed = True
        self._writer.shutdown()

    def _write_soon(self, just_written: int) -> None:
        """Now, unless most of those who are sending were just answered, and will share a write in a moment."""
        if len(self._waiting) >= just_written:
            self._write_next()
        else:
            self._writing = True
            asyncio.get_running_loop().call_later(A_MOMENT, self._write_next)

    def _write_next(self) -> None:
        if self._closed:
            return
        self._writing = True
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        work = [(prepared.response, prepared.texts) for prepared, _ in batch]
        written = asyncio.get_running_loop().run_in_executor(self._writer, self._desk.put_all, work)
        written.add_done_callback(partial(self._tell, batch))

    def _tell(self, batch: Sequence[Asked], written: asyncio.Future[Sequence[PutOutcome | Exception]]) -> None:
        # The next are on their way before these are told: the disk does not wait for the network.
        self._writing = False
        if self._waiting:
            self._write_soon(len(batch))
        error = written.exception()
        outcomes = [error] * len(batch) if error is not None else written.result()
        for (_, asked), outcome in zip(batch, outcomes, strict=True):
            if asked.done():
                continue  # whoever asked went away; what is stored stays stored
            if isinstance(outcome, BaseException):
                asked.set_exception(outcome)
            else:
                asked.set_result(outcome)
