"""Clocks: the real one, and the demonstration's, whose days pass only when somebody says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from boucle.core.errors import BoucleError

NOON = time(12, tzinfo=UTC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC)


class ClockGoesBack(BoucleError):
    """A simulated clock only moves forward."""


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """A clock kept in a file: always noon, on a day that moves forward by hand."""

    file: Path

    @classmethod
    def start(cls, file: Path, first_day: date) -> SimulatedClock:
        """The clock in that file, started on `first_day` if it never was."""
        clock = cls(file)
        if not file.exists():
            clock._write(first_day, first_day)
        return clock

    def now(self) -> datetime:
        """Noon of the simulated day, in UTC."""
        return datetime.combine(self.today(), NOON)

    def today(self) -> date:
        """The simulated day, read anew: another process may have moved it."""
        return date.fromisoformat(self._read()["today"])

    def first_day(self) -> date:
        """The day on which it was started."""
        return date.fromisoformat(self._read()["first_day"])

    def set_day(self, day: date) -> None:
        """Move forward to that day; raises ClockGoesBack for an earlier one."""
        if day < self.today():
            raise ClockGoesBack(f"the simulated day is {self.today()}; it cannot go back to {day}")
        self._write(self.first_day(), day)

    def advance(self) -> date:
        """Let one day pass; the new day."""
        self.set_day(self.today() + timedelta(days=1))
        return self.today()

    def _read(self) -> dict[str, str]:
        days: dict[str, str] = json.loads(self.file.read_text(encoding="utf-8"))
        return days

    def _write(self, first_day: date, today: date) -> None:
        # Written beside and renamed, so that a server reading at that moment never sees half a file.
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps({"first_day": str(first_day), "today": str(today)}), encoding="utf-8")
        beside.replace(self.file)
