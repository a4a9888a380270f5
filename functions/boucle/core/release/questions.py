"""One question, or one cross-tab, as a release publishes it: figures with their status, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from boucle.core.privacy.tables import Outcome, Planned, Special, Table
from boucle.core.questionnaire.model import Estimate, ShareAtLeast
from boucle.core.questionnaire.values import Value
from boucle.core.release.cells import (
    BASE_TOO_SMALL,
    SHOWN,
    SMALLEST_BASE,
    Json,
    epsilon,
    figure_document,
    interval_of,
    percent,
    tenths,
    whole,
)
from boucle.core.release.counts import Chain, Figure, Options, People, Where, asked, first_cohort, is_
from boucle.core.release.estimates import Scored, mean, median, net_promoter_score
from boucle.core.release.rankings import ranking_document


def question_document(chain: Chain, question: Planned) -> Json:
    """One question of a release."""
    tables = chain[-1].plan.tables_of(question.id)
    counted = ranking_document if tables[0].item is not None else _counted
    return {
        "id": question.id,
        "type": question.type,
        "epsilon": epsilon(question.sensitivity, chain[-1].mechanism.scale),
        **counted(chain, question, tables),
    }


def _counted(chain: Chain, question: Planned, tables: Sequence[Table]) -> Json:
    main = Reading.since(chain, question, tables, first_cohort(chain, tables[0], lambda _: True))
    of_answers = [_value_document(chain, main, value) for value in question.values]
    none = [{"value": None, **figure_document(main.figure(Special.NO_ANSWER))}] if main.may_be_unanswered else []
    estimates = [main.estimate(each) for each in question.estimates]
    return {
        "base": whole(main.base),
        "cohorts": main.cohorts,
        "cells": [*of_answers, *none],
        **({"estimates": estimates} if estimates else {}),
    }


def _value_document(chain: Chain, main: Reading, value: Value) -> Json:
    """One cell; a choice that came with a later version has the base of the cohorts that were offered it."""
    first = first_cohort(chain, main.tables[-1], is_(main.tables[-1], main.question.id, value))
    if first == main.first:
        return {"value": value, **figure_document(main.figure(value))}
    later = Reading.since(chain, main.question, main.tables, first)
    return {"value": value, "base": whole(later.base), **figure_document(later.figure(value))}


@dataclass(frozen=True)
class Reading:
    """A question's figures over the cohorts from one of them on."""

    question: Planned
    tables: tuple[Table, ...]
    first: int
    cohorts: int
    people: People
    options: Options | None

    @staticmethod
    def since(chain: Chain, question: Planned, tables: Sequence[Table], first: int) -> Reading:
        people = People.since(chain, tables[0], first)
        own = tuple(tables) if question.type == "multiple" else (tables[0],)
        options = Options.since(chain, people, own[1], question.id, first) if len(own) > 1 else None
        return Reading(question, own, first, len(chain) - first, people, options)

    @property
    def of(self) -> Where:
        return asked(self.tables[0], self.question.id)

    @property
    def base(self) -> float:
        return self.people.count(self.of)

    @property
    def may_be_unanswered(self) -> bool:
        return self.people.how_many(self._is(Special.NO_ANSWER)) > 0

    def figure(self, *outcomes: Outcome) -> Figure:
        """Those whose answer is one of these, over those asked."""
        if self.options is not None and Special.NO_ANSWER not in outcomes:
            return self.options.figure(is_(self.tables[1], self.question.id, *outcomes), self.of)
        return self.people.figure(self._is(*outcomes), self.of)

    def estimate(self, estimate: Estimate) -> Json:
        """A declared estimate from the noisy histogram."""
        if isinstance(estimate, ShareAtLeast):
            return self._share_at_least(estimate.threshold)
        bars = self._bars(by_value=estimate == "median")
        if whole(sum(bar.count for bar in bars)) < SMALLEST_BASE:
            return {"name": estimate, "status": BASE_TOO_SMALL}
        return {"name": estimate, "status": SHOWN, **self._measure(estimate, bars)}

    def _measure(self, estimate: str, bars: Sequence[Scored]) -> Json:
        match estimate:
            case "mean":
                return tenths(mean(bars, self.people.unit))
            case "nps":
                score = net_promoter_score(bars, self.people.unit)
                return {"value": whole(score.estimate), "margin": math.ceil(score.margin)}
            case _:
                middle = median(bars, self.people.unit, len(self.tables[0].cells))
                return {"value": middle.estimate, "margin": middle.margin}

    def _share_at_least(self, threshold: float) -> Json:
        scored = zip(self.question.values, self.question.scores, strict=True)
        reached = [value for value, score in scored if score is not None and _at_least(value, threshold)]
        figure = self.figure(*reached)
        withheld = figure_document(figure)
        about = {"name": "share_at_least", "threshold": threshold}
        if withheld["status"] != SHOWN:
            return {**about, **withheld}
        return {**about, "status": SHOWN, **percent(interval_of(figure), "value")}

    def _bars(self, *, by_value: bool) -> list[Scored]:
        scored = zip(self.question.values, self.question.scores, strict=True)
        return [
            Scored(_number(value) if by_value else score, self.people.count(where), self.people.how_many(where))
            for value, score in scored
            if score is not None
            for where in [self._is(value)]
        ]

    def _is(self, *outcomes: Outcome) -> Where:
        return is_(self.tables[0], self.question.id, *outcomes)


def _at_least(value: Value, threshold: float) -> bool:
    return _number(value) >= threshold


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError("a scored value is a number")
    return value
