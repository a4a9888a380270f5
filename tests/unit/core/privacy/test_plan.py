"""Promises of the plan: every table over its full domain, and what one answer can move at most."""

import json
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.canonical import to_canonical_json
from boucle.core.privacy.plan import PlanChanged, UnusableCrosstab, VersionsDisagree, plan, refuse_change
from boucle.core.privacy.tables import Cell, Counting, Plan, Special, Table, build_plan_document, read_plan
from boucle.core.privacy.tally import Tally, tabulate
from boucle.core.questionnaire.conditions import Answered, Compare, Condition, Equals, Includes, Not
from boucle.core.questionnaire.model import FreeText, Multiple, Number, Questionnaire, Ranking, Single
from boucle.core.questionnaire.values import Answers
from support.builders import (
    make_choices,
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_text,
    make_yes_no,
)
from support.cohorts import FORM
from support.random_forms import MANY_FORMS, answers_to, every_answer_to, forms, raw_answers, to_pending

NOT_ASKED, NO_ANSWER, ANSWERED = Special.NOT_ASKED, Special.NO_ANSWER, Special.ANSWERED
IF_YES = Equals("accompagne", "yes")


def table(of: Plan, *questions: str, counting: Counting = Counting.PEOPLE, item: str | None = None) -> tuple[Cell, ...]:
    return of.by_key[questions, counting, item].cells


def distance(first: Tally, second: Tally) -> int:
    rows = zip(first.counts, second.counts, strict=True)
    return sum(abs(one - other) for row, row2 in rows for one, other in zip(row, row2, strict=True))


def sensitivity(of: Plan, question: str) -> int:
    return next(planned_question.sensitivity for planned_question in of.questions if planned_question.id == question)


def number(id: str, *bins: float, maximum: float, relevant: Condition | None = None) -> Number:
    return Number(id=id, label=make_text(id), minimum=bins[0], maximum=maximum, bins=bins, relevant=relevant)


# Table in, table out


def test_a_question_that_everybody_must_answer_has_its_values_only() -> None:
    assert table(plan([make_questionnaire(make_yes_no("a", required=True))]), "a") == (("yes",), ("no",))


def test_an_optional_question_counts_those_who_did_not_answer() -> None:
    assert table(plan([make_questionnaire(make_yes_no("a"))]), "a") == (("yes",), ("no",), (NO_ANSWER,))


def test_a_routed_question_counts_those_it_was_not_put_to() -> None:
    planned = plan(
        [make_questionnaire(make_yes_no("accompagne"), make_rating("note", 0, 1, required=True, relevant=IF_YES))]
    )
    assert table(planned, "note") == ((0,), (1,), (NOT_ASKED,))


def test_a_multiple_choice_has_a_table_of_people_and_a_count_for_each_option() -> None:
    planned = plan([make_questionnaire(make_multiple("freins", "transport", "langue"))])
    assert table(planned, "freins") == ((ANSWERED,), (NO_ANSWER,))
    assert table(planned, "freins", counting=Counting.OPTIONS) == (("transport",), ("langue",))


def test_a_ranking_has_a_table_of_ranks_for_each_item() -> None:
    ranking = Ranking(id="r", label=make_text("r"), choices=make_choices("a", "b", "c"), top=2)
    planned = plan([make_questionnaire(ranking)])
    assert table(planned, "r", item="b") == ((1,), (2,), (Special.NOT_RANKED,), (NO_ANSWER,))


def test_a_complete_ranking_leaves_no_item_out() -> None:
    ranking = Ranking(id="r", label=make_text("r"), choices=make_choices("a", "b"), top=2, required=True)
    assert table(plan([make_questionnaire(ranking)]), "r", item="b") == ((1,), (2,))


def test_numbers_and_days_are_counted_by_their_bins() -> None:
    assert table(plan([make_questionnaire(number("age", 16, 26, 50, maximum=99))]), "age") == (
        (16,), (26,), (50,), (NO_ANSWER,),
    )  # fmt: skip


