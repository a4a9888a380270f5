"""Rankings as a release publishes them: one table an item, over one base for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from boucle.core.privacy.tables import Cell, Outcome, PlannedQuestion, Special, Table
from boucle.core.release.cells import publish_cell
from boucle.core.release.counts import (
    Chain,
    NoisyFigure,
    PeopleCounts,
    Where,
    find_first_cohort,
    project_cells,
    sum_since,
    where_asked,
    where_outcome,
)
from boucle.core.release.intervals import round_half_up
from boucle.core.release.model import PublishedCell, PublishedTable


def publish_ranking(chain: Chain, question: PlannedQuestion, tables: Sequence[Table], loss: float) -> PublishedTable:
    """A cell for each item and rank, and one for "no answer"; how many left an item out is what remains."""
    firsts = {table.item: find_first_cohort(chain, table, lambda _: True) for table in tables}
    first = min(firsts.values())
    oldest = _RankingBase.since(chain, [table for table in tables if firsts[table.item] == first], first)
    return PublishedTable(
        questions=(question.id,),
        type=question.type,
        base=round_half_up(oldest.base),
        cohorts=len(chain) - first,
        epsilon=loss,
        cells=tuple(
            cell
            for start in sorted(set(firsts.values()))
            for cell in _publish_cells(chain, [table for table in tables if firsts[table.item] == start], start, first)
        ),
    )


def _publish_cells(chain: Chain, tables: Sequence[Table], start: int, first: int) -> Iterator[PublishedCell]:
    """The cells of the items that came together; those of a later version say their own base."""
    ranked = _RankingBase.since(chain, tables, start)
    own_base = ranked.base if start != first else None
    for table in tables:
        people = ranked.project_item(chain, table, start)
        ranks = [rank for (rank,) in table.cells if not isinstance(rank, Special)]
        for rank in ranks:
            yield publish_cell((table.item, rank), _count_outcome(people, table, rank), own_base)
    if start == first and ranked.no_answer_cells:
        table = tables[0]
        people = ranked.project_item(chain, table, start)
        yield publish_cell((None,), _count_outcome(people, table, Special.NO_ANSWER))


def _count_outcome(people: PeopleCounts, table: Table, outcome: Outcome) -> NoisyFigure:
    """Those who gave the item this rank, or did not answer, over those asked."""
    [question] = table.questions
    return people.figure(where_outcome(table, question, outcome), where_asked(table, question))


def _is_answered(cell: Cell) -> bool:
    return cell[0] not in {Special.NO_ANSWER, Special.NOT_ASKED}


@dataclass(frozen=True)
class _RankingBase:
    """How many were asked a ranking, and how many did not answer: each item's table says it, so their mean does."""

    base: float
    no_answer: float
    no_answer_cells: int

    @staticmethod
    def since(chain: Chain, tables: Sequence[Table], first: int) -> _RankingBase:
        """The base that the tables of some items have in common, from `first` on."""
        peoples = [PeopleCounts.since(chain, table, first) for table in tables]
        question = tables[0].questions[0]
        unanswered = where_outcome(tables[0], question, Special.NO_ANSWER)
        return _RankingBase(
            base=_mean_count(peoples, where_asked(tables[0], question)),
            no_answer=_mean_count(peoples, unanswered),
            no_answer_cells=peoples[0].count_cells(unanswered),
        )

    def project_item(self, chain: Chain, table: Table, first: int) -> PeopleCounts:
        """One item's ranks, projected on the number of those who answered the ranking."""
        ranks = {cell: count for cell, count in sum_since(chain, table, first).items() if _is_answered(cell)}
        projected = project_cells(ranks, self.base - self.no_answer)
        everybody = PeopleCounts.since(chain, table, first)
        known = {**everybody.cells, **projected, (Special.NO_ANSWER,): self.no_answer}
        return replace(everybody, cells={cell: known[cell] for cell in everybody.cells})


def _mean_count(peoples: Sequence[PeopleCounts], where: Where) -> float:
    return sum(people.count(where) for people in peoples) / len(peoples)
