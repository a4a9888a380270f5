"""Cross-tabs as a release publishes them: each pair of answers, over those asked both questions, and over its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from boucle.core.privacy.tables import Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.release.cells import is_too_small, measure_share, publish_cell
from boucle.core.release.counts import (
    Chain,
    NoisyFigure,
    OptionCounts,
    PeopleCounts,
    Where,
    find_first_cohort,
    position_of,
    where_asked,
    where_outcome,
)
from boucle.core.release.intervals import round_half_up
from boucle.core.release.model import CROSSTAB, PublishedCell, PublishedTable, RowShare, Shown, Withheld


def publish_crosstabs(chain: Chain) -> tuple[PublishedTable, ...]:
    """Every cross-tab of the plan."""
    plan = chain[-1].plan
    return tuple(_publish_crosstab(chain, plan, table) for table in plan.tables if _is_crossed(table))


def _is_crossed(table: Table) -> bool:
    return len(table.questions) > 1 and table.counting is Counting.PEOPLE


def _publish_crosstab(chain: Chain, plan: Plan, table: Table) -> PublishedTable:
    first = find_first_cohort(chain, table, lambda _: True)
    crossed = _CrossedTable.since(chain, plan, table, first)
    return PublishedTable(
        questions=table.questions,
        type=CROSSTAB,
        base=round_half_up(crossed.base),
        cohorts=len(chain) - first,
        epsilon=None,
        cells=tuple(_publish_cell(chain, plan, crossed, source, cell) for source, cell in crossed.cells_to_show()),
    )


def _publish_cell(chain: Chain, plan: Plan, crossed: _CrossedTable, source: Table, cell: Cell) -> PublishedCell:
    """One cell; one that came with a later version has the base of the cohorts that could fall in it."""
    first = find_first_cohort(chain, source, lambda candidate: candidate == cell)
    if first == crossed.first:
        return crossed.publish(source, cell)
    later = _CrossedTable.since(chain, plan, crossed.table, first)
    return later.publish(source, cell, later.base)


@dataclass(frozen=True)
class _CrossedTable:
    """Two crossed questions over the cohorts from one of them on; with a multiple choice, its options beside."""

    table: Table
    first: int
    people: PeopleCounts
    options: OptionCounts | None
    options_table: Table | None
    multiple: str | None

    @staticmethod
    def since(chain: Chain, plan: Plan, table: Table, first: int) -> _CrossedTable:
        """The crossed table, and its options where one of the two is a multiple choice, from `first` on."""
        people = PeopleCounts.since(chain, table, first)
        beside = plan.by_key.get((table.questions, Counting.OPTIONS, None))
        if beside is None:
            return _CrossedTable(table, first, people, None, None, None)
        multiple = next(
            question.id for question in plan.questions if question.id in table.questions and question.type == "multiple"
        )
        options = OptionCounts.since(chain, people, beside, multiple, first)
        return _CrossedTable(table, first, people, options, beside, multiple)

    @property
    def of(self) -> Where:
        """The cells of those asked both."""
        return where_asked(self.table, *self.table.questions)

    @property
    def base(self) -> float:
        """How many were asked both."""
        return self.people.count(self.of)

    @property
    def row_question(self) -> str:
        """The question whose answers make the rows: the first single one."""
        return next(question for question in self.table.questions if question != self.multiple)

    def cells_to_show(self) -> Iterator[tuple[Table, Cell]]:
        """The cells to publish, each with the table that counts it; nobody is shown as "some options"."""
        if self.options_table is not None:
            yield from ((self.options_table, cell) for cell in self.options_table.cells if self._has_both_asked(cell))
        for cell in self.table.cells:
            if self._has_both_asked(cell) and Special.ANSWERED not in cell:
                yield self.table, cell

    def publish(self, source: Table, cell: Cell, own_base: float | None = None) -> PublishedCell:
        """A cell over those asked both questions, and where it is shown, over its row."""
        # Of the special outcomes, only "no answer" has cells to show.
        values = tuple(None if isinstance(outcome, Special) else outcome for outcome in cell)
        published = publish_cell(values, self._figure(source, cell, None), own_base)
        if not isinstance(published.published, Shown):
            return published
        return replace(published, within=self._measure_within_row(source, cell))

    def _measure_within_row(self, source: Table, cell: Cell) -> RowShare:
        """The share of the cell among those who gave the same answer to the question of the rows."""
        answer = cell[position_of(self.table, self.row_question)]
        figure = self._figure(source, cell, answer)
        if is_too_small(figure.base):
            return RowShare(self.row_question, None, Withheld.BASE_TOO_SMALL)
        return RowShare(self.row_question, round_half_up(figure.base), measure_share(figure))

    def _figure(self, source: Table, cell: Cell, row: Outcome | None) -> NoisyFigure:
        def exactly(candidate: Cell) -> bool:
            return candidate == cell

        of = self.of if row is None else self._row(row)
        if source is self.options_table and self.options is not None:
            return self.options.figure(exactly, of)
        return self.people.figure(exactly, of) if row is None else self.people.figure_within(exactly, of)

    def _row(self, answer: Outcome) -> Where:
        both, given = self.of, where_outcome(self.table, self.row_question, answer)
        return lambda cell: both(cell) and given(cell)

    def _has_both_asked(self, cell: Cell) -> bool:
        return Special.NOT_ASKED not in cell
