"""Submissions that come while others are being written are written together, on one thread, with one disk write.

When a batch is written is decided here, on the event loop, and nowhere else:

- somebody who is alone, on a quick disk, is written at once on the loop's own thread;
- otherwise a batch goes to the writer's thread as soon as it holds as many as sent something lately, or FULL_BATCH;
- or, before that, once nobody has come for BATCH_WINDOW_SECONDS;
- while a batch is being written, those who come wait for the next one, which starts when that one ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.entrypoints.server.timers import Timer, Timers, timers_or_loop
from boucle.submissions.submit import PreparedSubmission
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
"""A submission, and what its sender waits for."""


class WriteBatcher:
    """Puts submissions from an event loop; each is answered for after its own is durable, never before."""

    def __init__(self, store: BatchStore, timers: Timers | None = None, writer: Executor | None = None) -> None:
        """`timers` are the running loop's where None; the `writer`, one thread, must do one thing after the other."""
        self._store = store
        self._timers = timers
        self._writer = writer or ThreadPoolExecutor(1, "writer")
        self._waiting: list[PendingWrite] = []
        """Those who came since the last batch was sent to be written."""
        self._writing = False
        """Whether a batch is on the writer's thread; a write on the loop's own thread leaves no room for a question."""
        self._window: Timer | None = None
        """Ends the wait for others, while there is one."""
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
            with suppress(StoreUnavailable):  # another process is writing: wait for it elsewhere, not on the loop
                return self._time_write(
                    timers_or_loop(self._timers), partial(self._store.put_now, prepared.response, prepared.texts)
                )
        outcome: asyncio.Future[PutOutcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, outcome))
        if not self._writing:
            self._write_soon()
        return await outcome

    def close(self) -> None:
        """Take nothing more, and return when what is being written is written."""
        self._closed = True
        self._writer.shutdown()

    def _time_write(self, timers: Timers, write: Callable[[], T]) -> T:
        """What the store returns or raises; on whichever thread, so the loop's timers are handed over."""
        start = timers.time()
        try:
            return write()
        finally:
            self._last_write_seconds = timers.time() - start

    def _write_soon(self) -> None:
        """Now, unless others who are around may come in a moment, and share the write."""
        if len(self._waiting) >= min(self._recent_senders, FULL_BATCH):
            self._write_next()
        elif self._window is None:
            timers = timers_or_loop(self._timers)
            self._window = timers.call_at(
                timers.time() + BATCH_WINDOW_SECONDS, partial(self._end_window, len(self._waiting))
            )

    def _end_window(self, before: int) -> None:
        # As long as people keep coming, one window follows another, up to a full batch.
        self._window = None
        if len(self._waiting) > before:
            self._write_soon()
        else:
            self._write_next()

    def _write_next(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._window = None
        if self._closed:
            return  # the server stops: nobody who waits was told that anything is stored
        self._writing = True
        batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        put_all = partial(self._store.put_all, [(prepared.response, prepared.texts) for prepared, _ in batch])
        write = partial(self._time_write, timers_or_loop(self._timers), put_all)
        written = asyncio.get_running_loop().run_in_executor(self._writer, write)
        written.add_done_callback(partial(self._resolve_batch, batch))

    def _resolve_batch(
        self, batch: Sequence[PendingWrite], written: asyncio.Future[Sequence[PutOutcome | Exception]]
    ) -> None:
        # The next are on their way before these are told: the disk does not wait for the network.
        self._writing = False
        self._recent_senders = len(batch) + len(self._waiting)
        if self._waiting:
            self._write_soon()
        # The store fails as a whole, or for some only.
        error = written.exception()
        outcomes = [error] * len(batch) if error is not None else written.result()
        for (_, awaited), outcome in zip(batch, outcomes, strict=True):
            if awaited.done():
                continue  # whoever sent it went away; what is stored stays stored
            if isinstance(outcome, BaseException):
                awaited.set_exception(outcome)
            else:
                awaited.set_result(outcome)
