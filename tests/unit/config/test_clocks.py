"""The demonstration's clock: kept, forward only."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from boucle.config.clocks import ClockGoesBack, SimulatedClock


@pytest.fixture
def clock(tmp_path: Path) -> SimulatedClock:
    return SimulatedClock.start(tmp_path / "clock.json", date(2026, 2, 1))


def test_a_simulated_day_is_always_at_noon(clock: SimulatedClock) -> None:
    assert clock.now() == datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_days_pass_one_by_one_and_are_kept(clock: SimulatedClock) -> None:
    clock.advance()
    assert SimulatedClock(clock.file).today() == date(2026, 2, 2)


def test_a_clock_started_again_stays_where_it_was(clock: SimulatedClock) -> None:
    clock.advance()
    again = SimulatedClock.start(clock.file, date(2030, 1, 1))
    assert (again.first_day(), again.today()) == (date(2026, 2, 1), date(2026, 2, 2))


def test_a_simulated_clock_never_goes_back(clock: SimulatedClock) -> None:
    with pytest.raises(ClockGoesBack, match="the simulated day is 2026-02-01"):
        clock.set_day(date(2026, 1, 31))
