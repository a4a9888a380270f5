"""The plan as a document, and what a table answers."""

from __future__ import annotations

import re

import pytest

from boucle.core.privacy.tables import (
    INTERVIEW,
    MODES,
    Counting,
    Plan,
    PlannedQuestion,
    Special,
    Table,
    build_plan_document,
    modes_of,
    read_plan,
)
from boucle.core.questionnaire.model import ShareAtLeast
from support.builders import make_questionnaire, make_yes_no

PLAN = Plan(
    versions=("1.0.0", "1.1.0"),
    questions=(
        PlannedQuestion(
            id="note",
            type="rating",
            values=(0, 1, "dont_know"),
            scores=(0, 1, None),
            estimates=("mean", ShareAtLeast(threshold=1)),
            sensitivity=4,
        ),
        PlannedQuestion(id="m", type="multiple", values=("a",), sensitivity=3),
    ),
    tables=(
        Table(questions=("note",), cells=((0,), (1,), ("dont_know",), (Special.NO_ANSWER,), (Special.NOT_ASKED,))),
        Table(questions=("note", "m"), cells=((0, Special.ANSWERED), (1, "a")), counting=Counting.OPTIONS),
        Table(questions=("r",), item="x", cells=((1,), (Special.NOT_RANKED,))),
        Table(questions=("r",), item="x", cells=((1,),), counting=Counting.OPTIONS),
    ),
    texts_each=2,
)

DOCUMENT = {
    "versions": ["1.0.0", "1.1.0"],
    "questions": [
        {
            "id": "note",
            "type": "rating",
            "values": [0, 1, "dont_know"],
            "scores": [0, 1, None],
            "estimates": ["mean", {"share_at_least": 1}],
            "sensitivity": 4,
        },
        {"id": "m", "type": "multiple", "values": ["a"], "scores": [], "estimates": [], "sensitivity": 3},
    ],
    "tables": [
        {"of": ["note"], "item": None, "counting": "people", "cells": [[0], [1], ["dont_know"], [None], [False]]},
        {"of": ["note", "m"], "item": None, "counting": "options", "cells": [[0, True], [1, "a"]]},
        {"of": ["r"], "item": "x", "counting": "people", "cells": [[1], [[]]]},
        {"of": ["r"], "item": "x", "counting": "options", "cells": [[1]]},
    ],
    "texts_each": 2,
}


def test_the_document_of_a_plan_is_what_the_ledger_keeps() -> None:
    assert build_plan_document(PLAN) == DOCUMENT
    assert read_plan(DOCUMENT) == PLAN


def test_a_plan_that_counts_people_says_nothing_of_texts() -> None:
    document = {"versions": ["1.0.0"], "questions": [], "tables": []}
    people = Plan(versions=("1.0.0",), questions=(), tables=())
    assert build_plan_document(people) == document
    assert read_plan(document) == people


@pytest.mark.parametrize("code", [[1], ["not ranked"]])
def test_a_code_that_stands_for_nothing_is_no_outcome(code: object) -> None:
    with pytest.raises(ValueError, match=re.escape(str(code))):
        read_plan({**DOCUMENT, "tables": [{"of": ["q"], "item": None, "counting": "people", "cells": [[code]]}]})


def test_messages_call_a_table_by_its_questions_its_item_and_what_it_counts() -> None:
    assert [table.name for table in PLAN.tables] == ["note", "note x m (options)", "r (x)", "r (x, options)"]


def test_a_table_is_found_by_its_key_and_a_cell_by_what_is_in_it() -> None:
    assert PLAN.by_key[("note", "m"), Counting.OPTIONS, None] is PLAN.tables[1]
    assert PLAN.tables[1].index == {(0, Special.ANSWERED): 0, (1, "a"): 1}


def test_the_tables_of_a_question_are_those_that_count_it_alone_or_crossed() -> None:
    assert PLAN.tables_of("note") == PLAN.tables[:2]
    assert PLAN.tables_of("m") == PLAN.tables[1:2]
    assert PLAN.tables_of("elsewhere") == ()


def test_a_whole_response_moves_what_its_questions_move() -> None:
    assert PLAN.sensitivity == 7


def test_a_guide_is_answered_in_interviews_and_a_questionnaire_in_every_other_way() -> None:
    form = make_questionnaire(make_yes_no("q"))
    assert modes_of(form) == MODES == ("self", "assisted", "paper")
    assert modes_of(type(form)(**{**vars(form), "is_guide": True})) == (INTERVIEW,) == ("interview",)
