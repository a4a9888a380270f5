"""Tabulating counts many answers at once; here is what it means, one response and one table at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.ports import Pending, StoreUnavailable
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import MODE, MODES, Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.privacy.tally import (
    BATCH_SIZE,
    MAX_DIFFERENT_ANSWERS,
    ImpossibleAnswer,
    UnknownVersion,
    is_countable,
    tabulate,
)
from boucle.core.questionnaire.conditions import Compare, Equals
from boucle.core.questionnaire.model import Date, Multiple, Number, Questionnaire, Ranking
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.values import Answer
from support.builders import make_choices, make_questionnaire, make_rating, make_text, make_yes_no
from support.random_forms import forms, raw_answers, to_pending


def plainly(planned: Plan, form: Questionnaire, people: Sequence[Pending]) -> tuple[tuple[int, ...], ...]:
    """The definition: for each table, how many people are in each cell."""
    return tuple(
        tuple(sum(cell in cells_of(table, form, answers) for answers in people) for cell in table.cells)
        for table in planned.tables
    )


def cells_of(table: Table, form: Questionnaire, response: Pending) -> list[Cell]:
    return list(product(*(outcomes(table, form, response, id) for id in table.questions)))


def outcomes(table: Table, form: Questionnaire, response: Pending, id: str) -> list[Outcome]:
    if id == MODE:
        return [response.mode]
    people = table.counting is Counting.PEOPLE
    question, answer = form.by_id[id], response.answers.get(id)
    if id not in path(form, response.answers).asked or answer is None:
        missing = Special.NO_ANSWER if id in path(form, response.answers).asked else Special.NOT_ASKED
        return [missing] if people or not isinstance(question, Multiple) else []
    if table.item is not None:
        assert isinstance(answer, tuple)
        return [answer.index(table.item) + 1 if table.item in answer else Special.NOT_RANKED]
    if isinstance(question, Multiple):
        assert isinstance(answer, tuple)
        return [Special.ANSWERED] if people else list(answer)
    return [in_its_bin(question, answer)]


def in_its_bin(question: object, answer: Answer) -> Outcome:
    assert not isinstance(answer, tuple)
    if not isinstance(question, Number | Date):
        return answer
    starts: tuple[Outcome, ...] = question.bins
    return [bound for bound in starts if bound <= answer][-1]  # type: ignore[operator]  # numbers, or days as text


@st.composite
def collect(draw: st.DrawFn) -> tuple[Questionnaire, list[Pending]]:
    form = draw(forms())
    people = draw(st.lists(st.tuples(raw_answers(form), st.sampled_from(MODES)), max_size=8))
    return form, [to_pending(form, answers)._replace(mode=mode) for answers, mode in people]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(collect())
def test_a_tally_is_what_counting_one_by_one_finds(found: tuple[Questionnaire, list[Pending]]) -> None:
    form, people = found
    planned = plan([form])
    tally = tabulate(planned, {form.version: form}, people)
    assert tally.size == len(people)
    assert tally.counts == plainly(planned, form, people)


@settings(max_examples=5, deadline=None)
@given(collect())
def test_many_are_counted_as_a_few_many_times(found: tuple[Questionnaire, list[Pending]]) -> None:
    """Over several batches."""
    form, people = found
    planned, times = plan([form]), BATCH_SIZE // 3
    tally = tabulate(planned, {form.version: form}, (answers for _ in range(times) for answers in people))
    assert tally.counts == tuple(tuple(times * count for count in row) for row in plainly(planned, form, people))


def numbers(values: Iterator[int]) -> Iterator[Pending]:
    return (Pending(version="1.0.0", mode="self", answers={"n": value}) for value in values)


def test_more_different_numbers_than_are_held_are_all_counted() -> None:
    many = 2 * MAX_DIFFERENT_ANSWERS
    form = make_questionnaire(
        Number(id="n", label=make_text("n"), minimum=0, maximum=many - 1, bins=(0, 10, MAX_DIFFERENT_ANSWERS + 5)),
        make_yes_no("other"),
    )
    planned = plan([form])
    tally = tabulate(planned, {form.version: form}, numbers(iter(range(many))))
    [counted] = [
        counts for table, counts in zip(planned.tables, tally.counts, strict=True) if table.questions == ("n",)
    ]
    assert counted[:3] == (10, MAX_DIFFERENT_ANSWERS - 5, MAX_DIFFERENT_ANSWERS - 5)


def test_an_answer_that_has_no_cell_is_refused_and_not_said() -> None:
    form = make_questionnaire(make_yes_no("q"))
    with pytest.raises(ImpossibleAnswer, match="table q") as refusal:
        tabulate(plan([form]), {form.version: form}, [Pending(version="1.0.0", mode="self", answers={"q": "perhaps"})])
    assert "perhaps" not in str(refusal.value)


def test_a_refusal_says_what_to_compare() -> None:
    form = make_questionnaire(make_yes_no("q"))
    with pytest.raises(ImpossibleAnswer) as refusal:
        tabulate(plan([form]), {form.version: form}, [Pending(version="1.0.0", mode="self", answers={"q": "perhaps"})])
    assert str(refusal.value) == (
        "a waiting response has no place in the table q: it does not fit the questionnaire that it names. "
        "Nothing was sealed. Compare the deployed surveys with those that collected it."
    )


@pytest.mark.parametrize("odd", ["perhaps", ["yes"], {"yes": 1}, object()], ids=["word", "list", "object", "thing"])
def test_whatever_an_answer_breaks_is_refused_alike_and_never_said(odd: Any) -> None:
    form = make_questionnaire(make_rating("q"), make_yes_no("later", relevant=Compare("q", ">", 2)))
    planned, known, response = plan([form]), {form.version: form}, Pending("1.0.0", "self", {"q": odd})
    with pytest.raises(ImpossibleAnswer) as refusal:
        tabulate(planned, known, [response])
    assert str(odd) not in str(refusal.value)
    assert not is_countable(planned, known, response)
    assert is_countable(planned, known, Pending("1.0.0", "self", {"q": 3}))


def test_a_store_that_goes_away_is_no_impossible_answer() -> None:
    form = make_questionnaire(make_yes_no("q"))

    def read() -> Iterator[Pending]:
        yield Pending("1.0.0", "self", {"q": "yes"})
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        tabulate(plan([form]), {form.version: form}, read())


def test_a_response_to_a_version_that_is_gone_is_refused_by_its_name() -> None:
    form = make_questionnaire(make_yes_no("q"))
    with pytest.raises(UnknownVersion) as refusal:
        tabulate(plan([form]), {form.version: form}, [Pending(version="1.2.0", mode="self", answers={})])
    assert (
        str(refusal.value) == "a waiting response names version 1.2.0, which is not in this series: put its file back"
    )


EVERY_KIND = make_questionnaire(
    make_yes_no("q"),
    Multiple(id="m", label=make_text("m"), choices=make_choices("a", "b"), max_choices=2, relevant=Equals("q", "yes")),
    Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y", "z"), top=2),
    Number(id="n", label=make_text("n"), minimum=0, maximum=9, bins=(0, 5)),
    Date(id="d", label=make_text("d"), minimum="2026-01-01", maximum="2026-12-31", bins=("2026-01-01", "2026-07-01")),
)
PEOPLE = [
    Pending(
        version="1.0.0", mode="self", answers={"q": "yes", "m": ("a", "b"), "r": ("y", "x"), "n": 4, "d": "2026-06-30"}
    ),
    Pending(version="1.0.0", mode="paper", answers={"q": "yes", "m": (), "r": (), "n": 5, "d": "2026-07-01"}),
    Pending(version="1.0.0", mode="self", answers={"q": "no", "r": ("z",)}),
    Pending(version="1.0.0", mode="assisted", answers={}),
]


def count_by_cell(people: Sequence[Pending]) -> dict[str, dict[Cell, int]]:
    """What is not zero, by table."""
    planned = plan([EVERY_KIND])
    tally = tabulate(planned, {"1.0.0": EVERY_KIND}, people)
    return {
        table.name: {cell: count for cell, count in zip(table.cells, counts, strict=True) if count}
        for table, counts in zip(planned.tables, tally.counts, strict=True)
    }


def test_every_kind_of_question_is_counted_in_its_cells() -> None:
    none, unasked = Special.NO_ANSWER, Special.NOT_ASKED
    assert count_by_cell(PEOPLE) == {
        "q": {("yes",): 2, ("no",): 1, (none,): 1},
        "m": {(Special.ANSWERED,): 1, (none,): 1, (unasked,): 2},
        "m (options)": {("a",): 1, ("b",): 1},
        "r (x)": {(2,): 1, (none,): 2, (Special.NOT_RANKED,): 1},
        "r (y)": {(1,): 1, (none,): 2, (Special.NOT_RANKED,): 1},
        "r (z)": {(1,): 1, (none,): 2, (Special.NOT_RANKED,): 1},
        "n": {(0,): 1, (5,): 1, (none,): 2},
        "d": {("2026-01-01",): 1, ("2026-07-01",): 1, (none,): 2},
        "_mode": {("self",): 2, ("paper",): 1, ("assisted",): 1},
    }


def test_versions_and_batches_are_counted_together() -> None:
    newer = make_questionnaire(make_yes_no("added", required=True), version="1.1.0")
    old = make_questionnaire(make_yes_no("q", required=True))
    people = [
        Pending(version="1.1.0", mode="self", answers={"added": "yes"}),
        Pending(version="1.0.0", mode="self", answers={"q": "no"}),
    ] * (BATCH_SIZE + 1)
    tally = tabulate(plan([old, newer]), {"1.0.0": old, "1.1.0": newer}, people)
    assert tally.size == 2 * BATCH_SIZE + 2
    half = BATCH_SIZE + 1
    assert tally.counts == ((half, 0, half), (0, half, half), (2 * half, 0, 0))


def test_a_number_below_the_first_bin_has_no_cell() -> None:
    with pytest.raises(ImpossibleAnswer, match="table n"):
        count_by_cell([Pending(version="1.0.0", mode="self", answers={"n": -1})])


def test_nobody_is_counted_as_nothing() -> None:
    assert not any(count_by_cell([]).values())


def test_what_is_no_list_holds_no_option_and_no_rank() -> None:
    counts = count_by_cell([Pending(version="1.0.0", mode="self", answers={"q": "yes", "m": "a", "r": "x"})])
    assert counts["m (options)"] == {}
    assert counts["r (x)"] == {(Special.NOT_RANKED,): 1}


def test_what_was_asked_is_decided_by_the_answers_that_steer() -> None:
    people = [Pending(version="1.0.0", mode="self", answers={"q": value, "n": 4}) for value in ("yes", "no")]
    assert count_by_cell(people)["m"] == {(Special.NO_ANSWER,): 1, (Special.NOT_ASKED,): 1}
