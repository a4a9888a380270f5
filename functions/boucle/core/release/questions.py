"""One question as a release publishes it: its cells, and the estimates that it declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.privacy.tables import Outcome, PlannedQuestion, Special, Table
from boucle.core.questionnaire.model import Estimate, ShareAtLeast
from boucle.core.questionnaire.values import Value
from boucle.core.release.cells import epsilon, is_too_small, publish_cell, publish_count
from boucle.core.release.counts import (
    Chain,
    NoisyFigure,
    OptionCounts,
    PeopleCounts,
    Where,
    find_first_cohort,
    where_asked,
    where_outcome,
)
from boucle.core.release.estimates import HistogramBar, mean, median, net_promoter_score
from boucle.core.release.intervals import Estimated, publish_measure, round_half_up
from boucle.core.release.model import PublishedCell, PublishedEstimate, PublishedTable, Shown, Withheld
from boucle.core.release.rankings import publish_ranking

SHARE_AT_LEAST = "share_at_least"


def publish_question(chain: Chain, question: PlannedQuestion) -> PublishedTable:
    """The table of one question, over the cohorts that were asked it."""
    tables = chain[-1].plan.tables_of(question.id)
    loss = epsilon(question.sensitivity, chain[-1].mechanism.scale)
    if tables[0].item is not None:
        return publish_ranking(chain, question, tables, loss)
    return _publish_counts(chain, question, tables, loss)


def _publish_counts(chain: Chain, question: PlannedQuestion, tables: Sequence[Table], loss: float) -> PublishedTable:
    main = QuestionFigures.since(chain, question, tables, find_first_cohort(chain, tables[0], lambda _: True))
    of_answers = [_publish_value(chain, main, value) for value in question.values]
    none = [publish_cell((None,), main.figure(Special.NO_ANSWER))] if main.may_be_unanswered else []
    return PublishedTable(
        questions=(question.id,),
        type=question.type,
        base=round_half_up(main.base),
        cohorts=main.cohorts,
        epsilon=loss,
        cells=(*of_answers, *none),
        estimates=tuple(main.publish_estimate(estimate) for estimate in question.estimates),
    )


def _publish_value(chain: Chain, main: QuestionFigures, value: Value) -> PublishedCell:
    """One cell; a choice that came with a later version has the base of the cohorts that were offered it."""
    first = find_first_cohort(chain, main.tables[-1], where_outcome(main.tables[-1], main.question.id, value))
    if first == main.first:
        return publish_cell((value,), main.figure(value))
    later = QuestionFigures.since(chain, main.question, main.tables, first)
    return publish_cell((value,), later.figure(value), later.base)


@dataclass(frozen=True)
class QuestionFigures:
    """A question's figures over the cohorts from one of them on."""

    question: PlannedQuestion
    tables: tuple[Table, ...]
    first: int
    cohorts: int
    people: PeopleCounts
    options: OptionCounts | None

    @staticmethod
    def since(chain: Chain, question: PlannedQuestion, tables: Sequence[Table], first: int) -> QuestionFigures:
        """The figures over the cohorts from `first` on; the first of the tables is that of people."""
        people = PeopleCounts.since(chain, tables[0], first)
        own = tuple(tables) if question.type == "multiple" else (tables[0],)
        options = OptionCounts.since(chain, people, own[1], question.id, first) if len(own) > 1 else None
        return QuestionFigures(question, own, first, len(chain) - first, people, options)

    @property
    def of(self) -> Where:
        """The cells of those asked."""
        return where_asked(self.tables[0], self.question.id)

    @property
    def base(self) -> float:
        """How many were asked."""
        return self.people.count(self.of)

    @property
    def may_be_unanswered(self) -> bool:
        """Whether some version lets people pass it."""
        return self.people.count_cells(self._where_outcome(Special.NO_ANSWER)) > 0

    def figure(self, *outcomes: Outcome) -> NoisyFigure:
        """Those whose answer is one of these, over those asked."""
        if self.options is not None and Special.NO_ANSWER not in outcomes:
            return self.options.figure(where_outcome(self.tables[1], self.question.id, *outcomes), self.of)
        return self.people.figure(self._where_outcome(*outcomes), self.of)

    def publish_estimate(self, estimate: Estimate) -> PublishedEstimate:
        """A declared estimate from the noisy histogram."""
        if isinstance(estimate, ShareAtLeast):
            return self._publish_share_at_least(estimate.threshold)
        bars = self._make_bars(by_value=estimate == "median")
        if is_too_small(sum(bar.count for bar in bars)):
            return PublishedEstimate(estimate, None, Withheld.BASE_TOO_SMALL)
        return PublishedEstimate(estimate, None, publish_measure(estimate, self._measure(estimate, bars)))

    def _measure(self, estimate: str, bars: Sequence[HistogramBar]) -> Estimated:
        match estimate:
            case "mean":
                return mean(bars, self.people.unit)
            case "nps":
                return net_promoter_score(bars, self.people.unit)
            case _:
                return median(bars, self.people.unit, len(self.tables[0].cells))

    def _publish_share_at_least(self, threshold: int) -> PublishedEstimate:
        reached = [value for value, _ in self._list_scores() if value >= threshold]
        counted = publish_count(self.figure(*reached))
        published = counted.published.measure if isinstance(counted.published, Shown) else counted.published
        return PublishedEstimate(SHARE_AT_LEAST, threshold, published, counted.below)

    def _make_bars(self, *, by_value: bool) -> list[HistogramBar]:
        return [
            HistogramBar(value if by_value else score, self.people.count(where), self.people.count_cells(where))
            for value, score in self._list_scores()
            for where in [self._where_outcome(value)]
        ]

    def _list_scores(self) -> Iterator[tuple[float, float]]:
        """The values that are numbers, each with what it weighs in a mean."""
        for scored in zip(self.question.values, self.question.scores, strict=True):
            match scored:
                case (int() | float() as value, int() | float() as score):
                    yield value, score

    def _where_outcome(self, *outcomes: Outcome) -> Where:
        return where_outcome(self.tables[0], self.question.id, *outcomes)
