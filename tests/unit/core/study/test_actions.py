"""Actions: promises that get late by themselves, loop times, and changes told from chance."""

from __future__ import annotations

from datetime import date

import pytest

from boucle.core.release.compare import Verdict, difference
from boucle.core.release.estimates import Noise, share
from boucle.core.release.intervals import Estimated
from boucle.core.study.actions import Actions, Stage, loop_time, parse_actions


def action(**members: object) -> dict[str, object]:
    return {
        "id": "expliquer",
        "said": {"fr": "On ne savait pas."},
        "heard": "2026-02-10",
        "finding": {"questionnaire": "candidats", "wave": "2026", "question": "accompagne", "value": "no"},
        "team": "parcours",
        **members,
    }


def actions(*listed: dict[str, object]) -> Actions:
    return parse_actions({"format": 1, "teams": {"parcours": {"fr": "équipe"}}, "actions": list(listed)})


def make_decision(day: str = "2026-03-02", answer: str = "yes") -> dict[str, object]:
    return {"date": day, "answer": answer, "text": {"fr": "parce que"}}


def test_a_promise_is_late_from_the_day_after_the_one_it_was_made_for() -> None:
    [promised] = actions(action(decision=make_decision(), due="2026-06-30")).listed
    assert not promised.is_overdue(date(2026, 6, 30))
    assert promised.is_overdue(date(2026, 7, 1))


@pytest.mark.parametrize(
    ("members", "stage"),
    [
        ({}, Stage.HEARD),
        ({"decision": make_decision()}, Stage.DECIDED),
        ({"decision": make_decision(answer="no"), "due": "2026-03-03"}, Stage.REFUSED),
        (
            {"decision": make_decision(), "due": "2026-03-03", "shipped": {"date": "2026-06-01", "text": {}}},
            Stage.SHIPPED,
        ),
    ],
)
def test_only_what_was_promised_and_is_not_there_can_be_late(members: dict[str, object], stage: Stage) -> None:
    [one] = actions(action(**members)).listed
    assert one.stage is stage
    assert not one.is_overdue(date(2027, 1, 1))


def test_the_loop_takes_the_middle_of_what_each_action_took() -> None:
    listed = actions(
        action(decision=make_decision("2026-02-20"), shipped={"date": "2026-03-02", "text": {}}),
        action(decision=make_decision("2026-02-12")),
        action(decision=make_decision("2026-05-10", answer="no")),
        action(),
    ).listed
    time = loop_time(listed)
    assert (time.to_decide, time.to_ship) == (10, 10)


def test_a_loop_that_nobody_closed_has_no_time() -> None:
    time = loop_time(actions(action()).listed)
    assert (time.to_decide, time.to_ship) == (None, None)


def measure(count: int, base: int) -> Estimated:
    return share(count, base, Noise.of_cells(2, 1, 3))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((100, 400), (180, 400), Verdict.HIGHER),
        ((180, 400), (100, 400), Verdict.LOWER),
        ((100, 400), (110, 400), Verdict.CANNOT_TELL),
        ((10, 40), (18, 40), Verdict.CANNOT_TELL),
    ],
)
def test_a_change_is_said_only_when_its_interval_leaves_zero_out(
    before: tuple[int, int], after: tuple[int, int], verdict: Verdict
) -> None:
    found = difference(measure(*after), measure(*before))
    assert found.verdict is verdict
    assert found.value == pytest.approx(after[0] / after[1] - before[0] / before[1])
