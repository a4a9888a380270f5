"""What one fact about an answer says of a condition, and which facts a version may give together."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from boucle.core.privacy.structural_zeros import Fact, Holding, PossibleFacts, truth_of
from boucle.core.privacy.tables import Special
from boucle.core.questionnaire.conditions import Answered, Compare, Equals, In, Includes, Test, Truth
from boucle.core.questionnaire.model import Date, FreeText, Number, Questionnaire
from boucle.core.questionnaire.values import DONT_KNOW
from support.builders import make_multiple, make_questionnaire, make_rating, make_single, make_text, make_yes_no

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
NOT_ASKED, NO_ANSWER, ANSWERED = Special.NOT_ASKED, Special.NO_ANSWER, Special.ANSWERED

AGE = Number(id="age", label=make_text("age"), minimum=0, maximum=29, bins=(0, 10, 20))
DAY = Date(
    id="day", label=make_text("day"), minimum="2026-01-01", maximum="2026-03-31", bins=("2026-01-01", "2026-02-01")
)
NOTE = make_rating("note", 0, 2, dont_know=True)
BRAKES = make_multiple("m", "a", "b")


def is_possible(version: Questionnaire, facts: Mapping[str, Fact]) -> bool:
    return PossibleFacts(version).admit(facts)


@pytest.mark.parametrize("fact", [NOT_ASKED, NO_ANSWER])
@pytest.mark.parametrize("test", [Answered("note"), Equals("note", 1), Compare("note", "<=", 2), In("note", (0, 1, 2))])
def test_without_an_answer_every_comparison_is_false(test: Test, fact: Fact) -> None:
    assert truth_of(test, NOTE, fact) is NO


@pytest.mark.parametrize("fact", [0, DONT_KNOW])
def test_any_value_is_an_answer(fact: Fact) -> None:
    assert truth_of(Answered("note"), NOTE, fact) is YES


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        (Equals("note", 1), YES),
        (Equals("note", 2), NO),
        (In("note", (0, 1)), YES),
        (In("note", (0, 2)), NO),
        (Compare("note", "<=", 1), YES),
        (Compare("note", "<", 1), NO),
        (Includes("note", "1"), NO),
    ],
)
def test_of_a_known_value_every_comparison_is_certain(test: Test, truth: Truth) -> None:
    assert truth_of(test, NOTE, 1) is truth


@pytest.mark.parametrize(
    ("test", "fact", "truth"),
    [
        (Answered("m"), ANSWERED, YES),
        (Answered("m"), Holding("a"), YES),
        (Includes("m", "a"), Holding("a"), YES),
        (Includes("m", "b"), Holding("a"), MAYBE),
        (Includes("m", "a"), ANSWERED, MAYBE),
    ],
)
def test_an_option_says_nothing_of_the_others(test: Test, fact: Fact, truth: Truth) -> None:
    assert truth_of(test, BRAKES, fact) is truth


@pytest.mark.parametrize(
    ("test", "truths"),
    [
        # The bins are 0 to 9, 10 to 19, and 20 to 29.
        (Equals("age", 0), (MAYBE, NO, NO)),
        (Equals("age", 9), (MAYBE, NO, NO)),
        (Equals("age", 10), (NO, MAYBE, NO)),
        (Equals("age", 20), (NO, NO, MAYBE)),
        (Equals("age", 29), (NO, NO, MAYBE)),
        (In("age", (3, 25)), (MAYBE, NO, MAYBE)),
        (In("age", (10,)), (NO, MAYBE, NO)),
        (In("age", ()), (NO, NO, NO)),
        (Compare("age", ">=", 10), (NO, YES, YES)),
        (Compare("age", ">=", 11), (NO, MAYBE, YES)),
        (Compare("age", ">", 10), (NO, MAYBE, YES)),
        (Compare("age", ">", 9), (MAYBE, YES, YES)),
        (Compare("age", ">=", 29), (NO, NO, MAYBE)),
        (Compare("age", ">", 29), (NO, NO, NO)),
        (Compare("age", ">", 28), (NO, NO, MAYBE)),
        (Compare("age", ">=", 30), (NO, NO, NO)),
        (Compare("age", "<", 10), (YES, NO, NO)),
        (Compare("age", "<", 11), (YES, MAYBE, NO)),
        (Compare("age", "<=", 10), (YES, MAYBE, NO)),
        (Compare("age", "<=", 9), (MAYBE, NO, NO)),
        (Compare("age", "<=", 29), (YES, YES, YES)),
        (Compare("age", "<", 29), (YES, YES, MAYBE)),
        (Compare("age", "<", 30), (YES, YES, YES)),
        (Compare("age", "<", 0), (NO, NO, NO)),
        (Compare("age", "<=", 0), (MAYBE, NO, NO)),
        (Includes("age", "10"), (NO, NO, NO)),
        (Answered("age"), (YES, YES, YES)),
    ],
)
def test_of_a_number_only_its_bin_is_known(test: Test, truths: tuple[Truth, ...]) -> None:
    """In doubt it is "maybe": 9.5 may lie in the first bin, as far as this knows, so `<= 9` is not certain there."""
    assert tuple(truth_of(test, AGE, first) for first in (0, 10, 20)) == truths


@pytest.mark.parametrize(
    ("test", "truths"),
    [
        (Equals("day", "2026-01-31"), (MAYBE, NO)),
        (Equals("day", "2026-02-01"), (NO, MAYBE)),
        (Compare("day", "<", "2026-02-01"), (YES, NO)),
        (Compare("day", ">", "2026-03-31"), (NO, NO)),
        (Compare("day", "<=", "2026-03-31"), (YES, YES)),
    ],
)
def test_of_a_day_too(test: Test, truths: tuple[Truth, ...]) -> None:
    assert tuple(truth_of(test, DAY, first) for first in ("2026-01-01", "2026-02-01")) == truths


ROUTED = make_questionnaire(
    make_yes_no("a", required=True),
    make_single("b", "x", "y", relevant=Equals("a", "yes")),
    make_yes_no("c", required=True, relevant=Answered("b")),
    make_multiple("m", "one", "two"),
    make_yes_no("d", required=True, relevant=Includes("m", "one")),
    make_yes_no("e", required=True, relevant=Answered("a")),
)


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        ({"a": "yes"}, True),
        ({"a": "perhaps"}, False),
        ({"a": NO_ANSWER}, False),
        ({"a": NOT_ASKED}, False),
        ({"b": NO_ANSWER}, True),
        ({"b": "z"}, False),
        ({"a": "no", "b": "x"}, False),
        ({"a": "no", "b": NO_ANSWER}, False),
        ({"a": "no", "b": NOT_ASKED}, True),
        ({"a": "yes", "b": NOT_ASKED}, False),
        ({"b": NOT_ASKED}, True),
        ({"b": "x", "c": NOT_ASKED}, False),
        ({"b": NO_ANSWER, "c": "yes"}, False),
        ({"a": "no", "c": "yes"}, False),
        ({"a": "yes", "c": NOT_ASKED}, True),
        ({"m": Holding("one")}, True),
        ({"m": Holding("three")}, False),
        ({"b": Holding("x")}, True),
        ({"m": ANSWERED, "d": NOT_ASKED}, True),
        ({"m": Holding("one"), "d": NOT_ASKED}, False),
        ({"m": Holding("two"), "d": "yes"}, True),
        ({"m": NO_ANSWER, "d": "yes"}, False),
        ({"e": NOT_ASKED}, False),
        ({"e": "yes"}, True),
        ({"elsewhere": NOT_ASKED}, True),
        ({"elsewhere": NO_ANSWER}, False),
        ({"elsewhere": "yes"}, False),
    ],
)
def test_facts_are_possible_together_when_some_path_leads_to_them(facts: dict[str, Fact], possible: bool) -> None:
    assert is_possible(ROUTED, facts) is possible


@pytest.mark.parametrize(("fact", "possible"), [("anything", True), (1, True), (Holding("x"), False)])
def test_of_a_question_without_declared_values_anything_but_an_option_is_possible(fact: Fact, possible: bool) -> None:
    form = make_questionnaire(FreeText(id="t", label=make_text("t")))
    assert is_possible(form, {"t": fact}) is possible


def test_what_hangs_on_a_question_that_the_version_lacks_is_never_asked() -> None:
    form = make_questionnaire(make_yes_no("q", relevant=Answered("elsewhere")))
    assert not is_possible(form, {"q": "yes"})
    assert is_possible(form, {"q": NOT_ASKED})


def test_an_optional_source_that_is_always_asked_may_stay_without_an_answer() -> None:
    form = make_questionnaire(make_yes_no("p"), make_yes_no("q", required=True, relevant=Answered("p")))
    assert is_possible(form, {"q": NOT_ASKED})
    assert is_possible(form, {"q": "yes"})


def test_a_required_source_that_may_not_be_asked_is_not_surely_answered() -> None:
    assert is_possible(ROUTED, {"c": NOT_ASKED})
    routed = make_questionnaire(
        make_yes_no("o"),
        make_yes_no("p", required=True, relevant=Equals("o", "yes")),
        make_yes_no("q", required=True, relevant=Answered("p")),
    )
    assert is_possible(routed, {"q": NOT_ASKED})


def test_a_required_source_says_nothing_of_which_value_it_has() -> None:
    form = make_questionnaire(make_yes_no("p", required=True), make_yes_no("q", relevant=Equals("p", "yes")))
    assert is_possible(form, {"q": NOT_ASKED})
