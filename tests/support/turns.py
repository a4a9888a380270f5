"""Time counted in turns of the event loop instead of seconds: a test of who comes before whom ends alike anywhere.

A task that can run does so within a turn or a few; so what happens "after a moment" happens after more turns than that,
however slow the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

MOMENT_TURNS = 50
"""How long a timer takes to be due; whoever was woken up has come back by then."""
WORK_TURNS = 200
"""How long work takes that is done elsewhere."""


class Countdown:
    """A call that is made after so many turns of the running loop, unless it is cancelled before."""

    def __init__(self, turns: int, callback: Callable[[], object]) -> None:
        self._turns = turns
        self._callback = callback
        self._cancelled = False
        self._count()

    def cancel(self) -> None:
        self._cancelled = True

    def _count(self) -> None:
        if self._cancelled:
            return
        if not self._turns:
            self._callback()
            return
        self._turns -= 1
        asyncio.get_running_loop().call_soon(self._count)


class TurnTimers:
    """Timers whose clock stands until a test, or a store that plays slow, moves it; what waits is due in a moment."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> Countdown:
        return Countdown(MOMENT_TURNS, callback)


class ManualTimers:
    """Timers in the test's hands: nothing is due before `advance`."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, ManualTimer]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> ManualTimer:
        timer = ManualTimer(callback)
        self._due.append((when, timer))
        return timer

    async def advance(self, seconds: float) -> None:
        """Let time pass, make every call that is due, and let whoever was woken up run."""
        self.now += seconds
        while due := [entry for entry in self._due if entry[0] <= self.now]:
            for entry in due:
                self._due.remove(entry)
                entry[1].fire()
        await let_others_run()


class ManualTimer:
    """One call of such timers."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self._callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def fire(self) -> None:
        if self._callback is not None:
            self._callback()


async def let_others_run() -> None:
    """Return when whoever can run has run."""
    for _ in range(MOMENT_TURNS):
        await asyncio.sleep(0)


class TurnExecutor(Executor):
    """Does its work on the loop's thread, some turns after it was given, one thing after the other."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()

        def do() -> None:
            try:
                done.set_result(work(*arguments, **named))
            except Exception as error:
                done.set_exception(error)

        Countdown(WORK_TURNS, do)
        return done
