"""Cross-tabs as a release publishes them: each pair of answers, over those asked both questions, and over its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boucle.core.privacy.tables import Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.release.cells import (
    BASE_TOO_SMALL,
    MIN_BASE,
    Json,
    build_figure_document,
    interval_of,
    round_half_up,
    to_percent,
)
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


def build_crosstab_documents(chain: Chain) -> list[Json]:
    """Every cross-tab of the plan."""
    plan = chain[-1].plan
    return [_build_document(chain, plan, table) for table in plan.tables if _is_crossed(table)]


def _is_crossed(table: Table) -> bool:
    return len(table.questions) > 1 and table.counting is Counting.PEOPLE


def _build_document(chain: Chain, plan: Plan, table: Table) -> Json:
    first = find_first_cohort(chain, table, lambda _: True)
    crossed = _CrossedTable.since(chain, plan, table, first)
    cells = [_build_cell_document(chain, plan, crossed, source, cell) for source, cell in crossed.cells_to_show()]
    return {
        "questions": list(table.questions),
        "base": round_half_up(crossed.base),
        "cohorts": len(chain) - first,
        "cells": cells,
    }


def _build_cell_document(chain: Chain, plan: Plan, crossed: _CrossedTable, source: Table, cell: Cell) -> Json:
    """One cell; one that came with a later version has the base of the cohorts that could fall in it."""
    values = {"values": [None if outcome is Special.NO_ANSWER else outcome for outcome in cell]}
    first = find_first_cohort(chain, source, lambda candidate: candidate == cell)
    if first == crossed.first:
        return {**values, **crossed.build_document(source, cell)}
    later = _CrossedTable.since(chain, plan, crossed.table, first)
    return {**values, "base": round_half_up(later.base), **later.build_document(source, cell)}


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
        return where_asked(self.table, *self.table.questions)

    @property
    def base(self) -> float:
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

    def build_document(self, source: Table, cell: Cell) -> Json:
        published = build_figure_document(self._figure(source, cell, None))
        if published["status"] != "shown":
            return published
        return {**published, "within": self._build_row_share(source, cell)}

    def _build_row_share(self, source: Table, cell: Cell) -> Json:
        """The share of the cell among those who gave the same answer to the question of the rows."""
        answer = cell[position_of(self.table, self.row_question)]
        figure = self._figure(source, cell, answer)
        about = {"question": self.row_question}
        if round_half_up(figure.base) < MIN_BASE:
            return {**about, "status": BASE_TOO_SMALL}
        return {
            **about,
            "status": "shown",
            "base": round_half_up(figure.base),
            **to_percent(interval_of(figure), "share"),
        }

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
