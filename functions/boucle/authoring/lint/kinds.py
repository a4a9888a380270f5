"""The kinds of answers to a question that conditions tell apart: one representative of each stands for all of them.

A required question that is asked is answered, because nothing is stored before it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from boucle.core.questionnaire.conditions import Compare, Equals, In, Includes, Test, test_holds
from boucle.core.questionnaire.model import Closed, Date, FreeText, Multiple, Number, Question, Ranking
from boucle.core.questionnaire.values import Answer

MAX_TESTED_CHOICES = 8
"""Combinations of more choices of one question are too many to be tried."""

UNANSWERED = None
Kind = Answer | None


def kinds_of(question: Question, tests: frozenset[Test]) -> tuple[Kind, ...]:
    """One possible answer for each way in which these comparisons can come out, UNANSWERED if it may be."""
    answered = weigh_kinds(question, tests)
    return answered if question.required and answered else tuple(dict.fromkeys((*answered, UNANSWERED)))


def weigh_kinds(question: Question, tests: frozenset[Test]) -> tuple[Kind, ...]:
    """The kinds of those who answer. UNANSWERED stands for an answer of which every comparison is false, as of none."""
    ordered = sorted(tests, key=repr)
    kinds = {
        tuple(test_holds(test, answer) for test in ordered): answer for answer in _possible_answers(question, ordered)
    }
    return tuple(answer if any(signature) else UNANSWERED for signature, answer in kinds.items())


def _possible_answers(question: Question, tests: Sequence[Test]) -> Iterator[Answer]:
    match question:
        case Number() | Date():
            yield from _values_around(question, tests)
        case Closed():
            yield from question.values
        case Multiple():
            yield from _selections(question, find_tested_choices(tests))
        case Ranking():
            yield from _rankings(question, find_tested_choices(tests))
        case FreeText():
            yield "written"


def _values_around(question: Number | Date, tests: Sequence[Test]) -> Iterator[Answer]:
    """The ends of the range, and each constant with its neighbours, so that no interval is left out."""
    constants = {value for test in tests for value in _constants(test)}
    candidates: set[Answer] = {question.minimum, question.maximum, *constants}
    for constant in constants:
        candidates |= set(_neighbours(question, constant))
    same = str if isinstance(question, Date) else (int, float)
    inside = (candidate for candidate in candidates if isinstance(candidate, same))
    yield from sorted(answer for answer in inside if question.minimum <= answer <= question.maximum)  # type: ignore[operator]  # both are texts, or both are numbers


def _neighbours(question: Number | Date, value: object) -> Iterator[Answer]:
    match question:
        case Number() if isinstance(value, (int, float)):
            step = 10**-question.decimals
            yield from (round(value - step, question.decimals), round(value + step, question.decimals))
        case Date() if isinstance(value, str):
            day, step_days = date.fromisoformat(value), timedelta(days=1)
            yield from ((day - step_days).isoformat(), (day + step_days).isoformat())


def _constants(test: Test) -> tuple[str | int | float, ...]:
    match test:
        case Equals(_, value) | Compare(_, _, value):
            return (value,)
        case In(_, values):
            return values
        case _:
            return ()


def find_tested_choices(tests: Sequence[Test]) -> list[str]:
    """The choices that these comparisons look for."""
    return [test.value for test in tests if isinstance(test, Includes)]


def _selections(question: Multiple, tested: Sequence[str]) -> Iterator[Answer]:
    """Every way to take or leave the tested choices that can be completed to a valid answer."""
    exclusive = {choice.value for choice in question.choices if choice.exclusive}
    least = max(question.min_choices, 1)
    fillers = [value for value in question.values if value not in tested and value not in exclusive]
    for taken in _complete(_subsets(question.values, tested, question.max_choices), fillers, least, len(tested)):
        if exclusive.isdisjoint(taken):
            yield taken
    if question.min_choices <= 1:
        yield from ((value,) for value in exclusive)


def _rankings(question: Ranking, tested: Sequence[str]) -> Iterator[Answer]:
    """The same of a ranking, whose answer holds as many as are asked for."""
    top = min(question.top, len(question.choices))
    fillers = [value for value in question.values if value not in tested]
    yield from _complete(_subsets(question.values, tested, top), fillers, top, len(tested))


def _complete(
    subsets: Iterator[tuple[str, ...]], fillers: Sequence[str], least: int, tested: int
) -> Iterator[tuple[str, ...]]:
    """Each subset with as many untested choices as are wanted beside it; left out where there are not enough."""
    for taken in subsets:
        # Of many tested choices few subsets are tried: what they lack may be tested choices too.
        if len(taken) + len(fillers) >= least or tested > MAX_TESTED_CHOICES:
            yield (*taken, *fillers[: max(least - len(taken), 0)])


def _subsets(values: Sequence[str], tested: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    # Past a few tested choices, absence and each one alone say what single comparisons can be; nobody combines them.
    sizes = range(min(most, len(tested) if len(tested) <= MAX_TESTED_CHOICES else 1) + 1)
    for size in sizes:
        yield from combinations([value for value in values if value in tested], size)
