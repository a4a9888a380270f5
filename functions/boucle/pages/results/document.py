"""A release document as pages and data files read it: parsed once, frozen, and never zero for what is withheld."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.values import Value
from boucle.core.study.model import Series


class UnreadableRelease(BoucleError):
    """Bytes that are not a release document."""


class Withheld(Enum):
    """Why a figure is not published."""

    BELOW_THRESHOLD = "below_threshold"
    BASE_TOO_SMALL = "base_too_small"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Shown:
    """A published count, its share of the base in whole percents, and its margin in points."""

    count: int
    share: int
    margin: int

    @property
    def low(self) -> int:
        return max(0, self.share - self.margin)

    @property
    def high(self) -> int:
        return min(100, self.share + self.margin)


@dataclass(frozen=True, slots=True)
class Within:
    """A crossed cell among those who gave the same answer to one of its questions."""

    question: str
    base: int | None
    published: Shown | Withheld


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell: a value for each question of its table (None: no answer), and what is published of it."""

    values: tuple[Value | None, ...]
    published: Shown | Withheld
    below: int | None = None
    """The percents that a count under the threshold is less than."""
    base: int | None = None
    """Its own base, for a choice that came with a later version."""
    within: Within | None = None

    @property
    def share(self) -> int:
        """To sort by: what is withheld comes after what is shown."""
        return self.published.share if isinstance(self.published, Shown) else -1


@dataclass(frozen=True, slots=True)
class PublishedMeasure:
    """A published estimate and its margin, in its own unit (percents for a share)."""

    value: float
    margin: float


@dataclass(frozen=True, slots=True)
class ReadEstimate:
    """A declared estimate: `mean`, `median`, `nps`, or `share_at_least` its threshold."""

    name: str
    threshold: int | None
    published: PublishedMeasure | Withheld


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What is published of one question, or of two crossed ones."""

    questions: tuple[str, ...]
    type: str
    base: int | None
    epsilon: float | None
    cells: tuple[ReadCell, ...]
    estimates: tuple[ReadEstimate, ...] = ()

    @property
    def withheld(self) -> Withheld | None:
        """Why the whole table is not shown, or None."""
        reasons = {cell.published for cell in self.cells}
        whole = [reason for reason in (Withheld.BASE_TOO_SMALL, Withheld.NOT_YET) if reasons == {reason}]
        return whole[0] if whole else None


@dataclass(frozen=True)
class ReadRelease:
    """One dated, immutable publication of a series."""

    series: Series
    versions: tuple[str, ...]
    number: int
    date: date
    respondents: int
    cohorts: int
    demonstration: bool
    scale: int
    previous: str | None
    questions: tuple[ReadTable, ...]
    crosstabs: tuple[ReadTable, ...]

    @cached_property
    def by_question(self) -> Mapping[str, ReadTable]:
        return {table.questions[0]: table for table in self.questions}


def data_folder(series: Series) -> str:
    """Where the data files of a series stand, from the root of the site."""
    return f"{series.study}/data/{series.questionnaire}/v{series.major}/{series.wave}/"


def read_release(document: bytes) -> ReadRelease:
    """The release that these bytes say. Raises UnreadableRelease, which names what is missing."""
    try:
        return _parse_release(json.loads(document))
    except KeyError as missing:
        raise UnreadableRelease(f"this release document has no {missing}: publish it again with this version") from None
    except (ValueError, TypeError) as wrong:
        raise UnreadableRelease(f"this is not a release document ({wrong}): publish it again") from wrong


def _parse_release(source: Mapping[str, Any]) -> ReadRelease:
    return ReadRelease(
        series=Series(source["study"], source["questionnaire"], source["major"], source["wave"]),
        versions=tuple(source["versions"]),
        number=source["release"],
        date=date.fromisoformat(source["date"]),
        respondents=source["respondents"],
        cohorts=source["cohorts"],
        demonstration=source["demonstration"],
        scale=source["mechanism"]["scale"],
        previous=source["previous"],
        questions=tuple(_parse_table(question, (question["id"],)) for question in source["questions"]),
        crosstabs=tuple(_parse_table(crosstab, tuple(crosstab["questions"])) for crosstab in source["crosstabs"]),
    )


def _parse_table(source: Mapping[str, Any], questions: tuple[str, ...]) -> ReadTable:
    return ReadTable(
        questions=questions,
        type=source.get("type", "crosstab"),
        base=source.get("base"),
        epsilon=source.get("epsilon"),
        cells=tuple(_parse_cell(cell) for cell in source["cells"]),
        estimates=tuple(_parse_estimate(estimate) for estimate in source.get("estimates", ())),
    )


def _parse_cell(source: Mapping[str, Any]) -> ReadCell:
    return ReadCell(
        values=tuple(source["values"]) if "values" in source else (source["value"],),
        published=_parse_published(source, source.get("count")),
        below=source.get("below"),
        base=source.get("base"),
        within=_parse_within(source["within"], source["count"]) if "within" in source else None,
    )


def _parse_within(source: Mapping[str, Any], count: int) -> Within:
    return Within(source["question"], source.get("base"), _parse_published(source, count))


def _parse_published(source: Mapping[str, Any], count: Any) -> Shown | Withheld:
    if source["status"] != "shown":
        return Withheld(source["status"])
    return Shown(count, source["share"], source["margin"])


def _parse_estimate(source: Mapping[str, Any]) -> ReadEstimate:
    shown = source["status"] == "shown"
    published = PublishedMeasure(source["value"], source["margin"]) if shown else Withheld(source["status"])
    return ReadEstimate(source["name"], source.get("threshold"), published)
