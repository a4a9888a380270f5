"""Whether this machine's clock can be believed: beside the time since it was switched on, and the last record.

A clock that is years ahead would delete answers and date cohorts for ever; one that went back would seal days twice.
The record holds a day, and when the machine was switched on: nothing about a person.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from boucle.core.errors import BoucleError
from boucle.core.ports import Clock

FORMAT = 1
MAX_STEP = timedelta(minutes=10)
"""Between the clock and the time since the machine was switched on. Both are kept right by the same small steps."""
MAX_SILENCE = timedelta(days=7)
"""Between the last record and the first run of a machine that was switched on since."""
BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class ClockDoubted(BoucleError):
    """The clock may be wrong: nothing may be sealed, published or deleted by it until somebody has looked."""


class BadClockRecord(BoucleError):
    """The file of the record holds none."""


class Uptime(NamedTuple):
    """How long the machine has been on, sleep included, and which of its starts that was."""

    boot: str
    elapsed: timedelta


PROCESS_BOOT = f"process {uuid4().hex}"
"""Where a machine does not number its starts, each process counts as one."""


def read_uptime() -> Uptime:
    """How long this machine has been on."""
    boot = BOOT_ID_FILE.read_text(encoding="ascii").strip() if BOOT_ID_FILE.exists() else PROCESS_BOOT
    # Linux stops its monotonic clock in sleep, and counts that in this one; others have only the first.
    kind = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Uptime(boot, timedelta(seconds=time.clock_gettime(kind)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRecord:
    """When the clock was last believed."""

    day: date
    boot: str | None = None
    """The start of the machine in which that was; None in a record made of a report of before."""
    switched_on: datetime | None = None
    """When that start was, by the clock that was believed."""
    jumped: bool = False
    """Somebody accepted a clock that had been doubted, and no run has ended since."""

    def to_json(self) -> str:
        """The record as its file holds it."""
        document = {
            "format": FORMAT,
            "day": self.day.isoformat(),
            "boot": self.boot,
            "switched_on": self.switched_on.isoformat(timespec="seconds") if self.switched_on else None,
            "jumped": self.jumped,
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, content: str) -> ClockRecord:
        """The record of a file. Raises ValueError, KeyError or TypeError."""
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise ValueError(document["format"])
        switched_on = document["switched_on"]
        return cls(
            day=date.fromisoformat(document["day"]),
            boot=document["boot"],
            switched_on=datetime.fromisoformat(switched_on) if switched_on else None,
            jumped=document["jumped"],
        )

    def estimate(self, uptime: Uptime) -> datetime | None:
        """What time it should be; None where the machine was switched on since."""
        return self.switched_on + uptime.elapsed if self.switched_on and self.boot == uptime.boot else None

    def find_doubt(self, now: datetime, uptime: Uptime) -> str | None:
        """Why a clock that says `now` may be wrong, with both times; None when it may be believed."""
        expected = self.estimate(uptime)
        if expected is not None:
            if abs(now - expected) <= MAX_STEP:
                return None
            side = "ahead of" if now > expected else "behind"
            return (
                f"this machine's clock says {now:%Y-%m-%d %H:%M} (UTC), {_describe_span(now - expected)} {side} "
                f"{expected:%Y-%m-%d %H:%M}, which it should be by the time since the machine was switched on"
            )
        days = (now.date() - self.day).days
        if 0 <= days <= MAX_SILENCE.days:
            return None
        side = "after" if days > 0 else "before"
        return (
            f"this machine's clock says {now:%Y-%m-%d %H:%M} (UTC), {abs(days)} days {side} {self.day}, "
            "the last day on which it was known to be right"
        )


def _describe_span(span: timedelta) -> str:
    minutes = abs(span) // timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockGuard:
    """Keeps the record of one home, and judges its clock."""

    file: Path
    clock: Clock
    read_last_run: Callable[[], date | None]
    """The day of the job's last report: the record of a home that was made before there was one."""
    read_uptime: Callable[[], Uptime] = read_uptime

    def find_doubt(self) -> str | None:
        """Why the clock may be wrong; None when it may be believed, or nothing is known yet. Writes nothing."""
        record = self._read()
        return record.find_doubt(self.clock.now(), self.read_uptime()) if record else None

    def confirm(self) -> bool:
        """Record that the clock is believed; whether what expired may be deleted. Raises ClockDoubted."""
        record, now, uptime = self._read(), self.clock.now(), self.read_uptime()
        if record is None:
            self._write(_make_record(now, uptime))
            return True
        doubt = record.find_doubt(now, uptime)
        if doubt is not None:
            self._write(record)
            raise ClockDoubted(
                f"nothing was sealed, published or deleted: {doubt}. Set the clock; if it is right, say so with: "
                "boucle clock accept"
            )
        # In one start of the machine the comparison stays with the first clock: small steps never add up unseen.
        kept = replace(record, day=now.date()) if record.boot == uptime.boot else _make_record(now, uptime)
        self._write(replace(kept, jumped=record.jumped))
        return not record.jumped

    def accept(self) -> None:
        """From now on the clock is believed; the next run deletes nothing."""
        self._write(replace(_make_record(self.clock.now(), self.read_uptime()), jumped=True))

    def end_run(self) -> None:
        """A run has ended: the next one may delete."""
        record = self._read()
        if record is not None and record.jumped:
            self._write(replace(record, jumped=False))

    def _read(self) -> ClockRecord | None:
        try:
            return ClockRecord.from_json(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            day = self.read_last_run()
            return ClockRecord(day=day) if day else None
        except (ValueError, KeyError, TypeError):
            raise BadClockRecord(
                f"{self.file} is damaged: see that this machine's clock is right, remove the file, and run it again"
            ) from None

    def _write(self, record: ClockRecord) -> None:
        content = record.to_json()
        if not self.file.exists() or self.file.read_text(encoding="utf-8") != content:
            beside = self.file.with_suffix(f".{os.getpid()}")
            beside.write_text(content, encoding="utf-8")
            beside.replace(self.file)


def _make_record(now: datetime, uptime: Uptime) -> ClockRecord:
    return ClockRecord(day=now.date(), boot=uptime.boot, switched_on=(now - uptime.elapsed).astimezone(UTC))