def test_each_row_of_a_grid_has_its_own_table() -> None:
    rows = (make_single("grid.one", "x", "y", grid="grid"), make_single("grid.two", "x", "y", grid="grid"))
    planned = plan([make_questionnaire(*rows)])
    assert table(planned, "grid.one") == table(planned, "grid.two") == (("x",), ("y",), (NO_ANSWER,))


def test_a_crosstab_replaces_the_tables_of_its_questions() -> None:
    planned = plan(
        [make_questionnaire(make_yes_no("a", required=True), make_single("b", "x", "y"), crosstabs=(("a", "b"),))]
    )
    assert [planned_table.questions for planned_table in planned.tables] == [("a", "b"), ("_mode",)]
    assert table(planned, "a", "b") == tuple(product(("yes", "no"), ("x", "y", NO_ANSWER)))


def test_a_crosstab_leaves_out_what_routing_makes_impossible() -> None:
    later = make_single("b", "x", "y", required=True, relevant=Equals("a", "yes"))
    planned = plan([make_questionnaire(make_yes_no("a", required=True), later, crosstabs=(("b", "a"),))])
    assert table(planned, "b", "a") == (("x", "yes"), ("y", "yes"), (NOT_ASKED, "no"))


def test_what_a_third_question_makes_impossible_is_left_out_too() -> None:
    chain = (
        make_yes_no("a", required=True),
        make_yes_no("b", required=True, relevant=Equals("a", "yes")),
        make_single("c", "x", required=True, relevant=Answered("b")),
    )
    planned = plan([make_questionnaire(*chain, crosstabs=(("a", "c"),))])
    assert ("no", "x") not in table(planned, "a", "c")


@pytest.mark.parametrize(
    ("condition", "asked_of"),
    [
        (Compare("age", ">=", 26), {26, 50}),
        (Compare("age", ">", 26), {26, 50}),
        (Compare("age", "<", 26), {16}),
        (Compare("age", "<=", 26), {16, 26}),
        (Compare("age", ">", 60), {50}),
        (Compare("age", ">", 99), set()),
        (Equals("age", 30), {26}),
        (Not(Answered("age")), set()),
    ],
)
def test_a_bin_is_left_out_only_when_all_of_it_is_impossible(condition: Condition, asked_of: set[int]) -> None:
    later = make_single("b", "x", required=True, relevant=condition)
    planned = plan([make_questionnaire(number("age", 16, 26, 50, maximum=99), later, crosstabs=(("age", "b"),))])
    assert {age for age, answer in table(planned, "age", "b") if answer == "x" and age is not NO_ANSWER} == asked_of


def test_free_texts_have_no_table() -> None:
    planned = plan([make_questionnaire(FreeText(id="words", label=make_text("words")))])
    assert [question.id for question in planned.questions] == ["_mode"]


# What one answer moves


def test_the_question_of_the_methodology_page_moves_tables_by_eight() -> None:
    assert sensitivity(plan([FORM]), "accompagne") == 8


@pytest.mark.parametrize(
    ("most", "options", "moved"), [(1, 3, 3), (2, 3, 4), (2, 8, 4), (3, 8, 6), (3, 5, 5), (5, 5, 7)]
)
def test_a_multiple_choice_moves_by_what_it_may_hold(most: int, options: int, moved: int) -> None:
    form = make_questionnaire(make_multiple("m", *map(str, range(options)), max_choices=most))
    assert sensitivity(plan([form]), "m") == moved


def test_a_ranking_moves_two_for_each_item_and_a_single_choice_two() -> None:
    form = make_questionnaire(
        Ranking(id="r", label=make_text("r"), choices=make_choices("a", "b", "c"), top=3),
        make_single("s", "x", "y", "z"),
    )
    assert (sensitivity(plan([form]), "r"), sensitivity(plan([form]), "s")) == (6, 2)


def test_a_whole_response_moves_the_sum_and_the_mode_of_answering() -> None:
    planned = plan([make_questionnaire(make_yes_no("a"), make_yes_no("b"))])
    assert planned.sensitivity == 2 + 2 + 2


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Questionnaire, str, Answers, Answers]:
    """A form, a question, and two people who differ in its answer only."""
    form = draw(forms())
    answers = dict(draw(raw_answers(form)))
    question = draw(st.sampled_from(form.questions))
    changed = {id: answer for id, answer in answers.items() if id != question.id}
    if question.required or draw(st.integers(0, 3)):
        changed[question.id] = draw(answers_to(question))
    return form, question.id, answers, changed


