"""What a clock is compared with before anything is sealed or deleted by it. A real one is moved in tests/faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.config.clock_guard import BadClockRecord, ClockDoubted, ClockGuard, ClockRecord, Uptime, read_uptime

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@dataclass
class Machine:
    """A machine whose clock can be set, and which can be switched off."""

    file: Path
    wall: datetime = NOON
    boot: int = 1
    elapsed: timedelta = timedelta(hours=5)
    last_run: date | None = None
    guard: ClockGuard = field(init=False)

    def __post_init__(self) -> None:
        self.guard = ClockGuard(
            file=self.file,
            clock=self,
            read_last_run=lambda: self.last_run,
            read_uptime=lambda: Uptime(f"boot {self.boot}", self.elapsed),
        )

    def now(self) -> datetime:
        return self.wall

    def wait(self, span: timedelta) -> None:
        self.wall += span
        self.elapsed += span

    def set_clock(self, step: timedelta) -> None:
        self.wall += step

    def switch_off(self, span: timedelta) -> None:
        self.wall += span
        self.boot, self.elapsed = self.boot + 1, timedelta(seconds=20)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "clock-record.json")
    assert machine.guard.confirm()
    yield machine
    assert [file.name for file in tmp_path.iterdir()] == ["clock-record.json"]


def test_a_clock_that_runs_is_believed_however_long(machine: Machine) -> None:
    for _ in range(40):
        machine.wait(timedelta(days=9))
        assert machine.guard.confirm()


@pytest.mark.parametrize("step", [timedelta(minutes=11), timedelta(days=2), timedelta(days=4383), -timedelta(hours=1)])
def test_a_clock_that_is_set_while_the_machine_runs_is_doubted_until_somebody_accepts_it(
    machine: Machine, step: timedelta
) -> None:
    machine.wait(timedelta(days=3))
    expected = machine.wall
    machine.set_clock(step)
    for _ in range(3):
        machine.wait(timedelta(minutes=15))
        with pytest.raises(ClockDoubted) as doubted:
            machine.guard.confirm()
        assert f"{machine.wall:%Y-%m-%d %H:%M}" in str(doubted.value)
        assert f"{expected + timedelta(minutes=15):%Y-%m-%d}" in str(doubted.value)
        assert "boucle clock accept" in str(doubted.value)
        expected += timedelta(minutes=15)
    machine.guard.accept()
    assert not machine.guard.confirm(), "the first run after it deletes nothing"
    assert not machine.guard.confirm(), "nor does it where it was stopped before its end"
    machine.guard.end_run()
    assert machine.guard.confirm()


def test_a_clock_that_is_set_right_again_needs_nobody(machine: Machine) -> None:
    machine.set_clock(timedelta(days=4383))
    with pytest.raises(ClockDoubted):
        machine.guard.confirm()
    machine.set_clock(-timedelta(days=4383))
    assert machine.guard.confirm()


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=60))
def test_small_steps_never_add_up_unseen(steps: list[int]) -> None:
    record = ClockRecord(day=NOON.date(), boot="1", switched_on=NOON - timedelta(hours=1))
    moved = timedelta()
    for step in steps:
        moved += timedelta(minutes=step)
        doubted = record.find_doubt(NOON + moved, Uptime("1", timedelta(hours=1)))
        assert bool(doubted) == (abs(moved) > timedelta(minutes=10))


@pytest.mark.parametrize(("days", "doubted"), [(0, False), (7, False), (8, True), (4383, True), (-1, True)])
def test_after_a_start_a_week_may_have_passed_and_no_more(machine: Machine, days: int, doubted: bool) -> None:
    machine.switch_off(timedelta(days=days))
    assert bool(machine.guard.find_doubt()) == doubted
    if doubted:
        with pytest.raises(ClockDoubted, match=f"{abs(days)} days {'after' if days > 0 else 'before'} 2026-11-30"):
            machine.guard.confirm()
        machine.guard.accept()
    assert machine.guard.confirm() == (not doubted)
    machine.set_clock(timedelta(minutes=11))
    assert machine.guard.find_doubt(), "the new start of the machine counts from now on"


def test_a_home_of_before_is_measured_by_its_last_report(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "clock-record.json", last_run=date(2026, 11, 25))
    assert machine.guard.find_doubt() is None
    machine.set_clock(timedelta(days=4383))
    with pytest.raises(ClockDoubted, match="2026-11-25"):
        machine.guard.confirm()
    # The report of the run that was refused is of the wrong day.
    machine.last_run = machine.wall.date()
    with pytest.raises(ClockDoubted, match="2026-11-25"):
        machine.guard.confirm()


def test_a_new_home_has_nothing_to_doubt(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "clock-record.json")
    assert machine.guard.find_doubt() is None
    machine.guard.end_run()
    assert not machine.file.exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "day": 7}'])
def test_a_damaged_record_is_said(machine: Machine, content: str) -> None:
    machine.file.write_text(content, "utf-8")
    with pytest.raises(BadClockRecord, match="damaged"):
        machine.guard.confirm()
    machine.guard.accept()
    assert not machine.guard.confirm()


def test_this_machine_says_how_long_it_has_been_on() -> None:
    first, second = read_uptime(), read_uptime()
    assert first.boot == second.boot
    assert timedelta() < first.elapsed <= second.elapsed
