"""One question, or one cross-tab, as a release publishes it: figures with their status, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from boucle.core.privacy.tables import Outcome, PlannedQuestion, Special, Table
from boucle.core.questionnaire.model import Estimate, ShareAtLeast
from boucle.core.questionnaire.values import Value
from boucle.core.release.cells import (
    BASE_TOO_SMALL,
    MIN_BASE,
    SHOWN,
    Json,
    build_figure_document,
    epsilon,
    interval_of,
    round_half_up,
    to_percent,
    to_tenths,
)
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
from boucle.core.release.rankings import build_ranking_document


def build_question_document(chain: Chain, question: PlannedQuestion) -> Json:
    """One question of a release."""
    tables = chain[-1].plan.tables_of(question.id)
    counted = build_ranking_document if tables[0].item is not None else _build_counts
    return {
        "id": question.id,
        "type": question.type,
        "epsilon": epsilon(question.sensitivity, chain[-1].mechanism.scale),
        **counted(chain, question, tables),
    }


def _build_counts(chain: Chain, question: PlannedQuestion, tables: Sequence[Table]) -> Json:
    main = QuestionFigures.since(chain, question, tables, find_first_cohort(chain, tables[0], lambda _: True))
    of_answers = [_build_value_document(chain, main, value) for value in question.values]
    none = [{"value": None, **build_figure_document(main.figure(Special.NO_ANSWER))}] if main.may_be_unanswered else []
    estimates = [main.estimate(estimate) for estimate in question.estimates]
    return {
        "base": round_half_up(main.base),
        "cohorts": main.cohorts,
        "cells": [*of_answers, *none],
        **({"estimates": estimates} if estimates else {}),
    }


def _build_value_document(chain: Chain, main: QuestionFigures, value: Value) -> Json:
    """One cell; a choice that came with a later version has the base of the cohorts that were offered it."""
    first = find_first_cohort(chain, main.tables[-1], where_outcome(main.tables[-1], main.question.id, value))
    if first == main.first:
        return {"value": value, **build_figure_document(main.figure(value))}
    later = QuestionFigures.since(chain, main.question, main.tables, first)
    return {"value": value, "base": round_half_up(later.base), **build_figure_document(later.figure(value))}


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
        people = PeopleCounts.since(chain, tables[0], first)
        own = tuple(tables) if question.type == "multiple" else (tables[0],)
        options = OptionCounts.since(chain, people, own[1], question.id, first) if len(own) > 1 else None
        return QuestionFigures(question, own, first, len(chain) - first, people, options)

    @property
    def of(self) -> Where:
        return where_asked(self.tables[0], self.question.id)

    @property
    def base(self) -> float:
        return self.people.count(self.of)

    @property
    def may_be_unanswered(self) -> bool:
        return self.people.count_cells(self._where_outcome(Special.NO_ANSWER)) > 0

    def figure(self, *outcomes: Outcome) -> NoisyFigure:
        """Those whose answer is one of these, over those asked."""
        if self.options is not None and Special.NO_ANSWER not in outcomes:
            return self.options.figure(where_outcome(self.tables[1], self.question.id, *outcomes), self.of)
        return self.people.figure(self._where_outcome(*outcomes), self.of)

    def estimate(self, estimate: Estimate) -> Json:
        """A declared estimate from the noisy histogram."""
        if isinstance(estimate, ShareAtLeast):
            return self._build_share_at_least(estimate.threshold)
        bars = self._make_bars(by_value=estimate == "median")
        if round_half_up(sum(bar.count for bar in bars)) < MIN_BASE:
            return {"name": estimate, "status": BASE_TOO_SMALL}
        return {"name": estimate, "status": SHOWN, **self._measure(estimate, bars)}

    def _measure(self, estimate: str, bars: Sequence[HistogramBar]) -> Json:
        match estimate:
            case "mean":
                return to_tenths(mean(bars, self.people.unit))
            case "nps":
                score = net_promoter_score(bars, self.people.unit)
                return {"value": round_half_up(score.estimate), "margin": math.ceil(score.margin)}
            case _:
                middle = median(bars, self.people.unit, len(self.tables[0].cells))
                return {"value": middle.estimate, "margin": middle.margin}

    def _build_share_at_least(self, threshold: float) -> Json:
        scored = zip(self.question.values, self.question.scores, strict=True)
        reached = [value for value, score in scored if score is not None and _is_at_least(value, threshold)]
        figure = self.figure(*reached)
        withheld = build_figure_document(figure)
        about = {"name": "share_at_least", "threshold": threshold}
        if withheld["status"] != SHOWN:
            return {**about, **withheld}
        return {**about, "status": SHOWN, **to_percent(interval_of(figure), "value")}

    def _make_bars(self, *, by_value: bool) -> list[HistogramBar]:
        scored = zip(self.question.values, self.question.scores, strict=True)
        return [
            HistogramBar(
                _to_number(value) if by_value else score, self.people.count(where), self.people.count_cells(where)
            )
            for value, score in scored
            if score is not None
            for where in [self._where_outcome(value)]
        ]

    def _where_outcome(self, *outcomes: Outcome) -> Where:
        return where_outcome(self.tables[0], self.question.id, *outcomes)


def _is_at_least(value: Value, threshold: float) -> bool:
    return _to_number(value) >= threshold


def _to_number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError("a scored value is a number")
    return value
