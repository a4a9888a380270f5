"""How many of the people are asked a question, were answers spread evenly: an estimate for lint, never published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

from boucle.authoring.lint.kinds import Kind, find_tested_choices, weigh_kinds
from boucle.authoring.lint.reach import Reach
from boucle.authoring.lint.walk import Count, Enquiry, RouteWalker, Weights
from boucle.core.questionnaire.conditions import And, Test, test_holds
from boucle.core.questionnaire.model import Closed, Multiple, Question, Ranking
from boucle.core.questionnaire.routing import conditions_on
from boucle.core.questionnaire.values import Value


@dataclass(frozen=True)
class Spread:
    """Shares of people by what they answered, evenly among the possible answers of everybody who is asked."""

    reach: Reach

    def share_asked(self, id: str) -> float:
        """The share of all people who are asked a question; 1 when there are too many cases to tell."""
        count = self._counts.get(id)
        return 1.0 if count is None else count.holding / count.of

    @cached_property
    def _counts(self) -> Mapping[str, Count]:
        """The counts of those who are asked each conditional question, where they could be taken."""
        questionnaire = self.reach.questionnaire
        conditions = {question.id: conditions_on(questionnaire, question) for question in questionnaire.questions}
        enquiries = {id: Enquiry(And(several)) for id, several in conditions.items() if several}
        counts = RouteWalker(questionnaire, self._weights).count(enquiries.values())
        return {id: counts[enquiry] for id, enquiry in enquiries.items() if enquiry in counts}

    @cached_property
    def _weights(self) -> Weights:
        return {
            id: _weigh(self.reach.questionnaire.by_id[id], self.reach.tests[id]) for id in self.reach.walker.weights
        }


def even_share(question: Question) -> float:
    """The share of answers that hold one choice, were they spread evenly; a multiple choice is half used."""
    match question:
        case Multiple():
            return min(question.max_choices / 2, len(question.values)) / len(question.values)
        case Ranking():
            return question.top / len(question.values)
        case Closed():
            return 1 / max(len(question.values), 1)
        case _:
            return 1.0


def _weigh(question: Question, tests: frozenset[Test]) -> Mapping[Kind, float]:
    """The share of each kind of answer among those who answer; they add up to 1."""
    weights = {kind: _weigh_kind(question, sorted(tests, key=repr), kind) for kind in weigh_kinds(question, tests)}
    total = sum(weights.values())
    return {kind: weight / total for kind, weight in weights.items() if weight}


def _weigh_kind(question: Question, tests: list[Test], kind: Kind) -> float:
    if isinstance(question, (Multiple, Ranking)):
        return _weigh_selection(question, tests, kind if isinstance(kind, tuple) else ())
    return _count_alike(kind, tests, list(_answers(question)))


def _answers(question: Question) -> Iterator[Value]:
    yield from question.values if isinstance(question, Closed) else ("written",)


def _count_alike(kind: Kind, tests: list[Test], answers: list[Value]) -> int:
    signature = [test_holds(test, kind) for test in tests]
    return sum([test_holds(test, answer) for test in tests] == signature for answer in answers)


def _weigh_selection(question: Multiple | Ranking, tests: list[Test], kind: tuple[str, ...]) -> float:
    share = even_share(question)
    return prod(share if value in kind else 1 - share for value in set(find_tested_choices(tests)))
