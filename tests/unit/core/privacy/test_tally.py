"""Tabulating counts many answers at once; here is what it means, one response and one table at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.ports import Pending
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import MODE, MODES, Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.privacy.tally import BATCH_SIZE, MAX_DIFFERENT_ANSWERS, ImpossibleAnswer, tabulate
from boucle.core.questionnaire.model import Date, Multiple, Number, Questionnaire
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.values import Answer
from support.builders import make_questionnaire, make_text, make_yes_no
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
