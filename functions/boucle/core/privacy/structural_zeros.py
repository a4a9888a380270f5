"""Structural zeros: cells that routing makes impossible, told apart without ever leaving out a possible one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from boucle.core.questionnaire.routing import may_be_asked


@dataclass(frozen=True, slots=True)
class Holding:
    """Known of a multiple choice: this option is among those chosen."""

    option: str


Fact = Outcome | Holding


def is_possible(version: Questionnaire, facts: Mapping[str, Fact]) -> bool:
    """Whether some path through this version may lead to all these facts. True when in doubt."""
    known = _Knowledge(version, facts)
    return all(known.admits(question, fact) for question, fact in facts.items())


@dataclass(frozen=True, slots=True)
class _Knowledge:
    version: Questionnaire
    facts: Mapping[str, Fact]

    def admits(self, id: str, fact: Fact) -> bool:
        question = self.version.by_id.get(id)
        if question is None:
            return fact is Special.NOT_ASKED
        asked = self.truth_of_asked(question)
        if fact is Special.NOT_ASKED:
            return asked is not Truth.YES
        if fact is Special.NO_ANSWER:
            return asked is not Truth.NO and not question.required
        return asked is not Truth.NO and _offers(question, fact)

    def truth_of_asked(self, question: Question) -> Truth:
        return may_be_asked(self.version, question, self.truth)

    def truth(self, test: Test) -> Truth:
        """What is known of one comparison. The recursion ends: conditions look at earlier questions only."""
        source = self.version.by_id.get(test.answer)
        if source is None:
            return Truth.NO
        if test.answer in self.facts:
            return truth_of(test, source, self.facts[test.answer])
        asked = self.truth_of_asked(source)
        if asked is Truth.NO:
            return Truth.NO
        certain = isinstance(test, Answered) and source.required and asked is Truth.YES
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
