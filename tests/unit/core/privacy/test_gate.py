"""Promises of the gate: when responses become a cohort, from counts and the clock alone."""

import inspect
import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.core.privacy.gate import Gate, GateReason, PastSeals, cohort_needs, gate, last_day_over

MONDAY = date(2026, 1, 5)
TUESDAY_MORNING = datetime(2026, 1, 6, 9, tzinfo=UTC)
LAST_DAY = date(2026, 12, 31)


def decide(pending: int, sealed: int = 0, *, mode: str = "live", now: datetime = TUESDAY_MORNING) -> Gate:
    return gate({MONDAY: pending}, PastSeals(sealed, None), now=now, last_day=LAST_DAY, mode=mode)


@pytest.mark.parametrize(
    ("sealed", "needed"), [(0, 30), (1, 20), (25, 20), (26, 21), (100, 40), (101, 41), (582, 97), (10_000, 400)]
)
def test_a_cohort_needs_more_the_more_there_are(sealed: int, needed: int) -> None:
    assert decide(needed - 1, sealed).reason is GateReason.TOO_FEW
    assert decide(needed - 1, sealed).missing == 1
    assert decide(needed, sealed).opens
    assert decide(needed, sealed).missing == 0


@given(st.integers(1, 10**9))
def test_what_a_cohort_needs_is_four_times_the_square_root_rounded_up(sealed: int) -> None:
    needed = cohort_needs(sealed, closed=False)
    assert needed >= 20
    assert needed**2 >= 16 * sealed
    assert needed == 20 or (needed - 1) ** 2 < 16 * sealed
    assert math.isclose(max(20, 4 * math.sqrt(sealed)), needed, abs_tol=1)


@pytest.mark.parametrize(
    ("minutes", "over"), [(0, date(2026, 1, 4)), (14, date(2026, 1, 4)), (15, MONDAY), (24 * 60 + 14, MONDAY)]
)
def test_a_day_is_over_a_quarter_of_an_hour_after_midnight(minutes: int, over: date) -> None:
    midnight = datetime(2026, 1, 6, tzinfo=UTC)
    assert last_day_over(midnight + timedelta(minutes=minutes)) == over


def test_responses_of_a_day_that_is_not_over_do_not_count() -> None:
    today = TUESDAY_MORNING.date()
    decided = gate({MONDAY: 29, today: 500}, PastSeals(), now=TUESDAY_MORNING, last_day=LAST_DAY, mode="live")
    assert (decided.pending, decided.missing, decided.reason) == (29, 1, GateReason.TOO_FEW)
    assert decided.through == MONDAY


def test_a_series_is_sealed_once_a_day_at_most() -> None:
    sealed = PastSeals(50, TUESDAY_MORNING.date())
    decided = gate({MONDAY: 500}, sealed, now=TUESDAY_MORNING, last_day=LAST_DAY, mode="live")
    assert decided.reason is GateReason.ONCE_A_DAY


AFTER = datetime(2027, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("mode", ["live", "close_only"])
def test_at_the_close_of_the_wave_what_is_left_is_sealed_if_there_are_twenty(mode: str) -> None:
    assert decide(20, 400, now=AFTER, mode=mode).opens
    assert decide(19, 400, now=AFTER, mode=mode).reason is GateReason.CLOSED


def test_the_wave_is_open_until_its_last_day_is_over() -> None:
    assert decide(20, 400, now=datetime(2027, 1, 1, 0, 14, tzinfo=UTC)).reason is GateReason.TOO_FEW
    assert decide(20, 400, now=datetime(2027, 1, 1, 0, 15, tzinfo=UTC)).opens


def test_close_only_waits_for_the_close_however_many_there_are() -> None:
    assert decide(100_000, mode="close_only").reason is GateReason.UNTIL_CLOSE


@pytest.mark.parametrize(("mode", "needed"), [("live", 30), ("close_only", 20)])
def test_until_the_close_a_series_lacks_what_it_will_need_then(mode: str, needed: int) -> None:
    assert decide(5, mode=mode).needed == needed
    assert decide(5, mode=mode).missing == needed - 5


def test_the_gate_is_given_counts_and_the_clock_and_nothing_that_holds_an_answer() -> None:
    given_to_it = {name: str(parameter.annotation) for name, parameter in inspect.signature(gate).parameters.items()}
    assert given_to_it == {
        "by_day": "Mapping[date, int]",
        "sealed": "PastSeals",
        "now": "datetime",
        "last_day": "date",
        "mode": "str",
    }
