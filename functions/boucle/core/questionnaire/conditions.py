"""Conditions: small trees of operations over earlier answers, checkable without running them.

A question that was not answered makes every comparison false; only `not` turns that around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from boucle.core.questionnaire.values import Answers, Value

ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


class Truth(Enum):
    """What is known of a condition when only some answers are known (Kleene's three values)."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"

    @staticmethod
    def of(known: bool) -> Truth:
        return Truth.YES if known else Truth.NO


@dataclass(frozen=True, slots=True)
class Equals:
    answer: str
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    answer: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Includes:
    """A multiple choice or a ranking holds this choice."""

    answer: str
    value: str


@dataclass(frozen=True, slots=True)
class Answered:
    answer: str


@dataclass(frozen=True, slots=True)
class Compare:
    answer: str
    operator: str
    value: int | float | str


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


Test = Equals | In | Includes | Answered | Compare
Condition = Test | And | Or | Not

Predicate = Callable[[Answers], bool]
"""Whether something is true of answers; what is absent from them is unanswered."""


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether the condition is true of these answers; what is absent from them is unanswered."""
    return compile_condition(condition)(answers)


@lru_cache(maxsize=4096)  # lint asks for the same few again and again
def compile_condition(condition: Condition) -> Predicate:
    """The condition as a function: the only way in which a whole condition is evaluated."""
    match condition:
        case And(conditions):
            every = [compile_condition(part) for part in conditions]
            return lambda answers: all(predicate(answers) for predicate in every)
        case Or(conditions):
            some = [compile_condition(part) for part in conditions]
            return lambda answers: any(predicate(answers) for predicate in some)
        case Not(inner):
            negated = compile_condition(inner)
            return lambda answers: not negated(answers)
        case Equals(id, value):  # this one and the next as `test_holds` has them, without calling it: nearly all are
            return lambda answers: answers.get(id) == value
        case In(id, values):
            return lambda answers: answers.get(id) in values
        case _:
            return lambda answers: test_holds(condition, answers.get(condition.answer))


def compile_optional(condition: Condition | None) -> Predicate | None:
    """The same of what may have no condition; None where there is none, and it always applies."""
    return None if condition is None else compile_condition(condition)


def test_holds(test: Test, answer: object) -> bool:
    """One comparison with one answer; None is an unanswered question."""
    if answer is None:
        return False
    match test:
        case Equals(_, value):
            return answer == value
        case In(_, values):
            return answer in values
        case Includes(_, value):
            return isinstance(answer, tuple) and value in answer
        case Answered():
            return True
        case Compare(_, operator, value):
            return _compares(operator, answer, value)


def _compares(operator: str, answer: Any, value: int | float | str) -> bool:
    # Dates are ISO 8601 strings, whose order is the calendar's. "dont_know" orders with no number.
    return isinstance(answer, str) == isinstance(value, str) and ORDERINGS[operator](answer, value)


def truth(condition: Condition, known: Callable[[Test], Truth]) -> Truth:
    """What can be said of the condition when `known` says what can be said of each of its tests."""
    match condition:
        case And(conditions):
            return _weakest([truth(part, known) for part in conditions])
        case Or(conditions):
            return _negate(_weakest([_negate(truth(part, known)) for part in conditions]))
        case Not(inner):
            return _negate(truth(inner, known))
        case _:
            return known(condition)


def _weakest(truths: Sequence[Truth]) -> Truth:
    if Truth.NO in truths:
        return Truth.NO
    return Truth.MAYBE if Truth.MAYBE in truths else Truth.YES


def _negate(of: Truth) -> Truth:
    return {Truth.NO: Truth.YES, Truth.MAYBE: Truth.MAYBE, Truth.YES: Truth.NO}[of]


def tests_of(condition: Condition | None) -> Iterator[Test]:
    """Every comparison in the tree, in reading order."""
    match condition:
        case None:
            return
        case And(conditions) | Or(conditions):
            for part in conditions:
                yield from tests_of(part)
        case Not(inner):
            yield from tests_of(inner)
        case _:
            yield condition
