"""From the ledger's noisy tables to counts that add up: projected, with what margins need to know of the noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.privacy.ledger import Entry
from boucle.core.privacy.tables import Cell, Outcome, Special, Table
from boucle.core.release.estimates import Noise, base_noise, noise_unit, project

Chain = Sequence[Entry]
Where = Callable[[Cell], bool]


@dataclass(frozen=True, slots=True)
class NoisyFigure:
    """A count over its base, and the noise in the two."""

    count: float
    base: float
    noise: Noise


def sum_since(chain: Chain, table: Table, first: int) -> Mapping[Cell, int]:
    """A table's noisy totals over the cohorts from `first` (0: the oldest) on; a cell not there yet adds nothing."""
    rows = [_read_row(entry, table) for entry in chain[first:]]
    return {cell: sum(row.get(cell, 0) for row in rows) for cell in table.cells}


def _read_row(entry: Entry, table: Table) -> Mapping[Cell, int]:
    """The noisy counts of a table that the entry has: no later entry loses it."""
    own = entry.plan.by_key[table.key]
    counts = entry.noisy[entry.plan.tables.index(own)]
    return {cell: counts[position] for cell, position in own.index.items()}


def project_cells(sums: Mapping[Cell, int], total: float) -> Mapping[Cell, float]:
    """Some cells, projected on what they add up to."""
    return dict(zip(sums, project(list(sums.values()), total), strict=True))


def find_first_cohort(chain: Chain, table: Table, where: Where) -> int:
    """The position of the first entry whose table has a cell such as these."""
    for position, entry in enumerate(chain):
        old = entry.plan.by_key.get(table.key)
        if old is not None and any(map(where, old.cells)):
            return position
    return len(chain)


def position_of(table: Table, question: str) -> int:
    """Where the outcome of a question stands in the cells of a table."""
    return table.questions.index(question)


def where_outcome(table: Table, question: str, *outcomes: Outcome) -> Where:
    """The cells in which the question has one of these outcomes."""
    position = position_of(table, question)
    return lambda cell: cell[position] in outcomes


def where_asked(table: Table, *questions: str) -> Where:
    """The cells in which all these questions were asked."""
    positions = [position_of(table, question) for question in questions]
    return lambda cell: all(cell[position] is not Special.NOT_ASKED for position in positions)


@dataclass(frozen=True)
class PeopleCounts:
    """A table in which everybody is in one cell, over the cohorts from one of them on, projected."""

    cells: Mapping[Cell, float]
    unit: float

    @staticmethod
    def since(chain: Chain, table: Table, first: int) -> PeopleCounts:
        """The table over the cohorts from `first` (0: the oldest) on."""
        cells = project_cells(sum_since(chain, table, first), sum(entry.size for entry in chain[first:]))
        return PeopleCounts(cells, noise_unit(len(chain) - first, chain[-1].mechanism.scale))

    def count(self, where: Where) -> float:
        """How many people are in some cells."""
        return sum(count for cell, count in self.cells.items() if where(cell))

    def count_cells(self, where: Where) -> int:
        """How many cells these are, for the noise that they bring."""
        return sum(map(where, self.cells))

    def figure(self, where: Where, of: Where) -> NoisyFigure:
        """The people in some cells, over those asked."""
        return NoisyFigure(self.count(where), self.count(of), self._noise(where, len(self.cells)))

    def figure_within(self, where: Where, row: Where) -> NoisyFigure:
        """The people in some cells of a row, over that row, whose own total is not fixed."""
        return NoisyFigure(self.count(where), self.count(row), self._noise(where, self.count_cells(row)))

    def _noise(self, where: Where, cells: int) -> Noise:
        return Noise.of_cells(self.unit, self.count_cells(where), cells)


@dataclass(frozen=True)
class OptionCounts:
    """The options of a multiple choice beside its table of people; each count is held between zero and its base."""

    people: PeopleCounts
    cells: Mapping[Cell, float]

    @staticmethod
    def since(chain: Chain, people: PeopleCounts, table: Table, multiple: str, first: int) -> OptionCounts:
        """The options over the cohorts that `people` has; `multiple` is the question that they belong to."""
        position = position_of(table, multiple)
        bases = _bases(people, position)
        sums = sum_since(chain, table, first)
        held = {cell: min(max(0, count), bases[_others(cell, position)]) for cell, count in sums.items()}
        return OptionCounts(people, held)

    def figure(self, where: Where, of: Where) -> NoisyFigure:
        """The people who chose an option, summed over some cells, over those asked."""
        count = sum(count for cell, count in self.cells.items() if where(cell))
        base = base_noise(self.people.count_cells(of), len(self.people.cells))
        noise = Noise.of_options(self.people.unit, sum(map(where, self.cells)), base)
        return NoisyFigure(count, self.people.count(of), noise)


def _others(cell: Cell, position: int) -> Cell:
    return (*cell[:position], *cell[position + 1 :])


def _bases(people: PeopleCounts, position: int) -> Mapping[Cell, float]:
    """For each outcome of the crossed question (or none), how many were asked the multiple choice."""
    bases: dict[Cell, float] = {}
    for cell, count in people.cells.items():
        if cell[position] is not Special.NOT_ASKED:
            others = _others(cell, position)
            bases[others] = bases.get(others, 0.0) + count
    return bases
