"""What a plan is made of, question by question, and what is said when it cannot be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boucle.core.canonical import to_canonical_json
from boucle.core.privacy.plan import (
    NeverCounted,
    PlanChanged,
    UnusableCrosstab,
    VersionsDisagree,
    max_entry_bytes,
    plan,
    refuse_change,
)
from boucle.core.privacy.tables import Counting, Plan, PlannedQuestion, Special, build_plan_document
from boucle.core.questionnaire.conditions import Answered, Equals
from boucle.core.questionnaire.model import FreeText, Number, Ranking, ShareAtLeast
from support.builders import (
    make_choices,
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_text,
    make_yes_no,
)

NOT_ASKED, NO_ANSWER, ANSWERED = Special.NOT_ASKED, Special.NO_ANSWER, Special.ANSWERED


def make_ranking(id: str, *values: str, top: int, **options: object) -> Ranking:
    return Ranking(id=id, label=make_text(id), choices=make_choices(*values), top=top, **options)  # type: ignore[arg-type]


def make_number(*bins: float, maximum: float, decimals: int = 0) -> Number:
    return Number(id="n", label=make_text("n"), minimum=bins[0], maximum=maximum, bins=bins, decimals=decimals)


def plan_question(planned: Plan, id: str) -> PlannedQuestion:
    return next(question for question in planned.questions if question.id == id)


# Questions


def test_the_mode_of_answering_is_counted_last() -> None:
    planned = plan([make_questionnaire(make_yes_no("q"))])
    assert planned.questions[-1] == PlannedQuestion(
        id="_mode", type="single", values=("self", "assisted", "paper"), sensitivity=2
    )
    assert planned.tables[-1].questions == ("_mode",)
    assert planned.tables[-1].cells == (("self",), ("assisted",), ("paper",))
    assert planned.texts_each is None


def test_a_question_is_planned_with_its_values_and_what_is_estimated_of_it() -> None:
    note = make_rating("note", 1, 3, dont_know=True, estimates=("mean", ShareAtLeast(threshold=2)))
    planned = plan([make_questionnaire(note, make_multiple("m", "a", "b"))])
    assert planned.versions == ("1.0.0",)
    assert plan_question(planned, "note") == PlannedQuestion(
        id="note",
        type="rating",
        values=(1, 2, 3, "dont_know"),
        scores=(1, 2, 3, None),
        estimates=("mean", ShareAtLeast(threshold=2)),
        sensitivity=2,
    )
    assert plan_question(planned, "m") == PlannedQuestion(id="m", type="multiple", values=("a", "b"), sensitivity=4)


@pytest.mark.parametrize(
    ("number", "middles"),
    [
        (make_number(0, 10, 20, maximum=29), (4.5, 14.5, 24.5)),
        (make_number(0, 1, maximum=2, decimals=1), (0.45, 1.5)),
        (make_number(5, maximum=9), (7,)),
    ],
)
def test_a_bin_of_numbers_weighs_the_middle_of_those_it_holds(number: Number, middles: tuple[float, ...]) -> None:
    planned = plan([make_questionnaire(number)])
    assert plan_question(planned, "n").scores == pytest.approx(middles)


def test_what_is_not_counted_is_planned_only_when_it_decides_what_is_asked() -> None:
    note = FreeText(id="note", label=make_text("note"))
    alone = plan([make_questionnaire(note, make_yes_no("q"))])
    assert [question.id for question in alone.questions] == ["q", "_mode"]
    leads = plan([make_questionnaire(note, make_yes_no("q", relevant=Answered("note")))])
    assert [question.id for question in leads.questions] == ["note", "q", "_mode"]
    assert plan_question(leads, "note") == PlannedQuestion(id="note", type="text", sensitivity=2)


def test_texts_are_counted_in_the_same_tables_and_each_question_moves_as_often() -> None:
    people = make_questionnaire(make_yes_no("q"), make_multiple("m", "a", "b"))
    texts = plan([replace(people, texts_each=3)])
    assert texts.texts_each == 3
    assert [question.id for question in texts.questions] == ["q", "m"]
    assert [question.sensitivity for question in texts.questions] == [6, 12]
    assert texts.tables == plan([people]).tables[:-1]


def test_the_newest_version_says_whether_texts_are_counted() -> None:
    people = make_questionnaire(make_yes_no("q"))
    assert plan([replace(people, texts_each=3), replace(people, version="1.1.0")]).texts_each is None


# Tables


def test_a_multiple_choice_is_counted_by_people_and_by_options() -> None:
    planned = plan([make_questionnaire(make_multiple("m", "a", "b"), make_yes_no("q"), crosstabs=(("q", "m"),))])
    assert [(table.questions, table.counting, table.item) for table in planned.tables] == [
        (("q", "m"), Counting.PEOPLE, None),
        (("q", "m"), Counting.OPTIONS, None),
        (("_mode",), Counting.PEOPLE, None),
    ]
    assert planned.tables[1].cells == (
        ("yes", "a"), ("yes", "b"), ("no", "a"), ("no", "b"), (NO_ANSWER, "a"), (NO_ANSWER, "b"),
    )  # fmt: skip


def test_a_ranking_is_counted_by_item_over_the_ranks_that_it_may_have() -> None:
    form = make_questionnaire(make_yes_no("q"), make_ranking("r", "a", "b", top=9, relevant=Equals("q", "yes")))
    planned = plan([form])
    assert [(table.item, table.counting) for table in planned.tables[1:3]] == [
        ("a", Counting.PEOPLE),
        ("b", Counting.PEOPLE),
    ]
    assert planned.tables[1].cells == ((1,), (2,), (NO_ANSWER,), (NOT_ASKED,))


def test_an_item_that_some_version_lacks_may_be_left_out_and_so_may_one_beyond_the_last_rank() -> None:
    old = make_questionnaire(make_ranking("r", "a", "b", top=2, required=True))
    newer = make_questionnaire(make_ranking("r", "a", "b", "c", top=3, required=True), version="1.1.0")
    cells = {table.item: table.cells for table in plan([old, newer]).tables}
    assert cells["a"] == ((1,), (2,), (3,))
    assert cells["c"] == ((1,), (2,), (3,), (Special.NOT_RANKED,))
    shorter = make_questionnaire(make_ranking("r", "a", "b", top=1, required=True))
    assert plan([shorter]).tables[0].cells == ((1,), (Special.NOT_RANKED,))


def test_questions_are_counted_in_the_order_of_the_newest_version_and_what_it_lost_comes_last() -> None:
    old = make_questionnaire(make_yes_no("gone"), make_yes_no("a"), make_yes_no("b"))
    newer = make_questionnaire(make_yes_no("b"), make_yes_no("a"), version="1.1.0")
    planned = plan([old, newer])
    assert planned.versions == ("1.0.0", "1.1.0")
    assert [table.name for table in planned.tables] == ["b", "a", "gone", "_mode"]


def test_a_choice_that_the_newest_version_lost_is_counted_last() -> None:
    old = make_questionnaire(make_single("s", "lost", "x", required=True))
    newer = make_questionnaire(make_single("s", "x", "new", required=True), version="1.1.0")
    assert plan([old, newer]).tables[0].cells == (("x",), ("new",), ("lost",))


def test_the_most_options_of_any_version_is_what_an_answer_may_move() -> None:
    few = make_questionnaire(make_multiple("m", *"abcdef", max_choices=1))
    many = make_questionnaire(make_multiple("m", *"abcdef", max_choices=3), version="1.1.0")
    assert plan_question(plan([few]), "m").sensitivity == 3
    assert plan_question(plan([few, many]), "m").sensitivity == 6


def test_more_choices_than_there_are_move_no_more() -> None:
    assert plan_question(plan([make_questionnaire(make_multiple("m", "a", "b", max_choices=9))]), "m").sensitivity == 4


def test_what_a_question_brings_up_in_any_version_is_moved_by_it() -> None:
    versions = [
        make_questionnaire(
            make_yes_no("a"), make_yes_no("b"), make_yes_no("later", relevant=Equals(source, "yes")), version=version
        )
        for source, version in (("a", "1.0.0"), ("b", "1.1.0"))
    ]
    planned = plan(versions)
    assert [plan_question(planned, id).sensitivity for id in ("a", "b", "later")] == [4, 4, 2]


# The size of an entry


def test_an_entry_has_room_for_twice_its_counts_and_for_the_plan() -> None:
    planned = plan([make_questionnaire(make_yes_no("q", required=True))])
    document = to_canonical_json(build_plan_document(planned))
    assert max_entry_bytes(planned) == len(document) + 2 * 11 * (2 + 3) + 4 * 11 * 2 + 2048


# What is said


def test_a_guide_is_never_counted_not_even_beside_a_questionnaire() -> None:
    form = make_questionnaire(make_yes_no("q"))
    guide = replace(form, version="1.1.0", is_guide=True)
    for versions in ([guide], [form, guide]):
        with pytest.raises(NeverCounted) as refusal:
            plan(versions)
        assert str(refusal.value) == "candidats is a guide of interviews: its notes are read, and never counted"


def test_versions_that_disagree_are_told_what_about() -> None:
    old = make_questionnaire(make_rating("note", 0, 10))
    with pytest.raises(VersionsDisagree) as scale:
        plan([old, make_questionnaire(make_rating("note", 0, 5), version="1.1.0")])
    assert str(scale.value) == "note has several scales in one series: a new scale needs a new major version"
    with pytest.raises(VersionsDisagree) as kind:
        plan([old, make_questionnaire(make_yes_no("note"), version="1.1.0")])
    assert str(kind.value) == "note is of several types in one series: a new type needs a new major version"


@pytest.mark.parametrize(
    ("crosstabs", "says"),
    [
        ((("a", "nowhere"),), "the cross-tab a x nowhere names nowhere, which no version asks"),
        ((("nowhere", "a"),), "the cross-tab nowhere x a names nowhere, which no version asks"),
        (
            (("a", "b"), ("a", "c")),
            "a enters several cross-tabs: keep one, each adds to what a person reveals",
        ),
        (
            (("m", "n"),),
            "the cross-tab m x n is not of two single choices, or of a single and a multiple one",
        ),
        (
            (("a", "r"),),
            "the cross-tab a x r is not of two single choices, or of a single and a multiple one",
        ),
    ],
)
def test_a_crosstab_that_cannot_be_is_told_why(crosstabs: tuple[tuple[str, str], ...], says: str) -> None:
    questions = (
        make_yes_no("a"),
        make_yes_no("b"),
        make_yes_no("c"),
        make_multiple("m", "x", "y"),
        make_multiple("n", "x", "y"),
        make_ranking("r", "x", "y", top=1),
    )
    with pytest.raises(UnusableCrosstab) as refusal:
        plan([make_questionnaire(*questions, crosstabs=crosstabs)])
    assert str(refusal.value) == says


def test_a_crosstab_of_one_version_holds_for_all_and_the_same_pair_twice_is_one() -> None:
    old = make_questionnaire(make_yes_no("a"), make_yes_no("b"), crosstabs=(("a", "b"),))
    newer = replace(old, version="1.1.0")
    assert [table.name for table in plan([old, newer]).tables] == ["a x b", "_mode"]


def test_all_that_changed_is_said_at_once() -> None:
    fixed = plan([make_questionnaire(make_yes_no("a"), make_rating("note", 0, 1), make_yes_no("b"))])
    wanted = plan([make_questionnaire(make_yes_no("a", required=True), make_rating("note", 1, 2), version="1.0.1")])
    with pytest.raises(PlanChanged) as refusal:
        refuse_change(fixed, wanted)
    assert str(refusal.value) == (
        "the plan was fixed by the first seal of this series, and has changed since: version 1.0.0 is gone; "
        "the values of note are others; the table a has lost cells; the table note has lost cells; "
        "the table b is gone. Put it back, or publish the change as a new major version or in a new wave."
    )


@pytest.mark.parametrize("kind", ["rating", "number", "date", "yes_no"])
def test_a_scale_has_the_values_that_it_had(kind: str) -> None:
    fixed = Plan(
        versions=("1.0.0",), questions=(PlannedQuestion(id="q", type=kind, values=("a",), sensitivity=2),), tables=()
    )
    wider = replace(fixed, questions=(replace(fixed.questions[0], values=("a", "b")),))
    with pytest.raises(PlanChanged, match="the values of q are others"):
        refuse_change(fixed, wider)
    refuse_change(fixed, fixed)


@pytest.mark.parametrize("kind", ["single", "multiple", "ranking"])
def test_a_choice_may_be_added_to_what_is_no_scale(kind: str) -> None:
    fixed = Plan(
        versions=("1.0.0",), questions=(PlannedQuestion(id="q", type=kind, values=("a",), sensitivity=2),), tables=()
    )
    refuse_change(fixed, replace(fixed, questions=(replace(fixed.questions[0], values=("a", "b")),)))


def test_a_scale_that_is_gone_is_said_as_a_table() -> None:
    fixed = plan([make_questionnaire(make_yes_no("a"), make_yes_no("b"))])
    with pytest.raises(PlanChanged, match=r"has changed since: the table a is gone\. Put"):
        refuse_change(fixed, plan([make_questionnaire(make_yes_no("b"))]))
