"""Gives up on whoever sends too slowly: one timer for all of them, since a timer for each costs more than its use.

What waits longest stands first, as everybody may take equally long: the one timer is always that of the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TypeVar

from boucle.entrypoints.server.timers import Timer, Timers, timers_or_loop

T = TypeVar("T")


class BodyTimeout:
    """Waits so many seconds for each thing that is awaited through it."""

    def __init__(self, seconds: float, timers: Timers | None = None) -> None:
        self._seconds = seconds
        self._timers = timers
        """None: those of the loop that waits."""
        self._deadlines: dict[asyncio.Task[object], float] = {}
        """When each task that still waits is given up on, the earliest first."""
        self._timer: Timer | None = None

    async def wait(self, awaited: Awaitable[T]) -> T:
        """What is awaited, and whatever it raises. Raises TimeoutError when it does not come in time."""
        task, timers = asyncio.current_task(), timers_or_loop(self._timers)
        if task is None:
            raise RuntimeError("only a task can be given up on")
        deadline = self._deadlines[task] = timers.time() + self._seconds
        if self._timer is None:
            self._timer = timers.call_at(deadline, partial(self._give_up, timers))
        try:
            return await awaited
        except asyncio.CancelledError:
            # `_give_up` takes a task out before it cancels it: who is still in was cancelled by somebody else.
            if task in self._deadlines:
                raise
            # The cancellation was ours, and ends here: without this, the task could not await anything any more.
            task.uncancel()
            raise TimeoutError from None
        finally:
            self._deadlines.pop(task, None)

    def _give_up(self, timers: Timers) -> None:
        self._timer = None
        while self._deadlines:
            task, deadline = next(iter(self._deadlines.items()))
            if deadline > timers.time():
                # Whom the timer was for may be served by now: it is set anew, for the first who still waits.
                self._timer = timers.call_at(deadline, partial(self._give_up, timers))
                return
            del self._deadlines[task]
            task.cancel()
