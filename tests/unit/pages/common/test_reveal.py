"""Promises of conditions shown without script."""

from __future__ import annotations

import pytest

from boucle.core.questionnaire.conditions import And, Answered, Compare, Condition, Equals, In, Includes, Not, Or
from boucle.core.questionnaire.model import FreeText, Question
from boucle.pages.common.reveal import MARKS, marks, stylesheet
from support.builders import multiple, questionnaire, rating, text, yes_no

A, B = Equals("a", "yes"), Equals("b", "no")


def shown(condition: Condition, *ticked: tuple[str, str], of: tuple[Question, ...] | None = None) -> bool:
    """Whether the stylesheet would show a question under this condition once these inputs are ticked."""
    asked = of or (yes_no("a"), yes_no("b"), rating("r"), multiple("m", "x", "y"), FreeText(id="t", label=text("t")))
    form = marks(questionnaire(*asked, yes_no("last", relevant=condition)))
    carried = {mark[1:] for each in ticked for mark in form.inputs.get(each, ())}
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
    assert (shown(condition, *showing), shown(condition, *hiding)) == (True, False)


@pytest.mark.parametrize("condition", [Answered("t"), Or((A, Answered("t"))), Not(And((A, B))), Or((A, And((A, B))))])
def test_what_marks_cannot_say_stays_visible(condition: Condition) -> None:
    assert shown(condition)


def test_a_tick_counts_only_while_its_own_question_shows() -> None:
    chain = (yes_no("a"), yes_no("b", relevant=A))
    assert shown(Equals("b", "no"), ("b", "no"), of=chain) is False
    assert shown(Equals("b", "no"), ("a", "yes"), ("b", "no"), of=chain) is True


def test_more_conditions_than_the_stylesheet_knows_stay_visible() -> None:
    sources = [yes_no(f"q{number}") for number in range(MARKS + 1)]
    followers = [yes_no(f"f{number}", relevant=Equals(f"q{number}", "yes")) for number in range(MARKS + 1)]
    form = marks(questionnaire(*sources, *followers))
    assert [each for each, given in form.blocks.items() if each.startswith("f") and not given] == [f"f{MARKS}"]
    assert f".c{MARKS}:checked" in stylesheet()
    assert f".c{MARKS + 1}:checked" not in stylesheet()
