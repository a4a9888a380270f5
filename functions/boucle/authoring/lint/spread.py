"""How many of the people are asked a question, were answers spread evenly: an estimate for lint, never published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

from boucle.authoring.lint.reach import Kind, Reach, find_tested_choices, is_asked
from boucle.core.questionnaire.conditions import Test, test_holds
from boucle.core.questionnaire.model import Closed, Multiple, Question, Ranking
from boucle.core.questionnaire.values import Answers, Value


@dataclass(frozen=True)
class Spread:
    """Shares of people by what they answered, evenly among the possible answers of everybody who is asked."""

    reach: Reach

    def share_asked(self, id: str) -> float:
        """The share of all people who are asked a question; 1 when there are too many cases to tell."""
        question = self.reach.questionnaire.by_id[id]
        earlier = self.reach.ancestors[id]
        states = self.reach.states(earlier) if earlier else None
        if states is None:
            return 1.0
        weighted = [(self._weight(earlier, state), state) for state in states]
        asked = sum(weight for weight, state in weighted if is_asked(self.reach.questionnaire, question, state))
        return asked / (sum(weight for weight, _ in weighted) or 1)

    def _weight(self, ids: Iterable[str], state: Answers) -> float:
        by_id = self.reach.questionnaire.by_id
        asked = (id for id in ids if is_asked(self.reach.questionnaire, by_id[id], state))
        return prod(self._weights[id].get(state.get(id), 0.0) for id in asked)

    @cached_property
    def _weights(self) -> dict[str, dict[Kind, float]]:
        return {
            id: _weights(self.reach.questionnaire.by_id[id], sorted(self.reach.tests[id], key=repr), kinds)
            for id, kinds in self.reach.kinds.items()
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


def _weights(question: Question, tests: list[Test], kinds: tuple[Kind, ...]) -> dict[Kind, float]:
    if isinstance(question, (Multiple, Ranking)):
        return {kind: _selection_weight(question, tests, kind) for kind in kinds if isinstance(kind, tuple)}
    answers = list(_answers(question))
    return {kind: _count_alike(kind, tests, answers) / len(answers) for kind in kinds if kind is not None}


def _answers(question: Question) -> Iterator[Value]:
    yield from question.values if isinstance(question, Closed) else ("written",)


def _count_alike(kind: Kind, tests: list[Test], answers: list[Value]) -> int:
    signature = [test_holds(test, kind) for test in tests]
    return sum([test_holds(test, answer) for test in tests] == signature for answer in answers)


def _selection_weight(question: Multiple | Ranking, tests: list[Test], kind: tuple[str, ...]) -> float:
    share = even_share(question)
    return prod(share if value in kind else 1 - share for value in set(find_tested_choices(tests)))
