"""Gives up on whoever sends too slowly: with one timer for all of them, where a timer for each costs more than its use.

What waits longest stands first, as everybody may take equally long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class BodyTimeout:
    """Waits so many seconds for each thing that is asked of it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadlines: dict[asyncio.Task[object], float] = {}
        """Whoever is waited for still."""
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, awaited: Awaitable[T]) -> T:
        """What is awaited. Raises TimeoutError when it does not come in time."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        if task is None:
            raise RuntimeError("only a task can be given up on")
        self._deadlines[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._give_up, loop)
        try:
            return await awaited
        except asyncio.CancelledError:
            if task in self._deadlines:
                raise  # somebody else cancelled it
            task.uncancel()
            raise TimeoutError from None
        finally:
            self._deadlines.pop(task, None)

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._deadlines:
            task, until = next(iter(self._deadlines.items()))
            if until > loop.time():
                self._timer = loop.call_at(until, self._give_up, loop)
                return
            del self._deadlines[task]
            task.cancel()