def measure_move(planned: Plan, form: Questionnaire, first: Answers, second: Answers) -> int:
    versions = {form.version: form}
    return distance(*(tabulate(planned, versions, [to_pending(form, answers)]) for answers in (first, second)))


@settings(max_examples=20, deadline=None)
@given(neighbours())
def test_one_changed_answer_never_moves_more_than_the_plan_says(
    pair: tuple[Questionnaire, str, Answers, Answers],
) -> None:
    form, question, first, second = pair
    planned = plan([form])
    bound = {bound_question.id: bound_question.sensitivity for bound_question in planned.questions}
    assert measure_move(planned, form, first, second) <= bound.get(question, 0)


@pytest.mark.slow
@settings(max_examples=MANY_FORMS, deadline=None)
@given(neighbours())
def test_one_changed_answer_never_moves_more_than_the_plan_says_in_many_forms(
    pair: tuple[Questionnaire, str, Answers, Answers],
) -> None:
    form, question, first, second = pair
    planned = plan([form])
    bound = {bound_question.id: bound_question.sensitivity for bound_question in planned.questions}
    assert measure_move(planned, form, first, second) <= bound.get(question, 0)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_every_response_that_routing_allows_has_its_place_in_every_table(data: st.DataObject) -> None:
    """No possible cell is ever left out: tabulating would raise."""
    form = data.draw(forms())
    planned = plan([form])
    people = data.draw(st.lists(raw_answers(form), min_size=1, max_size=5))
    tally = tabulate(planned, {form.version: form}, [to_pending(form, person) for person in people])
    for table, counts in zip(planned.tables, tally.counts, strict=True):
        if table.counting is Counting.PEOPLE:
            assert sum(counts) == len(people)


def everybody(form: Questionnaire) -> Iterable[Answers]:
    """Every way to answer a small form."""
    ids = [question.id for question in form.questions]
    domains = [
        [*every_answer_to(form_question), *([] if form_question.required else [None])]
        for form_question in form.questions
    ]
    for answers in product(*domains):
        yield {id: answer for id, answer in zip(ids, answers, strict=True) if answer is not None}


ABC = make_choices("a", "b", "c")
TIGHT = {
    "alone": make_questionnaire(make_single("q", "a", "b", "c"), make_yes_no("other")),
    "multiple": make_questionnaire(Multiple(id="q", label=make_text("q"), choices=ABC, max_choices=2)),
    "ranking": make_questionnaire(Ranking(id="q", label=make_text("q"), choices=ABC, top=2)),
    "routed": make_questionnaire(
        make_yes_no("q", required=True),
        make_rating("r", 0, 1, relevant=Equals("q", "yes")),
        make_yes_no("s", relevant=Answered("r")),
    ),
    "crossed": make_questionnaire(make_yes_no("q"), make_yes_no("r"), crosstabs=(("q", "r"),)),
    "crossed with options": make_questionnaire(
        make_yes_no("q", required=True),
        make_rating("note", 0, 1, relevant=Equals("q", "yes")),
        Multiple(id="freins", label=make_text("freins"), choices=ABC, max_choices=2),
        crosstabs=(("q", "freins"),),
    ),
    "brings up options": make_questionnaire(
        make_yes_no("q"),
        Multiple(id="m", label=make_text("m"), choices=ABC, max_choices=2, relevant=Equals("q", "yes")),
    ),
    "brings up a crossed single": make_questionnaire(
        Multiple(id="q", label=make_text("q"), choices=ABC, max_choices=1),
        Single(id="t", label=make_text("t"), choices=ABC, relevant=Includes("q", "a"), required=True),
        crosstabs=(("t", "q"),),
    ),
}


