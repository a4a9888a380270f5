"""What a condition can be: exactly, by walking over every kind of answer, where that is short; else in three values.

The three values are sound: a condition that never holds, or always, may be said to hold sometimes, not the reverse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from boucle.authoring.lint.kinds import MAX_TESTED_CHOICES, UNANSWERED, Kind, find_tested_choices, kinds_of
from boucle.authoring.lint.walk import Count, Enquiry, RouteWalker
from boucle.core.questionnaire.conditions import Condition, Test, Truth, test_holds, tests_of, truth
from boucle.core.questionnaire.model import Questionnaire


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
    def walker(self) -> RouteWalker:
        """Counts paths, each once."""
        walkable = {
            id: dict.fromkeys(kinds, 1)
            for id, kinds in self.kinds.items()
            if len(find_tested_choices(tuple(self.tests[id]))) <= MAX_TESTED_CHOICES
        }
        return RouteWalker(self.questionnaire, walkable)

    def truth(self, condition: Condition, given: Condition | None = None) -> Truth:
        """Whether the condition holds never, sometimes or always, of those who meet `given`; MAYBE when in doubt."""
        enquiry = Enquiry(condition, given)
        count = self._counts.get(enquiry) or self.walker.count([enquiry]).get(enquiry)
        if count is None:
            return truth(condition, self._truth_of_test)
        return Truth.MAYBE if 0 < count.holding < count.of else Truth.of(count.holding > 0)

    @cached_property
    def _counts(self) -> Mapping[Enquiry, Count | None]:
        """The counts of all conditions of the questionnaire, each among those who are asked its section."""
        enquiries = [
            Enquiry(condition, given)
            for section in self.questionnaire.sections
            for condition, given in (
                (section.relevant, None),
                *((block.relevant, section.relevant) for block in section.blocks),
            )
            if condition is not None
        ]
        return self.walker.count(enquiries)

    def _truth_of_test(self, test: Test) -> Truth:
        verdicts = {test_holds(test, kind) for kind in (*self.kinds[test.answer], UNANSWERED)}
        return Truth.MAYBE if len(verdicts) == 2 else Truth.of(verdicts == {True})
