"""The gate: when waiting responses become a cohort. It looks at counts and the clock, never at an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from math import isqrt

SETTLING_DELAY = timedelta(minutes=15)
"""How long a day must have been over, so that what was being stored at midnight is stored."""

MIN_FIRST_COHORT = 30
MIN_COHORT = 20


class GateReason(Enum):
    """Why nothing is sealed now."""

    TOO_FEW = "too_few"
    ONCE_A_DAY = "once_a_day"
    UNTIL_CLOSE = "until_close"
    CLOSED = "closed"
    """The wave is over and too few are left: they will never be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the gate knows of a series, and what it decides."""

    through: date
    """The last day that is over."""
    pending: int
    """How many responses wait in days that are over."""
    needed: int
    """How many a cohort needs now."""
    reason: GateReason | None
    """Why not to seal, or None: seal."""

    @property
    def opens(self) -> bool:
        return self.reason is None

    @property
    def missing(self) -> int:
        """How many more responses the next cohort needs."""
        return max(0, self.needed - self.pending)


@dataclass(frozen=True, slots=True)
class PastSeals:
    """What is sealed already."""

    respondents: int = 0
    last: date | None = None
    """The date of the last seal."""


def gate(by_day: Mapping[date, int], sealed: PastSeals, *, now: datetime, last_day: date, mode: str) -> Gate:
    """Whether to seal now: `by_day` counts what waits, `last_day` is the wave's last with grace, `now` is UTC."""
    through = last_day_over(now)
    closed = through >= last_day
    pending = sum(count for day, count in by_day.items() if day <= through)
    needed = cohort_needs(sealed.respondents, closed=closed or mode == "close_only")
    reason = _find_reason(pending >= needed, sealed, now, closed, mode)
    return Gate(through=through, pending=pending, needed=needed, reason=reason)


def last_day_over(now: datetime) -> date:
    """The last day that has been over for at least 15 minutes."""
    return (now - SETTLING_DELAY).date() - timedelta(days=1)


def cohort_needs(respondents: int, *, closed: bool) -> int:
    """How many responses the next cohort needs after `respondents` sealed ones."""
    if closed:
        return MIN_COHORT
    if respondents == 0:
        return MIN_FIRST_COHORT
    # ceil(4 * sqrt(N)), in whole numbers.
    return max(MIN_COHORT, isqrt(16 * respondents - 1) + 1)


def _find_reason(enough: bool, sealed: PastSeals, now: datetime, closed: bool, mode: str) -> GateReason | None:
    if mode == "close_only" and not closed:
        return GateReason.UNTIL_CLOSE
    if sealed.last == now.date():
        return GateReason.ONCE_A_DAY
    if enough:
        return None
    return GateReason.CLOSED if closed else GateReason.TOO_FEW
