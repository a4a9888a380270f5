"""From release documents to the facts that attackers start from: cells, sizes, and what each number proves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, product

from boucle.audit.facts import Facts, Statement, exactly, under_noise
from boucle.core.questionnaire.values import Value
from boucle.pages.results.document import Cell, Release, Shown, Table, read_release


class Other(Enum):
    """Whatever else can become of a question: not asked, not chosen, not ranked."""

    OTHER = "other"


Outcome = Value | None | Other
States = Callable[[int, tuple[int, ...], int | None], Statement]

UNBOUNDED = {"discrete-laplace"}
"""The mechanisms whose noise can turn any count into any other."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One way to sort people: by the answer to a question, by whether an option was chosen, by the rank of an item."""

    question: str
    name: str
    outcomes: tuple[Outcome, ...]
    of: Value | None = None
    """The option or item that it is about."""
    ranked: bool = False

    def position(self, values: tuple[Value | None, ...]) -> int | None:
        """Where a published cell of the question lies on this axis; None when it is about something else."""
        if self.of is None:
            return self.outcomes.index(values[0])
        if values[0] != self.of:
            return None
        return self.outcomes.index(values[1]) if self.ranked else 0


def facts_of(documents: Sequence[bytes]) -> list[Facts]:
    """Every group of linked tables of a series, from its releases, oldest first."""
    releases = [read_release(content) for content in documents]
    states = [_states(content) for content in documents]
    sizes = _sizes(releases)
    axes = _axes(releases[-1])
    crossed = [table.questions for table in releases[-1].crosstabs]
    alone = [(each,) for each in releases[-1].by_question if all(each not in pair for pair in crossed)]
    return [
        Facts(
            name=" x ".join(axis.name for axis in group),
            cells=tuple(" x ".join(map(_said, cell)) for cell in product(*(axis.outcomes for axis in group))),
            sizes=sizes,
            statements=tuple(_statements(releases, states, group)),
        )
        for questions in (*alone, *crossed)
        for group in product(*(axes[each] for each in questions))
    ]


def _states(content: bytes) -> States:
    mechanism = json.loads(content)["mechanism"]
    return under_noise if mechanism["name"] in UNBOUNDED and mechanism["scale"] > 0 else _as_counted


def _as_counted(release: int, cells: tuple[int, ...], count: int | None) -> Statement:
    return under_noise(release, cells, None) if count is None else exactly(release, cells, count)


def _sizes(releases: Sequence[Release]) -> tuple[int, ...]:
    numbers = [0, *(each.respondents for each in releases)]
    return tuple(after - before for before, after in pairwise(numbers))


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, Other):
        return outcome.value
    return "no answer" if outcome is None else str(outcome)


def _axes(release: Release) -> Mapping[str, list[Axis]]:
    return {table.questions[0]: list(_axes_of(table)) for table in release.questions}


def _axes_of(table: Table) -> Iterator[Axis]:
    question = table.questions[0]
    values = [cell.values for cell in table.cells]
    match table.type:
        case "multiple":
            for (value,) in values:
                if value is not None:
                    yield Axis(question, f"{question}={value}", (value, Other.OTHER), value)
        case "ranking":
            items = dict.fromkeys(each[0] for each in values if len(each) > 1)
            for item in items:
                ranks = tuple(each[1] for each in values if len(each) > 1 and each[0] == item)
                yield Axis(question, f"{question}={item}", (*ranks, Other.OTHER), item, ranked=True)
        case _:
            yield Axis(question, question, (*(each[0] for each in values), Other.OTHER))


def _statements(releases: Sequence[Release], states: Sequence[States], group: tuple[Axis, ...]) -> Iterator[Statement]:
    for release, state in zip(releases, states, strict=True):
        for place, axis in enumerate(group):
            table = release.by_question.get(axis.question)
            for cell in table.cells if table else ():
                position = axis.position(cell.values)
                if position is not None:
                    yield state(release.number, _cells(group, {place: position}), _count(cell))
        if len(group) > 1:
            yield from _crossed(release, state, group)


def _crossed(release: Release, state: States, group: tuple[Axis, ...]) -> Iterator[Statement]:
    questions = tuple(axis.question for axis in group)
    for table in release.crosstabs:
        if table.questions == questions:
            for cell in table.cells:
                places = [axis.position((value,)) for axis, value in zip(group, cell.values, strict=True)]
                if None not in places:
                    where = {place: each for place, each in enumerate(places) if each is not None}
                    yield state(release.number, _cells(group, where), _count(cell))


def _cells(group: tuple[Axis, ...], where: Mapping[int, int]) -> tuple[int, ...]:
    """The positions of all cells that lie there on these axes."""
    ranges = [range(len(axis.outcomes)) for axis in group]
    return tuple(
        number
        for number, places in enumerate(product(*ranges))
        if all(places[axis] == position for axis, position in where.items())
    )


def _count(cell: Cell) -> int | None:
    return cell.published.count if isinstance(cell.published, Shown) else None
