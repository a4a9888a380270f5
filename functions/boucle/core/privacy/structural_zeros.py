"""Structural zeros: cells that routing makes impossible, told apart without ever leaving out a possible one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boucle.core.privacy.tables import Outcome, Special
from boucle.core.questionnaire.conditions import (
    ORDERINGS,
    Answered,
    Compare,
    Equals,
    In,
    Includes,
    Test,
    Truth,
    test_holds,
)
from boucle.core.questionnaire.model import Closed, Date, Number, Question, Questionnaire
from boucle.core.questionnaire.routing import dependents, may_be_asked


@dataclass(frozen=True, slots=True)
class Holding:
    """Known of a multiple choice: this option is among those chosen."""

    option: str


Fact = Outcome | Holding


class PossibleFacts:
    """Tells which facts can be true of one person together. Routing is walked once, not once for each question."""

    def __init__(self, version: Questionnaire) -> None:
        self._version = version
        self._led = dependents(version)
        self._asked: dict[tuple[tuple[str, Fact], ...], Mapping[str, Truth]] = {
            (): self._walk(version.questions, {}, {})
        }

    def admit(self, facts: Mapping[str, Fact]) -> bool:
        """Whether some path through this version may lead to all these facts. True when in doubt."""
        return all(self._admits(id, fact, facts) for id, fact in facts.items())

    def _admits(self, id: str, fact: Fact, facts: Mapping[str, Fact]) -> bool:
        question = self._version.by_id.get(id)
        if question is None:
            return fact is Special.NOT_ASKED
        asked = self._truth_of_asked(question, facts)
        if fact is Special.NOT_ASKED:
            return asked is not Truth.YES
        if fact is Special.NO_ANSWER:
            return asked is not Truth.NO and not question.required
        return asked is not Truth.NO and _offers(question, fact)

    def _truth_of_asked(self, question: Question, facts: Mapping[str, Fact]) -> Truth:
        leading = tuple((id, fact) for id, fact in facts.items() if question.id in self._led.get(id, ()))
        if leading not in self._asked:
            led = frozenset().union(*(self._led[id] for id, _ in leading))
            changed = [later for later in self._version.questions if later.id in led]
            self._asked[leading] = self._walk(changed, dict(leading), self._asked[()])
        return self._asked[leading][question.id]

    def _walk(
        self, questions: Iterable[Question], facts: Mapping[str, Fact], asked: Mapping[str, Truth]
    ) -> Mapping[str, Truth]:
        """Whether each question is asked, given the facts; of those that are not walked over, as known already."""
        found = dict(asked)
        for question in questions:
            found[question.id] = may_be_asked(self._version, question, lambda test: self._truth(test, facts, found))
        return found

    def _truth(self, test: Test, facts: Mapping[str, Fact], asked: Mapping[str, Truth]) -> Truth:
        """What is known of one comparison. Nothing can be said in answer to a later question, or to none."""
        source = self._version.by_id.get(test.answer)
        if source is None:
            return Truth.NO
        if test.answer in facts:
            return truth_of(test, source, facts[test.answer])
        if asked.get(test.answer, Truth.NO) is Truth.NO:
            return Truth.NO
        certain = isinstance(test, Answered) and source.required and asked[test.answer] is Truth.YES
        return Truth.YES if certain else Truth.MAYBE


def _offers(question: Question, fact: Fact) -> bool:
    if isinstance(fact, Holding):
        return fact.option in getattr(question, "values", ())
    return isinstance(fact, Special) or not isinstance(question, Closed) or fact in question.values


def truth_of(test: Test, source: Question, fact: Fact) -> Truth:
    """What one fact about a question says of a comparison with its answer."""
    if fact is Special.NOT_ASKED or fact is Special.NO_ANSWER:
        return Truth.NO
    if isinstance(test, Answered):
        return Truth.YES
    if isinstance(fact, Holding):
        return Truth.YES if test == Includes(test.answer, fact.option) else Truth.MAYBE
    if isinstance(fact, Special):
        return Truth.MAYBE
    if isinstance(source, Number | Date):
        return _bin_of(source, fact).truth(test)
    return Truth.of(test_holds(test, fact))


@dataclass(frozen=True, slots=True)
class _Bin:
    """A number or a day of which only the bin is known: from `first` to before `following`, or to the maximum."""

    first: Any
    following: Any
    maximum: Any

    def truth(self, test: Test) -> Truth:
        match test:
            case Equals(_, value):
                return self._may_be([value])
            case In(_, values):
                return self._may_be(values)
            case Compare(_, ">" | ">=" as operator, value):
                return self._lies(operator, value)
            case Compare(_, operator, value):
                opposite = self._lies(">" if operator == "<=" else ">=", value)
                return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.MAYBE: Truth.MAYBE}[opposite]
            case _:
                return Truth.NO

    def _lies(self, operator: str, value: Any) -> Truth:
        if ORDERINGS[operator](self.first, value):
            return Truth.YES
        highest = self.maximum if self.following is None else self.following
        below = value >= highest if self.following is not None else not ORDERINGS[operator](highest, value)
        return Truth.NO if below else Truth.MAYBE

    def _may_be(self, values: Sequence[Any]) -> Truth:
        inside = (self.following is None or value < self.following for value in values if value >= self.first)
        return Truth.MAYBE if any(inside) else Truth.NO


def _bin_of(source: Number | Date, first: Any) -> _Bin:
    later: list[Any] = [value for value in source.values if value > first]
    return _Bin(first, later[0] if later else None, source.maximum)
