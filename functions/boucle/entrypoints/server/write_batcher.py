"""Submissions that come while others are being written are written together, on one thread, with one disk write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.submissions.submission import PreparedSubmission
from boucle.web.ports import BatchStore

MAX_BATCH = 128
FULL_BATCH = 16
"""So many share a write that each pays little of it: the disk does not wait for more."""
BATCH_WINDOW_SECONDS = 0.001
"""Where several come back, the next one is here sooner than that after the one before."""
INLINE_WRITE_SECONDS = 0.004
"""A write that takes no longer may keep everybody waiting, pages too."""
T = TypeVar("T")
PendingWrite = tuple[PreparedSubmission, "asyncio.Future[PutOutcome]"]


class WriteBatcher:
    """Puts submissions from an event loop; each is answered for after its own is durable, never before."""

    def __init__(self, store: BatchStore, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` tells seconds, by which writes are timed."""
        self._store = store
        self._monotonic = monotonic
        self._writer = ThreadPoolExecutor(1, "writer")
        self._waiting: list[PendingWrite] = []
        self._writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._recent_senders = 1
        """How many sent something lately: whoever was just answered often sends again at once."""
        self._last_write_seconds = 0.0
        self._closed = False

    async def put(self, prepared: PreparedSubmission, *, alone: bool = False) -> PutOutcome:
        """What became of it; `alone` says that nobody else sends anything now.

        Raises StoreUnavailable, and whatever the store raised for this one.
        """
        if self._closed:
            raise StoreUnavailable("the server is stopping")
        if alone and self._recent_senders == 1 and self._last_write_seconds < INLINE_WRITE_SECONDS:
            # Here on the loop's own thread: handing it over and back takes longer than a quick disk.
            with suppress(StoreUnavailable):  # somebody else is writing: wait elsewhere
                return self._time_write(partial(self._store.put_now, prepared.response, prepared.texts))
        outcome: asyncio.Future[PutOutcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, outcome))
        if not self._writing:
            self._write_soon()
        return await outcome

    def close(self) -> None:
        """Take nothing more, and return when what is being written is written."""
        self._closed = True
        self._writer.shutdown()

    def _time_write(self, write: Callable[[], T]) -> T:
        start = self._monotonic()
        try:
            return write()
        finally:
            self._last_write_seconds = self._monotonic() - start

    def _write_soon(self) -> None:
        """Now, unless others who are around may come in a moment, and share the write."""
        if len(self._waiting) >= min(self._recent_senders, FULL_BATCH):
            self._write_next()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(
                BATCH_WINDOW_SECONDS, self._check_window, len(self._waiting)
            )

    def _check_window(self, before: int) -> None:
        self._timer = None
        if len(self._waiting) > before:
            self._write_soon()
        else:
            self._write_next()

    def _write_next(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        self._writing = True
        batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        write = partial(self._store.put_all, [(prepared.response, prepared.texts) for prepared, _ in batch])
        written = asyncio.get_running_loop().run_in_executor(self._writer, self._time_write, write)
        written.add_done_callback(partial(self._resolve_batch, batch))

    def _resolve_batch(
        self, batch: Sequence[PendingWrite], written: asyncio.Future[Sequence[PutOutcome | Exception]]
    ) -> None:
        # The next are on their way before these are told: the disk does not wait for the network.
        self._writing = False
        self._recent_senders = len(batch) + len(self._waiting)
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
