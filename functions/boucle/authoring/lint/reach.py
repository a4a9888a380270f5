"""What a condition can be: exactly, by trying every kind of answer, where those are few; else soundly, in three values.

The answers of a question fall in classes that no condition tells apart, so one representative of each is enough. A
required question that is asked is answered, because nothing is stored before it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

from boucle.core.questionnaire.conditions import (
    Compare,
    Condition,
    Equals,
    In,
    Includes,
    Test,
    Truth,
    test_holds,
    tests_of,
    truth,
)
from boucle.core.questionnaire.model import Closed, Date, FreeText, Multiple, Number, Question, Questionnaire, Ranking
from boucle.core.questionnaire.routing import applies, conditions_on, sources
from boucle.core.questionnaire.values import Answer, Answers

MAX_STATES = 4096
"""Beyond as many combinations of answers, what can be said in three values has to do."""

MAX_TESTED_CHOICES = 8

UNANSWERED = None
Kind = Answer | None


@dataclass(frozen=True)
class Reach:
    """What the answers to one questionnaire can be, as far as its conditions can tell."""

    questionnaire: Questionnaire

    @cached_property
    def tests(self) -> Mapping[str, frozenset[Test]]:
        """Every comparison that conditions make, by the question that they look at."""
        found: dict[str, set[Test]] = {}
        for condition in self._conditions():
            for test in tests_of(condition):
                found.setdefault(test.answer, set()).add(test)
        return {question: frozenset(tests) for question, tests in found.items()}

    def _conditions(self) -> Iterator[Condition]:
        for section in self.questionnaire.sections:
            owners: list[Condition | None] = [section.relevant, *(block.relevant for block in section.blocks)]
            yield from (condition for condition in owners if condition is not None)

    @cached_property
    def kinds(self) -> Mapping[str, tuple[Kind, ...]]:
        """One answer of each kind that conditions tell apart; a question that nothing looks at is not there."""
        return {
            id: kinds_of(self.questionnaire.by_id[id], tests)
            for id, tests in self.tests.items()
            if id in self.questionnaire.by_id
        }

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each question, all earlier ones that decide, however indirectly, whether it is asked."""
        found: dict[str, frozenset[str]] = {}
        for question in self.questionnaire.questions:
            direct = sources(self.questionnaire, question)
            found[question.id] = direct.union(*(found[ancestor] for ancestor in direct))
        return found

    def truth(self, condition: Condition, given: Condition | None = None) -> Truth:
        """Whether the condition holds never, sometimes or always, of those who meet `given`."""
        asked = {test.answer for requirement in (condition, given) for test in tests_of(requirement)}
        states = self.states(asked.union(*(self.ancestors[question_id] for question_id in asked)))
        if states is None:
            return truth(condition, self._truth_of_test)
        verdicts = {applies(condition, state) for state in states if applies(given, state)}
        return Truth.MAYBE if len(verdicts) == 2 else Truth.of(verdicts == {True})

    def states(self, questions: Iterable[str]) -> Sequence[Answers] | None:
        """Every combination of kinds of answers that paths admit; None when they are too many."""
        wanted = frozenset(questions)
        states: list[Answers] = [{}]
        for question in self.questionnaire.questions:
            if question.id in wanted:
                if len(find_tested_choices(tuple(self.tests[question.id]))) > MAX_TESTED_CHOICES:
                    return None
                states = [after for state in states for after in self._extend_state(question, state)]
                if len(states) > MAX_STATES:
                    return None
        return states

    def _extend_state(self, question: Question, state: Answers) -> Iterator[Answers]:
        if is_asked(self.questionnaire, question, state):
            for kind in self.kinds[question.id]:
                yield state if kind is None else {**state, question.id: kind}
        else:
            yield state

    def _truth_of_test(self, test: Test) -> Truth:
        verdicts = {test_holds(test, kind) for kind in (*self.kinds[test.answer], UNANSWERED)}
        return Truth.MAYBE if len(verdicts) == 2 else Truth.of(verdicts == {True})


def is_asked(questionnaire: Questionnaire, question: Question, state: Answers) -> bool:
    """Whether those who answered so far in this way are asked the question."""
    return all(applies(condition, state) for condition in conditions_on(questionnaire, question))


def kinds_of(question: Question, tests: frozenset[Test]) -> tuple[Kind, ...]:
    """One possible answer for each way in which these comparisons can come out, unanswered if it may be."""
    ordered = sorted(tests, key=repr)
    kinds = {
        tuple(test_holds(test, answer) for test in ordered): answer for answer in _possible_answers(question, ordered)
    }
    return tuple(kinds.values()) if question.required and kinds else (*kinds.values(), UNANSWERED)


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
    fillers = [value for value in question.values if value not in tested and value not in exclusive]
    least = max(question.min_choices, 1)
    for taken in _subsets([value for value in question.values if value in tested], question.max_choices):
        if exclusive.isdisjoint(taken) and len(taken) + len(fillers) >= least:
            yield (*taken, *fillers[: max(least - len(taken), 0)])
    if question.min_choices <= 1:
        yield from ((value,) for value in exclusive)


def _rankings(question: Ranking, tested: Sequence[str]) -> Iterator[Answer]:
    fillers = [value for value in question.values if value not in tested]
    for taken in _subsets([value for value in question.values if value in tested], question.top):
        if taken or fillers:
            yield taken or (fillers[0],)


def _subsets(values: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    # Past a few tested choices, absence and each one alone say what single comparisons can be; nobody combines them.
    sizes = range(min(most, len(values) if len(values) <= MAX_TESTED_CHOICES else 1) + 1)
    for size in sizes:
        yield from combinations(values, size)
