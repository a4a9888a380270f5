"""Which wave an answer goes to, where one follows another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.core.study.intake import SWITCH_MARGIN, find_intake, list_past_waves
from boucle.core.study.model import Acceptance, Study
from support.api import EVERY_TYPE
from support.builders import make_study, make_wave
from support.following_waves import SPRING, SUMMER, make_following_study

STUDY = make_following_study()
NEXT_VERSION = replace(EVERY_TYPE, version="2.0.0")
LAST, FIRST = date(2026, 6, 30), date(2026, 7, 1)
END_OF_GRACE = date(2026, 7, 7)


def place(day: date, named: str | None = None, study: Study = STUDY) -> tuple[str, Acceptance]:
    intake = find_intake(study, EVERY_TYPE, day, named)
    assert intake is not None
    return intake.wave.id, intake.acceptance


@pytest.mark.parametrize(
    ("day", "named", "expected"),
    [
        (LAST, None, (SPRING, Acceptance.OPEN)),
        (FIRST, None, (SUMMER, Acceptance.OPEN)),
        (END_OF_GRACE, None, (SUMMER, Acceptance.OPEN)),
        (LAST, SPRING, (SPRING, Acceptance.OPEN)),
        (FIRST, SPRING, (SPRING, Acceptance.OPEN)),
        (END_OF_GRACE, SPRING, (SPRING, Acceptance.OPEN)),
        (END_OF_GRACE + timedelta(days=1), SPRING, (SUMMER, Acceptance.OVER)),
        (FIRST, SUMMER, (SUMMER, Acceptance.OPEN)),
        (LAST, SUMMER, (SUMMER, Acceptance.NOT_YET)),
        (FIRST, "no such wave", (SUMMER, Acceptance.OVER)),
        (date(2026, 10, 7), None, (SUMMER, Acceptance.OPEN)),
        (date(2026, 10, 8), None, (SUMMER, Acceptance.CLOSED)),
        (date(2026, 10, 8), SPRING, (SUMMER, Acceptance.CLOSED)),
        (date(2026, 10, 8), "no such wave", (SUMMER, Acceptance.CLOSED)),
        (date(2026, 2, 28), None, (SPRING, Acceptance.NOT_YET)),
    ],
)
def test_the_forms_wave_decides_and_what_names_none_goes_to_the_open_one(
    day: date, named: str | None, expected: tuple[str, Acceptance]
) -> None:
    assert place(day, named) == expected


def test_the_order_in_which_waves_are_written_does_not_matter() -> None:
    turned = replace(STUDY, waves=STUDY.waves[::-1])
    assert place(FIRST, study=turned) == (SUMMER, Acceptance.OPEN)


def test_where_nothing_opened_since_the_days_of_grace_serve_everybody() -> None:
    alone = replace(STUDY, waves=STUDY.waves[:1])
    assert place(END_OF_GRACE, study=alone) == (SPRING, Acceptance.OPEN)


def test_a_draft_that_went_on_in_the_form_of_another_version_goes_where_that_is_open() -> None:
    waves = (
        STUDY.waves[0],
        make_wave(("candidats", "2.0.0", "2026-07-01"), id=SUMMER, opens="2026-07-01", closes="2026-09-30"),
    )
    study = make_study(EVERY_TYPE, NEXT_VERSION, waves=waves)
    intake = find_intake(study, NEXT_VERSION, FIRST, SPRING)
    assert intake is not None
    assert (intake.wave.id, intake.acceptance) == (SUMMER, Acceptance.OPEN)
    assert place(FIRST, SPRING, study) == place(FIRST, None, study) == (SPRING, Acceptance.OPEN)


def test_a_version_that_no_wave_holds_has_no_intake() -> None:
    assert find_intake(STUDY, NEXT_VERSION, FIRST) is None


def others(day: date, named: str | None = None) -> tuple[list[str], bool]:
    intake = find_intake(STUDY, EVERY_TYPE, day, named)
    assert intake is not None
    return [wave.id for wave in intake.others.waves], intake.others.is_contested


@pytest.mark.parametrize(
    ("day", "unnamed", "of_a_form"),
    [
        (date(2026, 6, 29), ([], False), ([], False)),
        (LAST, ([SUMMER], True), ([SUMMER], True)),
        (FIRST, ([SPRING], True), ([SPRING], True)),
        (END_OF_GRACE + timedelta(days=1), ([SPRING], True), ([SPRING], True)),
        (END_OF_GRACE + timedelta(days=2), ([SPRING], False), ([], False)),
    ],
)
def test_a_submission_is_sought_in_every_wave_that_could_have_taken_it(
    day: date, unnamed: tuple[list[str], bool], of_a_form: tuple[list[str], bool]
) -> None:
    assert others(day) == unnamed
    assert others(day, place(day)[0]) == of_a_form


def test_what_has_expired_is_not_sought() -> None:
    gone = STUDY.expiry(STUDY.waves[0])
    assert [wave.id for wave in list_past_waves(STUDY, EVERY_TYPE, gone - timedelta(days=1))] == [SPRING, SUMMER]
    assert [wave.id for wave in list_past_waves(STUDY, EVERY_TYPE, gone)] == [SUMMER]


NAMED = st.sampled_from([None, SPRING, SUMMER])
DAYS = st.dates(date(2026, 2, 20), date(2026, 10, 20))


@given(DAYS, NAMED, NAMED, st.integers(-1, 1))
def test_of_two_at_once_that_go_to_two_waves_each_checks_the_other(
    day: date, first: str | None, second: str | None, skew: int
) -> None:
    """Whatever they name, and where two servers disagree by as much as a day."""
    intakes = [
        find_intake(STUDY, EVERY_TYPE, day, first),
        find_intake(STUDY, EVERY_TYPE, day + skew * SWITCH_MARGIN, second),
    ]
    taken = [intake for intake in intakes if intake and intake.acceptance is Acceptance.OPEN]
    if len({intake.wave.id for intake in taken}) == 2:
        for intake, other in (taken, taken[::-1]):
            assert other.wave in intake.others.waves
            assert intake.others.is_contested
