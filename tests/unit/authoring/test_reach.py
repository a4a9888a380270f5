"""What lint claims of conditions, against every answer that can be given."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.authoring.lint.reach import Reach
from boucle.authoring.lint.spread import Spread
from boucle.authoring.lint.walk import MAX_STATES
from boucle.core.questionnaire.conditions import (
    And,
    Answered,
    Compare,
    Condition,
    Equals,
    In,
    Includes,
    Not,
    Or,
    Truth,
    holds,
)
from boucle.core.questionnaire.model import Date, Multiple, Number, Questionnaire, Ranking
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.values import Answer
from support.builders import (
    make_choices,
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_text,
    make_yes_no,
)

BLOCKS = Multiple(
    id="blocks", label=make_text("?"), choices=make_choices("bus", "time", "none", exclusive="none"), max_choices=2
)

TESTS = st.sampled_from(
    [
        Equals("helped", "yes"),
        Equals("city", "a"),
        In("city", ("a", "b")),
        Includes("blocks", "bus"),
        Includes("blocks", "none"),
        Compare("mark", ">=", 2),
        Equals("mark", 1),
        Answered("city"),
        Answered("helped"),
        Answered("mark"),
    ]
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda conditions: And(tuple(conditions)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda conditions: Or(tuple(conditions)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)


def make_routed(on_city: Condition | None) -> Questionnaire:
    """Four questions, the second for some people only."""
    return make_questionnaire(
        make_yes_no("helped", required=True),
        make_rating("mark", 0, 3, relevant=Equals("helped", "yes")),
        make_single("city", "a", "b", "c", relevant=on_city),
        BLOCKS,
    )


def answers() -> list[dict[str, Answer]]:
    """Everything that can be answered, valid by itself; whether it is asked is the path's business."""
    some = chain.from_iterable(combinations(("bus", "time"), size) for size in (1, 2))
    possible: dict[str, list[Answer | None]] = {
        "helped": ["yes", "no"],
        "mark": [None, 0, 1, 2, 3],
        "city": [None, "a", "b", "c"],
        "blocks": [None, *some, ("none",)],
    }
    every = (dict(zip(possible, combination, strict=True)) for combination in product(*possible.values()))
    return [{id: answer for id, answer in full_answers.items() if answer is not None} for full_answers in every]


EARLY = st.sampled_from([None, Equals("mark", 1), Not(Answered("mark")), Equals("helped", "no")])


@settings(max_examples=150, deadline=None)
@given(EARLY, CONDITIONS)
def test_never_and_always_are_said_exactly_when_every_answer_agrees(
    on_city: Condition | None, asked: Condition
) -> None:
    whole = make_routed(on_city)
    verdicts = {holds(asked, path(whole, possible_answers).answers) for possible_answers in answers()}
    expected = Truth.MAYBE if len(verdicts) == 2 else Truth.of(verdicts == {True})
    assert Reach(_with_condition(whole, asked)).truth(asked) is expected


def _with_condition(whole: Questionnaire, asked: Condition) -> Questionnaire:
    section = whole.sections[0]
    last = make_yes_no("last", relevant=asked)
    return make_questionnaire(*section.blocks, last)


def test_numbers_and_days_are_tried_on_both_sides_of_each_limit() -> None:
    kids = Number(id="kids", label=make_text("?"), minimum=0, maximum=9, bins=(0, 3))
    since = Date(id="since", label=make_text("?"), minimum="2020-01-01", maximum="2026-12-31", bins=("2020-01-01",))

    def verdict(condition: Condition) -> Truth:
        return Reach(make_questionnaire(kids, since, make_yes_no("last", relevant=condition))).truth(condition)

    assert verdict(And((Compare("kids", ">", 3), Compare("kids", "<", 5)))) is Truth.MAYBE
    assert verdict(And((Compare("kids", ">", 3), Compare("kids", "<", 4)))) is Truth.NO
    assert verdict(Or((Compare("kids", ">=", 0), Not(Answered("kids"))))) is Truth.YES
    before, after = Compare("since", "<", "2024-01-02"), Compare("since", ">", "2024-01-01")
    assert verdict(And((before, after))) is Truth.NO
    assert verdict(Compare("since", "<", "2019-01-01")) is Truth.NO


def test_with_too_many_cases_nothing_is_claimed_that_may_be_wrong() -> None:
    many = [make_rating(f"r{index}", 0, 10) for index in range(8)]
    conjunction = tuple(In(f"r{index}", (0, 1)) for index in range(8))
    contradiction = And((*conjunction, *(Equals(f"r{index}", 5) for index in range(8))))
    reach = Reach(make_questionnaire(*many, make_yes_no("last", relevant=contradiction)))
    assert MAX_STATES < 3**8
    assert reach.truth(contradiction) is Truth.MAYBE
    assert reach.truth(And((*conjunction, Compare("r0", ">", 11)))) is Truth.NO


def test_combinations_of_many_tested_choices_are_not_claimed_impossible() -> None:
    values = [f"c{index}" for index in range(10)]
    asked = And(tuple(Includes("many", value) for value in values))
    reach = Reach(make_questionnaire(make_multiple("many", *values), make_yes_no("last", relevant=asked)))
    assert reach.truth(asked) is Truth.MAYBE


def test_of_many_tested_choices_that_must_be_taken_together_none_is_claimed_impossible() -> None:
    values = [f"c{index}" for index in range(10)]
    many = replace(make_multiple("many", *values), min_choices=5, required=True)
    either = Or(tuple(Includes("many", value) for value in values))
    assert Reach(make_questionnaire(many, make_yes_no("last", relevant=either))).truth(either) is Truth.MAYBE


def test_a_ranking_of_all_choices_holds_each_of_them() -> None:
    order = Ranking(id="order", label=make_text("?"), choices=make_choices("a", "b"), top=2, required=True)
    condition = Includes("order", "a")
    assert Reach(make_questionnaire(order, make_yes_no("last", relevant=condition))).truth(condition) is Truth.YES


@pytest.mark.parametrize(
    ("condition", "share"),
    [
        (Equals("helped", "yes"), 1 / 2),
        (And((Equals("helped", "yes"), Equals("city", "a"))), 1 / 6),
        (Compare("mark", ">=", 2), 1 / 4),
        (Not(Equals("city", "a")), 2 / 3),
        (Includes("blocks", "bus"), 1 / 3),
    ],
)
def test_people_are_spread_evenly_over_what_they_can_answer(condition: Condition, share: float) -> None:
    whole = _with_condition(make_routed(None), condition)
    assert Spread(Reach(whole)).share_asked("last") == pytest.approx(share)
