"""Rankings as a release publishes them: one table an item, over one base for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.privacy.tables import Cell, Planned, Special, Table
from boucle.core.release.cells import Json, figure_document, whole
from boucle.core.release.counts import Chain, People, Where, asked, first_cohort, is_, sums_since
from boucle.core.release.estimates import project


def ranking_document(chain: Chain, question: Planned, tables: Sequence[Table]) -> Json:
    """A cell for each item and rank, and one for "no answer"; how many left an item out is what remains."""
    firsts = {table.item: first_cohort(chain, table, lambda _: True) for table in tables}
    first = min(firsts.values())
    return {
        "base": whole(_Ranked.since(chain, [each for each in tables if firsts[each.item] == first], first).base),
        "cohorts": len(chain) - first,
        "cells": [
            cell
            for start in sorted(set(firsts.values()))
            for cell in _cells(chain, [each for each in tables if firsts[each.item] == start], start, first)
        ],
    }


def _cells(chain: Chain, tables: Sequence[Table], start: int, first: int) -> Iterator[Json]:
    """The cells of the items that came together; those of a later version say their own base."""
    ranked = _Ranked.since(chain, tables, start)
    own_base = {"base": whole(ranked.base)} if start != first else {}
    for table in tables:
        people = ranked.item(chain, table, start)
        ranks = [rank for (rank,) in table.cells if not isinstance(rank, Special)]
        for rank in ranks:
            figure = people.figure(is_(table, table.questions[0], rank), asked(table, table.questions[0]))
            yield {"values": [table.item, rank], **own_base, **figure_document(figure)}
    if start == first and ranked.no_answer_cells:
        where = is_(tables[0], tables[0].questions[0], Special.NO_ANSWER)
        none = ranked.item(chain, tables[0], start).figure(where, asked(tables[0], tables[0].questions[0]))
        yield {"value": None, **figure_document(none)}


def _answered(cell: Cell) -> bool:
    return cell[0] not in {Special.NO_ANSWER, Special.NOT_ASKED}


@dataclass(frozen=True)
class _Ranked:
    """How many were asked a ranking, and how many did not answer: each item's table says it, so their mean does."""

    base: float
    no_answer: float
    no_answer_cells: int

    @staticmethod
    def since(chain: Chain, tables: Sequence[Table], first: int) -> _Ranked:
        peoples = [People.since(chain, table, first) for table in tables]
        question = tables[0].questions[0]
        unanswered = is_(tables[0], question, Special.NO_ANSWER)
        return _Ranked(
            base=_mean(peoples, asked(tables[0], question)),
            no_answer=_mean(peoples, unanswered),
            no_answer_cells=peoples[0].how_many(unanswered),
        )

    def item(self, chain: Chain, table: Table, first: int) -> People:
        """One item's ranks, projected on the number of those who answered the ranking."""
        sums = dict(zip(table.cells, sums_since(chain, table, first), strict=True))
        ranks = {cell: count for cell, count in sums.items() if _answered(cell)}
        projected = project(list(ranks.values()), self.base - self.no_answer)
        everybody = People.since(chain, table, first)
        known = dict(zip(ranks, projected, strict=True))
        known[Special.NO_ANSWER,] = self.no_answer
        known[Special.NOT_ASKED,] = everybody.count(lambda _: True) - self.base
        return People({cell: known[cell] for cell in table.cells}, everybody.unit)


def _mean(peoples: Sequence[People], where: Where) -> float:
    return sum(people.count(where) for people in peoples) / len(peoples)
