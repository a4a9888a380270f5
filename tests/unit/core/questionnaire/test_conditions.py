"""Conditions come out as their definition says, however they are nested: the one evaluator against a plain reading."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.questionnaire import conditions as model
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
    Test,
    holds,
)

# A comparison stands on a number, a date or a string only: lint refuses it on a question with several choices.
VALUES: st.SearchStrategy[Any] = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b", "dont_know"]))
tests = st.one_of(
    st.builds(Equals, st.sampled_from("pq"), VALUES),
    st.builds(In, st.sampled_from("pq"), st.lists(VALUES).map(tuple)),
    st.builds(Includes, st.sampled_from("pq"), st.sampled_from("ab")),
    st.builds(Answered, st.sampled_from("pq")),
    st.builds(Compare, st.just("r"), st.sampled_from(["<", "<=", ">", ">="]), VALUES),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
several = st.fixed_dictionaries(
    {}, optional={"p": VALUES, "q": st.lists(st.sampled_from(["a", "b"])).map(tuple), "r": VALUES}
)


def read_plainly(condition: Condition, answers: dict[str, Any]) -> bool:
    """The definition, read off the tree; nothing is compiled or kept."""
    match condition:
        case And(parts):
            return all(read_plainly(part, answers) for part in parts)
        case Or(parts):
            return any(read_plainly(part, answers) for part in parts)
        case Not(part):
            return not read_plainly(part, answers)
        case _:
            return model.test_holds(condition, answers.get(condition.answer))


@given(conditions, several)
@settings(max_examples=300, deadline=None)
def test_a_condition_holds_when_its_definition_says_so(condition: Condition, answers: dict[str, Any]) -> None:
    assert holds(condition, answers) == read_plainly(condition, answers)


@pytest.mark.parametrize(
    "comparison", [Equals("p", "a"), In("p", ("a",)), Includes("p", "a"), Answered("p"), Compare("p", "<", "b")]
)
def test_of_an_unanswered_question_only_a_negation_is_true(comparison: Test) -> None:
    assert not holds(comparison, {})
    assert holds(Not(comparison), {})
