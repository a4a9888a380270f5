"""Cross-tabs as a release publishes them: each pair of answers, over those asked both questions, and over its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boucle.core.privacy.tables import Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.release.cells import BASE_TOO_SMALL, SMALLEST_BASE, Json, figure_document, interval_of, percent, whole
from boucle.core.release.counts import Chain, Figure, Options, People, Where, asked, first_cohort, is_, position_of


def crosstab_documents(chain: Chain) -> list[Json]:
    """Every cross-tab of the plan."""
    plan = chain[-1].plan
    return [_document(chain, plan, table) for table in plan.tables if _is_crossed(table)]


def _is_crossed(table: Table) -> bool:
    return len(table.questions) > 1 and table.counting is Counting.PEOPLE


def _document(chain: Chain, plan: Plan, table: Table) -> Json:
    first = first_cohort(chain, table, lambda _: True)
    crossed = _Crossed.since(chain, plan, table, first)
    cells = [_cell_document(chain, plan, crossed, source, cell) for source, cell in crossed.shown()]
    return {
        "questions": list(table.questions),
        "base": whole(crossed.base),
        "cohorts": len(chain) - first,
        "cells": cells,
    }


def _cell_document(chain: Chain, plan: Plan, crossed: _Crossed, source: Table, cell: Cell) -> Json:
    """One cell; one that came with a later version has the base of the cohorts that could fall in it."""
    values = {"values": [None if outcome is Special.NO_ANSWER else outcome for outcome in cell]}
    first = first_cohort(chain, source, lambda each: each == cell)
    if first == crossed.first:
        return {**values, **crossed.document(source, cell)}
    later = _Crossed.since(chain, plan, crossed.table, first)
    return {**values, "base": whole(later.base), **later.document(source, cell)}


@dataclass(frozen=True)
class _Crossed:
    """Two crossed questions over the cohorts from one of them on; with a multiple choice, its options beside."""

    table: Table
    first: int
    people: People
    options: Options | None
    options_table: Table | None
    multiple: str | None

    @staticmethod
    def since(chain: Chain, plan: Plan, table: Table, first: int) -> _Crossed:
        people = People.since(chain, table, first)
        beside = plan.by_key.get((table.questions, Counting.OPTIONS, None))
        if beside is None:
            return _Crossed(table, first, people, None, None, None)
        multiple = next(each.id for each in plan.questions if each.id in table.questions and each.type == "multiple")
        options = Options.since(chain, people, beside, multiple, first)
        return _Crossed(table, first, people, options, beside, multiple)

    @property
    def of(self) -> Where:
        return asked(self.table, *self.table.questions)

    @property
    def base(self) -> float:
        return self.people.count(self.of)

    @property
    def row_question(self) -> str:
        """The question whose answers make the rows: the first single one."""
        return next(each for each in self.table.questions if each != self.multiple)

    def shown(self) -> Iterator[tuple[Table, Cell]]:
        """The cells to publish, each with the table that counts it; nobody is shown as "some options"."""
        if self.options_table is not None:
            yield from ((self.options_table, cell) for cell in self.options_table.cells if self._asked_both(cell))
        for cell in self.table.cells:
            if self._asked_both(cell) and Special.ANSWERED not in cell:
                yield self.table, cell

    def document(self, source: Table, cell: Cell) -> Json:
        published = figure_document(self._figure(source, cell, None))
        if published["status"] != "shown":
            return published
        return {**published, "within": self._within(source, cell)}

    def _within(self, source: Table, cell: Cell) -> Json:
        """The share of the cell among those who gave the same answer to the question of the rows."""
        answer = cell[position_of(self.table, self.row_question)]
        figure = self._figure(source, cell, answer)
        about = {"question": self.row_question}
        if whole(figure.base) < SMALLEST_BASE:
            return {**about, "status": BASE_TOO_SMALL}
        return {**about, "status": "shown", "base": whole(figure.base), **percent(interval_of(figure), "share")}

    def _figure(self, source: Table, cell: Cell, row: Outcome | None) -> Figure:
        def exactly(each: Cell) -> bool:
            return each == cell

        of = self.of if row is None else self._row(row)
        if source is self.options_table and self.options is not None:
            return self.options.figure(exactly, of)
        return self.people.figure(exactly, of) if row is None else self.people.figure_within(exactly, of)

    def _row(self, answer: Outcome) -> Where:
        both, given = self.of, is_(self.table, self.row_question, answer)
        return lambda cell: both(cell) and given(cell)

    def _asked_both(self, cell: Cell) -> bool:
        return Special.NOT_ASKED not in cell
