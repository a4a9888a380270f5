"""Release documents to build pages and data files from, written as a release is, from shares in percents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil, sqrt

from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Closed, Multiple, Question, Questionnaire, Ranking, Rating
from boucle.core.questionnaire.values import Value
from boucle.core.study.model import Series, Study

Shares = Mapping[Value | None, int]
"""What percents of the base gave each value; None is no answer."""

Json = dict[str, object]

PUBLISHED: Mapping[str, Shares] = {
    "accompagne": {"yes": 77, "no": 23},
    "entreprise_insertion": {"yes": 73, "no": 27},
    "connait_iae": {"yes": 63, "no": 37},
    "note": {0: 2, 1: 1, 2: 2, 3: 3, 4: 4, 5: 9, 6: 9, 7: 15, 8: 24, 9: 16, 10: 15},
    "criteres": {"communication": 74, "informations": 62, "reseau": 54, "dispositifs": 53, None: 2},
}
"""The shares of the original study that the demonstration gives back."""


def make_release(
    study: Study,
    questionnaire: str,
    respondents: int = 582,
    shares: Mapping[str, Shares] = PUBLISHED,
    *,
    number: int = 3,
    **changes: object,
) -> bytes:
    """The release of a questionnaire in the study's first wave; questions without shares get falling ones."""
    version = next(candidate for candidate in study.questionnaires if candidate.id == questionnaire)
    document: Json = {
        "format": 1,
        "study": study.id,
        "questionnaire": questionnaire,
        "major": version.major,
        "versions": [version.version],
        "wave": study.waves[0].id,
        "release": number,
        "date": "2026-02-10",
        "respondents": respondents,
        "cohorts": number,
        "demonstration": True,
        "mechanism": {"name": "discrete-laplace", "scale": 1},
        "epsilon": 40,
        "ledger": "sha256:" + "1" * 64,
        "previous": "sha256:" + "0" * 64,
        "questions": [*_make_questions(version, respondents, shares), _make_mode_question(respondents)],
        "crosstabs": [_make_crosstab(version, pair, respondents) for pair in version.publication.crosstabs],
    }
    return json.dumps({**document, **changes}, ensure_ascii=False, separators=(",", ":")).encode()


def series_of(study: Study, questionnaire: str) -> Series:
    """The first series of a questionnaire."""
    return next(one_series for one_series in study.series if one_series.questionnaire == questionnaire)


def _make_questions(version: Questionnaire, respondents: int, shares: Mapping[str, Shares]) -> list[Json]:
    bases: dict[str, int] = {}
    tables = []
    for question in version.questions:
        if isinstance(question, Closed | Multiple | Ranking):
            bases[question.id] = base = _base_of(question, bases, respondents, shares)
            tables.append(_make_question(question, base, shares.get(question.id) or make_falling_shares(question)))
    return tables


def _base_of(question: Question, bases: Mapping[str, int], respondents: int, shares: Mapping[str, Shares]) -> int:
    match question.relevant:
        case Equals(answer, value):
            return round(bases[answer] * shares.get(answer, {}).get(value, 50) / 100)
        case _:
            return respondents


def make_falling_shares(question: Closed | Multiple | Ranking) -> Shares:
    """Shares that fall from one value to the next, and 3 % without an answer."""
    weights = {value: 1 / (place + 2) for place, value in enumerate(question.values)}
    whole = 180 if isinstance(question, Multiple) else 97
    shares: dict[Value | None, int] = {
        value: round(whole * weight / sum(weights.values())) for value, weight in weights.items()
    }
    return shares | {None: 3}


def _make_question(question: Closed | Multiple | Ranking, base: int, shares: Shares) -> Json:
    table: Json = {"id": question.id, "type": question.type, "base": base, "epsilon": 2, "cohorts": 3}
    if isinstance(question, Ranking):
        ranks: list[int | str] = [*range(1, question.top + 1), "not_ranked"]
        table["cells"] = [
            make_cell(base, share if rank == 1 else (100 - share) // (len(ranks) - 1), values=[value, rank])
            for value, share in shares.items()
            if value is not None
            for rank in ranks
        ]
    else:
        table["cells"] = [make_cell(base, share, value=value) for value, share in shares.items()]
    if isinstance(question, Rating) and question.estimates:
        table["estimates"] = _make_estimates(question, base, shares)
    return table


def _make_estimates(question: Rating, base: int, shares: Shares) -> list[Json]:
    high = sum(share for value, share in shares.items() if isinstance(value, int) and value >= 8)
    mean = sum(share * value for value, share in shares.items() if isinstance(value, int)) / 100
    return [
        {"name": "mean", "status": "shown", "value": round(mean, 1), "margin": 0.3},
        {"name": "share_at_least", "threshold": 8, "status": "shown", "value": high, "margin": _margin(base, high)},
    ]


def _make_crosstab(version: Questionnaire, pair: tuple[str, str], respondents: int) -> Json:
    first, second = (version.by_id[question_id] for question_id in pair)
    assert isinstance(first, Closed)
    assert isinstance(second, Closed | Multiple)
    rows = make_falling_shares(first)
    cells = [
        _make_crossed_cell(respondents, rows[one], share, first.id, [one, other])
        for one in first.values
        for other, share in make_falling_shares(second).items()
    ]
    return {"questions": list(pair), "base": respondents, "cohorts": 3, "cells": cells}


def _make_crossed_cell(base: int, row: int, share: int, question: str, values: list[Value | None]) -> Json:
    """A cell that holds `share` percents of a row, which holds `row` percents of the base."""
    crossed = make_cell(base, row * share // 100, values=values)
    if crossed["status"] == "shown":
        within = make_cell(base * row // 100, share)
        within.pop("count", None)
        crossed["within"] = {"question": question, "base": base * row // 100, **within}
    return crossed


def _make_mode_question(respondents: int) -> Json:
    shares = {"self": 81, "assisted": 18, "paper": 0}
    cells = [make_cell(respondents, share, value=value) for value, share in shares.items()]
    return {"id": "_mode", "type": "single", "base": respondents, "epsilon": 2, "cohorts": 3, "cells": cells}


def make_cell(base: int, share: int, **values: object) -> Json:
    """One cell, with the status that its base and its count call for."""
    count = round(base * share / 100)
    if base < 20:
        return {**values, "status": "base_too_small"}
    if count < 5:
        return {**values, "status": "below_threshold", "below": ceil(500 / base)}
    return {**values, "status": "shown", "count": count, "share": share, "margin": _margin(base, share)}


def _margin(base: int, share: int) -> int:
    p = share / 100
    return ceil(196 * sqrt(p * (1 - p) / base)) + 1
