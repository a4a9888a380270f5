"""Tallies: exact counts of one cohort. They live in memory between reading and noise, and nowhere else."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, NamedTuple, cast

from boucle.core.errors import Refusal
from boucle.core.ports import Pending
from boucle.core.questionnaire import Date, Multiple, Number, Question, Questionnaire
from boucle.core.routing import path, sources
from boucle.core.tables import MODE, Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.values import Answers

BATCH = 5000
"""Responses held at once: enough to meet most answers many times, little enough to need no memory."""


class ImpossibleAnswer(Refusal):
    """A stored response that falls in no cell of the plan: it was stored without being checked."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts, in the order of the plan's tables. Never printed, never stored."""

    size: int
    counts: tuple[tuple[int, ...], ...] = field(repr=False)


def tabulate(plan: Plan, versions: Mapping[str, Questionnaire], cohort: Iterable[Pending]) -> Tally:
    """Count a cohort in every table of the plan. Raises ImpossibleAnswer, which never says the answer."""
    size = 0
    counts = [[0] * len(table.cells) for table in plan.tables]
    paths = {version: _Paths(each) for version, each in versions.items()}
    waiting = iter(cohort)
    while batch := list(islice(waiting, BATCH)):
        size += len(batch)
        for group, responses in _grouped(batch, paths).items():
            _count(plan, group, responses, counts)
    return Tally(size, tuple(tuple(row) for row in counts))


def _grouped(batch: Iterable[Pending], paths: Mapping[str, _Paths]) -> Mapping[_Group, list[Answers]]:
    """The answers of those who were asked the same questions in the same mode."""
    groups: dict[_Group, list[Answers]] = {}
    for response in batch:
        if response.version not in paths:
            raise ImpossibleAnswer(
                f"a waiting response names version {response.version}, which is not in this series: put its file back"
            )
        known = paths[response.version]
        group = _Group(known.version, response.mode, known.asked(response.answers))
        groups.setdefault(group, []).append(response.answers)
    return groups


def _count(plan: Plan, group: _Group, responses: Sequence[Answers], counts: Sequence[list[int]]) -> None:
    """Add a group to the counts: each table asks once for each different answer, not once for each response."""
    for table, row in zip(plan.tables, counts, strict=True):
        for answers, count in _different(table.questions, responses):
            settled = _Settled(group.version, group.mode, group.asked, answers)
            for cell in settled.cells(table):
                row[_position(table, cell)] += count


def _different(questions: Sequence[str], responses: Sequence[Answers]) -> Iterator[tuple[Answers, int]]:
    if len(questions) == 1:
        [id] = questions
        for answer, count in Counter([each.get(id) for each in responses]).items():
            yield ({} if answer is None else {id: answer}), count
    else:
        for several, count in Counter([tuple([each.get(id) for id in questions]) for each in responses]).items():
            yield {id: each for id, each in zip(questions, several, strict=True) if each is not None}, count


def _position(table: Table, cell: Cell) -> int:
    if cell not in table.index:
        raise ImpossibleAnswer(
            f"a waiting response has no place in the table {table.name}: it does not fit the questionnaire that it "
            "names. Nothing was sealed. Compare the deployed surveys with those that collected it."
        )
    return table.index[cell]


class _Paths:
    """Which questions of one version each response was asked: decided by the few answers that steer."""

    def __init__(self, version: Questionnaire) -> None:
        self.version = version
        steering = {each for question in version.questions for each in sources(version, question)}
        self._steering = tuple(id for id in version.by_id if id in steering)
        self._known: dict[tuple[object, ...], frozenset[str]] = {}

    def asked(self, answers: Answers) -> frozenset[str]:
        steered = tuple([answers.get(id) for id in self._steering])
        if (known := self._known.get(steered)) is None:
            known = self._known[steered] = frozenset(path(self.version, answers).asked)
        return known


class _Group(NamedTuple):
    """What those who were asked the same questions have in common."""

    version: Questionnaire
    mode: str
    asked: frozenset[str]

    def __hash__(self) -> int:
        return hash((id(self.version), self.mode, self.asked))


@dataclass(frozen=True, slots=True)
class _Settled:
    """One response on its path; of its answers at least those that a table asks for."""

    version: Questionnaire
    mode: str
    asked: Set[str]
    answers: Answers

    def cells(self, table: Table) -> Iterator[Cell]:
        """The cells of this table that the response counts in."""
        if table.item is not None:
            return iter([(self._rank(table.questions[0], table.item),)])
        columns = [self._outcomes(id, table.counting) for id in table.questions]
        return product(*columns)

    def _outcomes(self, id: str, counting: Counting) -> Sequence[Outcome]:
        if id == MODE:
            return [self.mode]
        absence = self._absence(id)
        question = self.version.by_id.get(id)
        if isinstance(question, Multiple):
            return self._options(question, absence, counting)
        return [absence if absence is not None else _value(question, self.answers[id])]

    def _options(self, question: Multiple, absence: Special | None, counting: Counting) -> Sequence[Outcome]:
        if counting is Counting.PEOPLE:
            return [absence or Special.ANSWERED]
        return [] if absence else _several(self.answers[question.id])

    def _rank(self, id: str, item: str) -> Outcome:
        absence = self._absence(id)
        if absence is not None:
            return absence
        ranked = _several(self.answers[id])
        return ranked.index(item) + 1 if item in ranked else Special.NOT_RANKED

    def _absence(self, id: str) -> Special | None:
        if id not in self.asked:
            return Special.NOT_ASKED
        return None if self.answers.get(id) not in {None, ()} else Special.NO_ANSWER


def _several(answer: object) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ()


def _value(question: Question | None, answer: Any) -> Outcome:
    """The cell of one answer: itself, or the bin that it falls in."""
    if not isinstance(question, Number | Date):
        return cast(Outcome, answer)
    bins: tuple[Any, ...] = question.bins
    position = bisect_right(bins, answer)
    return cast(Outcome, bins[position - 1] if position else answer)
