"""What a run of the job has to know of its clock: whether to go on at all, and whether to delete what expired."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from boucle.jobs.seal import ClocksDisagree

MAX_DIFFERENCE = timedelta(minutes=10)


class ClockTrust(Protocol):
    """Whoever remembers what a machine's clock said before."""

    def confirm(self) -> bool:
        """Whether what expired may be deleted. Raises BoucleError where the clock may be wrong."""

    def end_run(self) -> None:
        """A run has ended, whatever it found."""


class UnrecordedClock:
    """A clock that nobody needs to remember: simulated, or compared with the store's own."""

    def confirm(self) -> bool:
        """It may be deleted by."""
        return True

    def end_run(self) -> None:
        """There is nothing to note."""


def refuse_other_clock(ours: datetime, theirs: datetime | None) -> None:
    """Raise ClocksDisagree where the store has a clock of its own, and it says another time."""
    if theirs is not None and abs(ours - theirs) > MAX_DIFFERENCE:
        raise ClocksDisagree(
            f"nothing was sealed, published or deleted: it is {ours:%Y-%m-%d %H:%M} (UTC) here and "
            f"{theirs:%Y-%m-%d %H:%M} at the store. Set this clock: the store's is the one that counts."
        )
