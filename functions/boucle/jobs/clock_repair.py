"""Repair what a clock that was ahead has left, once it is right: days count again from today; nothing is rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from boucle.core.ports import Ledger, LedgerNote
from boucle.core.privacy.ledger import read_noted_chain
from boucle.core.study.model import Series


class DayRepairStore(Protocol):
    """What an operator may do after answers came, or were sealed, by a clock that was ahead."""

    def reopen_days(self, series: Series, today: date) -> int:
        """No day after `today` is the first open one any more; what waits in later days moves to it; how many."""


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """What was dated ahead in one series."""

    series: Series
    note: LedgerNote | None
    """Newly written beside the ledger; None where its last entry is not dated ahead, or is noted already."""
    moved: int
    """How many answers waited in days to come, and wait in today now."""

    def __str__(self) -> str:
        noted = f"after cohort {self.note.after}, days count again from {self.note.days_from}; " if self.note else ""
        return f"{self.series}: {noted}{self.moved} answers of days to come wait in today"


def repair_days(series: Series, *, store: DayRepairStore, ledger: Ledger, today: date) -> ClockRepair:
    """Note beside the ledger that its last entry is dated ahead, and bring back what waits in days to come.

    Said again, it changes nothing. Raises LedgerBroken.
    """
    chain = read_noted_chain(series, ledger)
    note = None
    if chain and (chain[-1].sealed_on > today or chain[-1].through >= today):
        note = LedgerNote(chain[-1].cohort, today)
        ledger.put_note(series, note)
    return ClockRepair(series, note, store.reopen_days(series, today))
