"""Promises of a series of several versions: whatever the intake accepted can be counted, always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from boucle.core.ports import Pending
from boucle.core.privacy.plan import plan, refuse_change
from boucle.core.privacy.tables import MODE, Counting, Plan, Special, Table
from boucle.core.privacy.tally import Tally, tabulate
from boucle.core.questionnaire.model import Multiple, Questionnaire
from boucle.core.questionnaire.routing import path
from support.builders import make_multiple, make_questionnaire, make_rating, make_yes_no
from support.random_forms import MANY_FORMS
from support.random_versions import answer, make_series

FEW_SERIES = 200
"""What `make check` has time for; `make campaign` makes up thousands."""
PEOPLE = 4
"""How many answer each version."""


def check_series(seed: int) -> int:
    """Each version is sealed with all before it, as if a cohort had been sealed in between; how many were counted."""
    chance = Random(seed)
    versions = make_series(chance)
    people: list[Pending] = []
    planned, counted = plan(versions[:1]), 0
    for number, version in enumerate(versions, 1):
        people += [sent for _ in range(PEOPLE) if (sent := answer(chance, version))]
        following = plan(versions[:number])
        refuse_change(planned, following)
        planned = following
        known = {one.version: one for one in versions[:number]}
        check_tally(planned, known, people, tabulate(planned, known, people))
        counted += len(people)
    return counted


def check_tally(planned: Plan, known: Mapping[str, Questionnaire], people: Sequence[Pending], tally: Tally) -> None:
    """Everybody is in every table once, and not asked are those whose path does not lead there."""
    assert tally.size == len(people)
    asked = [set(path(known[person.version], person.answers).asked) for person in people]
    for table, counts in zip(planned.tables, tally.counts, strict=True):
        if table.counting is Counting.PEOPLE:
            assert sum(counts) == len(people)
            for position, question in enumerate(table.questions):
                unasked = sum(question not in ids for ids in asked) if question != MODE else 0
                assert count_cells(table, counts, position, Special.NOT_ASKED) == unasked
        else:
            check_options(planned, table, counts, people, asked)


def count_cells(table: Table, counts: Sequence[int], position: int, outcome: object) -> int:
    return sum(count for cell, count in zip(table.cells, counts, strict=True) if cell[position] is outcome)


def check_options(
    planned: Plan, table: Table, counts: Sequence[int], people: Sequence[Pending], asked: Sequence[set[str]]
) -> None:
    """A table of options counts those that were chosen by whoever was asked, and nobody else."""
    types = {question.id: question.type for question in planned.questions}
    [multiple] = [id for id in table.questions if types[id] == Multiple.type]
    chosen = [person.answers.get(multiple, ()) for person, ids in zip(people, asked, strict=True) if multiple in ids]
    assert sum(counts) == sum(len(options) for options in chosen if isinstance(options, tuple))


def test_whatever_the_intake_accepted_is_counted_whatever_a_minor_version_changed() -> None:
    assert sum(check_series(seed) for seed in range(FEW_SERIES)) > 10 * FEW_SERIES


@pytest.mark.slow
def test_and_of_many_more_series() -> None:
    for seed in range(FEW_SERIES, FEW_SERIES + MANY_FORMS):
        check_series(seed)


BEFORE = make_questionnaire(make_yes_no("came"))
AFTER = make_questionnaire(
    make_yes_no("came"), make_multiple("blocks", "hours", "distance", max_choices=2), version="1.1.0"
)
KNOWN = {"1.0.0": BEFORE, "1.1.0": AFTER}


def read_cells(planned: Plan, tally: Tally) -> dict[str, dict[object, int]]:
    """The counts by table and cell; single cells by their outcome."""
    return {
        table.name: {
            cell[0] if len(cell) == 1 else cell: count for cell, count in zip(table.cells, counts, strict=True)
        }
        for table, counts in zip(planned.tables, tally.counts, strict=True)
    }


def test_a_straggler_who_was_not_asked_a_new_multiple_choice_counts_as_not_asked() -> None:
    planned = plan([BEFORE, AFTER])
    people = [
        Pending("1.0.0", "self", {"came": "yes"}),
        Pending("1.1.0", "self", {"came": "no", "blocks": ("hours", "distance")}),
    ]
    cells = read_cells(planned, tabulate(planned, KNOWN, people))
    assert cells["blocks"] == {Special.ANSWERED: 1, Special.NO_ANSWER: 0, Special.NOT_ASKED: 1}
    assert cells["blocks (options)"] == {"hours": 1, "distance": 1}
    assert (cells["came"]["yes"], cells["came"]["no"]) == (1, 1)


def test_in_a_crosstab_too() -> None:
    both = (("came", "blocks"),)
    before = make_questionnaire(*BEFORE.questions, version="1.0.0")
    after = make_questionnaire(*AFTER.questions, version="1.1.0", crosstabs=both)
    planned = plan([before, after])
    people = [
        Pending("1.0.0", "self", {"came": "yes"}),
        Pending("1.1.0", "self", {"came": "yes", "blocks": ("hours",)}),
    ]
    cells = read_cells(planned, tabulate(planned, {"1.0.0": before, "1.1.0": after}, people))
    assert cells["came x blocks"]["yes", Special.NOT_ASKED] == 1
    assert sum(cells["came x blocks (options)"].values()) == 1


def test_a_scale_that_offers_i_dont_know_from_now_on_goes_on() -> None:
    before = make_questionnaire(make_rating("mark"), make_yes_no("came"))
    after = make_questionnaire(
        make_rating("mark", dont_know=True), make_yes_no("came", dont_know=True), version="1.1.0"
    )
    refuse_change(plan([before]), plan([before, after]))
    planned = plan([before, after])
    people = [Pending("1.0.0", "self", {"mark": 10}), Pending("1.1.0", "self", {"mark": "dont_know"})]
    cells = read_cells(planned, tabulate(planned, {"1.0.0": before, "1.1.0": after}, people))
    assert (cells["mark"][10], cells["mark"]["dont_know"], cells["came"][Special.NO_ANSWER]) == (1, 1, 2)
