"""Tallies: exact counts of one cohort. They live in memory between reading and noise, and nowhere else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

from boucle.core.errors import Refusal
from boucle.core.ports import Pending
from boucle.core.questionnaire import Date, Multiple, Number, Question, Questionnaire
from boucle.core.routing import path
from boucle.core.tables import MODE, Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.values import Answers


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
    for response in cohort:
        size += 1
        settled = _Settled.of(response, versions)
        for table, row in zip(plan.tables, counts, strict=True):
            for cell in settled.cells(table):
                row[_position(table, cell)] += 1
    return Tally(size, tuple(tuple(row) for row in counts))


def _position(table: Table, cell: Cell) -> int:
    if cell not in table.index:
        raise ImpossibleAnswer(
            f"a waiting response has no place in the table {table.name}: it does not fit the questionnaire that it "
            "names. Nothing was sealed. Compare the deployed surveys with those that collected it."
        )
    return table.index[cell]


@dataclass(frozen=True, slots=True)
class _Settled:
    """One response on its path."""

    version: Questionnaire
    mode: str
    asked: Set[str]
    answers: Answers

    @staticmethod
    def of(response: Pending, versions: Mapping[str, Questionnaire]) -> _Settled:
        if response.version not in versions:
            raise ImpossibleAnswer(
                f"a waiting response names version {response.version}, which is not in this series: put its file back"
            )
        version = versions[response.version]
        taken = path(version, response.answers)
        return _Settled(version, response.mode, frozenset(taken.asked), taken.answers)

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
