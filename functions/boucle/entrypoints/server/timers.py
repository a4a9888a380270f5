"""What waits for a moment asks an event loop for the time, and to be called later; tests hand in their own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is due at some time."""

    def cancel(self) -> None:
        """Never make it; harmless when it was made."""


class Timers(Protocol):
    """The two things of an event loop that have to do with time, under the loop's own names."""

    def time(self) -> float:
        """The seconds since some moment in the past; they only grow."""

    def call_at(self, when: float, callback: Callable[[], object], /) -> Timer:
        """Call back on the loop's thread, once its time is `when`."""


def timers_or_loop(timers: Timers | None) -> Timers:
    """These timers, or the running loop's. Raises RuntimeError where there is neither."""
    return timers or asyncio.get_running_loop()