@pytest.mark.parametrize("form", TIGHT.values(), ids=TIGHT.keys())
def test_of_simple_forms_the_plan_says_exactly_what_an_answer_can_move(form: Questionnaire) -> None:
    planned, question = plan([form]), form.by_id["q"]
    alternatives = [*every_answer_to(question), *([] if question.required else [None])]
    most = 0
    for answers in everybody(form):
        for other in alternatives:
            changed = {id: answer for id, answer in answers.items() if id != "q"} | ({"q": other} if other else {})
            most = max(most, measure_move(planned, form, answers, changed))
    assert sensitivity(planned, "q") == most


# Refusals


@pytest.mark.parametrize(
    ("crosstabs", "says"),
    [
        ((("a", "nowhere"),), "nowhere"),
        ((("a", "b"), ("a", "c")), "several"),
        ((("m", "n"),), "multiple"),
        ((("a", "r"),), "single"),
        ((("a", "a"),), "several"),
    ],
)
def test_a_crosstab_that_no_table_can_hold_is_refused(crosstabs: tuple[tuple[str, str], ...], says: str) -> None:
    ranking = Ranking(id="r", label=make_text("r"), choices=ABC, top=1)
    questions = (
        make_yes_no("a"),
        make_yes_no("b"),
        make_yes_no("c"),
        make_multiple("m", "x", "y"),
        make_multiple("n", "x", "y"),
        ranking,
    )
    with pytest.raises(UnusableCrosstab, match=says):
        plan([make_questionnaire(*questions, crosstabs=crosstabs)])


def test_two_versions_with_other_scales_or_types_do_not_share_a_plan() -> None:
    old = make_questionnaire(make_rating("note", 0, 10))
    for newer in (make_rating("note", 0, 5), make_yes_no("note")):
        with pytest.raises(VersionsDisagree, match="new major version"):
            plan([old, make_questionnaire(newer, version="1.1.0")])


# Minor versions, and what the first seal fixes

OLD = make_questionnaire(make_single("a", "x", "y"), make_yes_no("b"))
MINOR = make_questionnaire(make_single("a", "x", "new", "y"), make_yes_no("b"), make_yes_no("added"), version="1.1.0")


def test_a_minor_version_adds_a_choice_and_a_question_that_others_were_not_asked() -> None:
    planned = plan([OLD, MINOR])
    assert table(planned, "a") == (("x",), ("new",), ("y",), (NO_ANSWER,))
    assert table(planned, "added") == (("yes",), ("no",), (NO_ANSWER,), (NOT_ASKED,))
    refuse_change(plan([OLD]), planned)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (make_questionnaire(make_single("a", "x", "y")), "the table b is gone"),
        (make_questionnaire(make_single("a", "x", "z"), make_yes_no("b")), "the table a has lost cells"),
        (
            make_questionnaire(make_single("a", "x", "y"), make_rating("b")),
            "the values of b are others",
        ),
        (
            make_questionnaire(make_single("a", "x", "y"), make_yes_no("b"), crosstabs=(("a", "b"),)),
            "the table a is gone",
        ),
        (make_questionnaire(make_single("a", "x", "y"), make_yes_no("b"), version="1.0.1"), r"version 1\.0\.0 is gone"),
        (make_questionnaire(make_single("a", "x", "y", required=True), make_yes_no("b")), "the table a has lost cells"),
    ],
)
def test_any_other_change_is_refused_and_said(changed: Questionnaire, says: str) -> None:
    with pytest.raises(PlanChanged, match=says) as refused:
        refuse_change(plan([OLD]), plan([changed]))
    assert "new major version" in str(refused.value)


@settings(max_examples=20, deadline=None)
@given(forms())
def test_a_plan_is_read_back_from_the_ledger_as_it_was(form: Questionnaire) -> None:
    planned = plan([form])
    assert read_plan(json.loads(to_canonical_json(build_plan_document(planned)))) == planned


def test_zero_and_one_are_not_taken_for_not_asked_and_answered() -> None:
    cells: tuple[Cell, ...] = ((0,), (NOT_ASKED,), (1,), (ANSWERED,), (NO_ANSWER,), (Special.NOT_RANKED,))
    planned = Plan(versions=("1.0.0",), questions=(), tables=(Table(questions=("q",), cells=cells),))
    assert read_plan(json.loads(to_canonical_json(build_plan_document(planned)))).tables[0].cells == cells
