"""Promises of conditions shown without script."""

from __future__ import annotations

import pytest

from boucle.core.questionnaire.conditions import And, Answered, Compare, Condition, Equals, In, Includes, Not, Or
from boucle.core.questionnaire.model import FreeText, Question
from boucle.pages.common.reveal import MAX_MARKS, make_marks, render_stylesheet
from support.builders import make_multiple, make_questionnaire, make_rating, make_text, make_yes_no

A, B = Equals("a", "yes"), Equals("b", "no")


def is_shown(condition: Condition, *ticked: tuple[str, str], of: tuple[Question, ...] | None = None) -> bool:
    """Whether the stylesheet would show a question under this condition once these inputs are ticked."""
    asked = of or (
        make_yes_no("a"),
        make_yes_no("b"),
        make_rating("r"),
        make_multiple("m", "x", "y"),
        FreeText(id="t", label=make_text("t")),
    )
    form = make_marks(make_questionnaire(*asked, make_yes_no("last", relevant=condition)))
    carried = {mark[1:] for name in ticked for mark in form.inputs.get(name, ())}
    return all((mark[1:] in carried) == (mark[0] == "d") for mark in form.blocks["last"])


@pytest.mark.parametrize(
    ("condition", "showing", "hiding"),
    [
        (A, [("a", "yes")], [("a", "no")]),
        (In("a", ("yes", "no")), [("a", "no")], []),
        (Includes("m", "x"), [("m", "y"), ("m", "x")], [("m", "y")]),
        (Answered("r"), [("r", "0")], [("a", "yes")]),
        (Compare("r", ">=", 8), [("r", "8")], [("r", "7")]),
        (Not(A), [], [("a", "yes")]),
        (Or((A, B)), [("b", "no")], [("b", "yes")]),
        (And((A, B)), [("a", "yes"), ("b", "no")], [("a", "yes")]),
        (Not(Or((A, B))), [("a", "no")], [("b", "no")]),
    ],
)
def test_a_question_shows_exactly_when_its_condition_holds(
    condition: Condition, showing: list[tuple[str, str]], hiding: list[tuple[str, str]]
) -> None:
    assert (is_shown(condition, *showing), is_shown(condition, *hiding)) == (True, False)


@pytest.mark.parametrize("condition", [Answered("t"), Or((A, Answered("t"))), Not(And((A, B))), Or((A, And((A, B))))])
def test_what_marks_cannot_say_stays_visible(condition: Condition) -> None:
    assert is_shown(condition)


def test_a_tick_counts_only_while_its_own_question_shows() -> None:
    chain = (make_yes_no("a"), make_yes_no("b", relevant=A))
    assert is_shown(Equals("b", "no"), ("b", "no"), of=chain) is False
    assert is_shown(Equals("b", "no"), ("a", "yes"), ("b", "no"), of=chain) is True


def test_more_conditions_than_the_stylesheet_knows_stay_visible() -> None:
    sources = [make_yes_no(f"q{number}") for number in range(MAX_MARKS + 1)]
    followers = [make_yes_no(f"f{number}", relevant=Equals(f"q{number}", "yes")) for number in range(MAX_MARKS + 1)]
    form = make_marks(make_questionnaire(*sources, *followers))
    assert [name for name, given in form.blocks.items() if name.startswith("f") and not given] == [f"f{MAX_MARKS}"]
    assert f".c{MAX_MARKS}:checked" in render_stylesheet()
    assert f".c{MAX_MARKS + 1}:checked" not in render_stylesheet()
