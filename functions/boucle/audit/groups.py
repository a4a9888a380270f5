"""From release documents to the facts that attackers start from: cells, sizes, and what each number proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, product

from boucle.audit.facts import Facts, Statement, make_exact_statement, make_noisy_statement
from boucle.core.questionnaire.values import Value
from boucle.core.release.document import read_release
from boucle.core.release.model import PublishedCell, PublishedTable, Release, Shown


class OtherOutcome(Enum):
    """Whatever else can become of a question: not asked, not chosen, not ranked."""

    OTHER = "other"


Outcome = Value | None | OtherOutcome
StatementMaker = Callable[[int, tuple[int, ...], int | None], Statement]

UNBOUNDED = {"discrete-laplace"}
"""The mechanisms whose noise can turn any count into any other."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One way to sort people: by the answer to a question, by whether an option was chosen, by the rank of an item."""

    question: str
    name: str
    outcomes: tuple[Outcome, ...]
    option: Value | None = None
    """The option or item that it is about."""
    ranked: bool = False

    def position(self, values: tuple[Value | None, ...]) -> int | None:
        """Where a published cell of the question lies on this axis; None when it is about something else."""
        if self.option is None:
            return self.outcomes.index(values[0])
        if values[0] != self.option:
            return None
        return self.outcomes.index(values[1]) if self.ranked else 0


def facts_of(documents: Sequence[bytes]) -> list[Facts]:
    """Every group of linked tables of a series, from its releases, oldest first."""
    releases = [read_release(content) for content in documents]
    states = [_choose_statement_maker(release) for release in releases]
    sizes = _cohort_sizes(releases)
    axes = _axes_by_question(releases[-1])
    crossed = [table.questions for table in releases[-1].crosstabs]
    alone = [(question,) for question in releases[-1].by_question if all(question not in pair for pair in crossed)]
    return [
        Facts(
            name=" x ".join(axis.name for axis in group),
            cells=tuple(
                " x ".join(map(_describe_outcome, cell)) for cell in product(*(axis.outcomes for axis in group))
            ),
            sizes=sizes,
            statements=tuple(_make_statements(releases, states, group)),
        )
        for questions in (*alone, *crossed)
        for group in product(*(axes[question] for question in questions))
    ]


def _choose_statement_maker(release: Release) -> StatementMaker:
    mechanism = release.mechanism
    return make_noisy_statement if mechanism.name in UNBOUNDED and mechanism.scale > 0 else _make_counted_statement


def _make_counted_statement(release: int, cells: tuple[int, ...], count: int | None) -> Statement:
    return make_noisy_statement(release, cells, None) if count is None else make_exact_statement(release, cells, count)


def _cohort_sizes(releases: Sequence[Release]) -> tuple[int, ...]:
    numbers = [0, *(release.respondents for release in releases)]
    return tuple(after - before for before, after in pairwise(numbers))


def _describe_outcome(outcome: Outcome) -> str:
    if isinstance(outcome, OtherOutcome):
        return outcome.value
    return "no answer" if outcome is None else str(outcome)


def _axes_by_question(release: Release) -> Mapping[str, list[Axis]]:
    return {table.questions[0]: list(_axes_of(table)) for table in release.questions}


def _axes_of(table: PublishedTable) -> Iterator[Axis]:
    question = table.questions[0]
    values = [cell.values for cell in table.cells]
    match table.type:
        case "multiple":
            for (value,) in values:
                if value is not None:
                    yield Axis(question, f"{question}={value}", (value, OtherOutcome.OTHER), value)
        case "ranking":
            items = dict.fromkeys(cell_values[0] for cell_values in values if len(cell_values) > 1)
            for item in items:
                ranks = tuple(
                    cell_values[1] for cell_values in values if len(cell_values) > 1 and cell_values[0] == item
                )
                yield Axis(question, f"{question}={item}", (*ranks, OtherOutcome.OTHER), item, ranked=True)
        case _:
            yield Axis(question, question, (*(cell_values[0] for cell_values in values), OtherOutcome.OTHER))


def _make_statements(
    releases: Sequence[Release], states: Sequence[StatementMaker], group: tuple[Axis, ...]
) -> Iterator[Statement]:
    for release, state in zip(releases, states, strict=True):
        for place, axis in enumerate(group):
            table = release.by_question.get(axis.question)
            for cell in table.cells if table else ():
                position = axis.position(cell.values)
                if position is not None:
                    yield state(release.number, _cell_positions(group, {place: position}), _read_count(cell))
        if len(group) > 1:
            yield from _make_crossed_statements(release, state, group)


def _make_crossed_statements(release: Release, state: StatementMaker, group: tuple[Axis, ...]) -> Iterator[Statement]:
    questions = tuple(axis.question for axis in group)
    for table in release.crosstabs:
        if table.questions == questions:
            for cell in table.cells:
                places = [axis.position((value,)) for axis, value in zip(group, cell.values, strict=True)]
                if None not in places:
                    where = {place: position for place, position in enumerate(places) if position is not None}
                    yield state(release.number, _cell_positions(group, where), _read_count(cell))


def _cell_positions(group: tuple[Axis, ...], where: Mapping[int, int]) -> tuple[int, ...]:
    """The positions of all cells that lie there on these axes."""
    ranges = [range(len(axis.outcomes)) for axis in group]
    return tuple(
        number
        for number, places in enumerate(product(*ranges))
        if all(places[axis] == position for axis, position in where.items())
    )


def _read_count(cell: PublishedCell) -> int | None:
    return cell.published.count if isinstance(cell.published, Shown) else None
