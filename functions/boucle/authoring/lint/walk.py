"""Walks the routing of a questionnaire once, forward, and counts what its conditions come to.

What is carried from question to question are the answers that a later condition still looks at: a chain of rounds
takes as many steps as it has questions, however many ways lead through it. Where too many answers have to be carried
at once, the walk gives up, and the conditions that it has not reached are left without a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from boucle.authoring.lint.kinds import UNANSWERED, Kind
from boucle.core.questionnaire.conditions import Condition, holds, tests_of
from boucle.core.questionnaire.model import Question, Questionnaire
from boucle.core.questionnaire.routing import applies, conditions_on, sources
from boucle.core.questionnaire.values import Answer

MAX_STATES = 4096
"""Combinations of answers that are told apart at once, for one condition and all that decides about it."""

MAX_SHARED_STATES = 512
"""The same of the walk that serves all conditions: past it, each takes a walk of its own, among fewer questions."""

MAX_STEPS = 400_000
"""Combinations that are tried for one questionnaire in all: a second or two."""

Weights = Mapping[str, Mapping[Kind, float]]
"""For each question that conditions look at, what each kind of answer weighs among those who are asked."""

State = tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Of those who meet `given`, how many meet `condition`?"""

    condition: Condition
    given: Condition | None = None

    @property
    def questions(self) -> frozenset[str]:
        """The ids of the questions that it looks at."""
        return frozenset(test.answer for part in (self.condition, self.given) for test in tests_of(part))


@dataclass(frozen=True, slots=True)
class Count:
    """What all paths weigh that meet the condition, and those that it is asked of."""

    holding: float
    of: float


@dataclass
class RouteWalker:
    """Counts for one questionnaire; the weight of a path is the product of those of its answers."""

    questionnaire: Questionnaire
    weights: Weights
    """A question that is not there cannot be walked over: it has too many kinds of answers."""
    steps: int = field(default=0, init=False)
    """How many combinations were tried."""

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each question, all earlier ones that decide, however indirectly, whether it is asked."""
        found: dict[str, frozenset[str]] = {}
        for question in self.questionnaire.questions:
            direct = sources(self.questionnaire, question)
            found[question.id] = direct.union(*(found[ancestor] for ancestor in direct))
        return found

    def count(self, enquiries: Iterable[Enquiry]) -> Mapping[Enquiry, Count]:
        """The counts of these enquiries, exact; those that would take too long have none."""
        pending = {enquiry: self._find_deciding(enquiry) for enquiry in enquiries}
        pending = {enquiry: deciding for enquiry, deciding in pending.items() if deciding <= self.weights.keys()}
        found = dict(self._walk(frozenset().union(*pending.values()), list(pending), MAX_SHARED_STATES))
        while pending := {enquiry: deciding for enquiry, deciding in pending.items() if enquiry not in found}:
            most = max(pending.values(), key=len)
            found.update(self._walk(most, [one for one, deciding in pending.items() if deciding <= most], MAX_STATES))
            # What a walk among no more than its own questions did not reach is out of reach.
            pending = {enquiry: deciding for enquiry, deciding in pending.items() if deciding != most}
        return found

    def _find_deciding(self, enquiry: Enquiry) -> frozenset[str]:
        return enquiry.questions.union(*(self.ancestors[id] for id in enquiry.questions))

    def _walk(
        self, deciding: Set[str], enquiries: Sequence[Enquiry], max_states: int
    ) -> Iterator[tuple[Enquiry, Count]]:
        """Each enquiry with its count, as soon as all that it looks at is answered."""
        frontier = _Frontier()
        for step in _list_steps(self.questionnaire, deciding, enquiries):
            frontier = self._ask(frontier, step)
            if len(frontier.states) > max_states or self.steps > MAX_STEPS:
                return
            for enquiry in step.due:
                yield enquiry, frontier.count(enquiry)

    def _ask(self, frontier: _Frontier, step: _Step) -> _Frontier:
        answered = (*frontier.carried, step.question.id)
        carried = tuple(id for id in answered if id in step.needed)
        kept = [answered.index(id) for id in carried]
        conditions = conditions_on(self.questionnaire, step.question)
        states: dict[State, float] = {}
        for state, weight in frontier.states.items():
            answers = frontier.read(state)
            asked = all(applies(condition, answers) for condition in conditions)
            for kind, share in (self.weights[step.question.id] if asked else NOT_ASKED).items():
                extended = (*state, kind)
                after = tuple(extended[index] for index in kept)
                states[after] = states.get(after, 0) + weight * share
                self.steps += 1
        return _Frontier(carried, states)


NOT_ASKED: Mapping[Kind, float] = {UNANSWERED: 1}


@dataclass(frozen=True, slots=True)
class _Frontier:
    """Every combination of the answers that are carried, with the weight of all paths that lead to it."""

    carried: tuple[str, ...] = ()
    states: Mapping[State, float] = field(default_factory=lambda: {(): 1})

    def read(self, state: State) -> dict[str, Answer]:
        return {id: kind for id, kind in zip(self.carried, state, strict=True) if kind is not None}

    def count(self, enquiry: Enquiry) -> Count:
        """What the paths weigh; of whole weights the counts are whole, so that all is told from nearly all."""
        holding: float = 0
        of: float = 0
        for state, weight in self.states.items():
            answers = self.read(state)
            if applies(enquiry.given, answers):
                of += weight
                holding += weight if holds(enquiry.condition, answers) else 0
        return Count(holding, of)


@dataclass(frozen=True, slots=True)
class _Step:
    """One question, the enquiries that can be answered after it, and the answers that these and later steps need."""

    question: Question
    due: tuple[Enquiry, ...]
    needed: frozenset[str]


def _list_steps(questionnaire: Questionnaire, deciding: Set[str], enquiries: Iterable[Enquiry]) -> Sequence[_Step]:
    """A step for each of the deciding questions, in the order asked."""
    questions = [question for question in questionnaire.questions if question.id in deciding]
    order = {question.id: index for index, question in enumerate(questions)}
    due: dict[int, list[Enquiry]] = {}
    for enquiry in enquiries:
        due.setdefault(max(order[id] for id in enquiry.questions), []).append(enquiry)
    steps: list[_Step] = []
    needed: frozenset[str] = frozenset()
    for index, question in reversed([*enumerate(questions)]):
        here = tuple(due.get(index, ()))
        needed = needed.union(*(enquiry.questions for enquiry in here)) - {id for id in needed if order[id] > index}
        steps.append(_Step(question, here, needed))
        needed |= sources(questionnaire, question)
    return steps[::-1]
