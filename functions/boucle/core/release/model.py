"""A release: what one publication of a series says, whether it was just made from the ledger or read from its document.

Suppressed is not zero: a cell has its figure, or the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from boucle.core.questionnaire.values import Value
from boucle.core.release.intervals import Interval, PublishedMeasure
from boucle.core.study.model import Series

CROSSTAB = "crosstab"
"""The type of a table of two questions; the others are the types of questions."""

SHOWN = "shown"


class Withheld(Enum):
    """Why a figure is not published."""

    BELOW_THRESHOLD = "below_threshold"
    BASE_TOO_SMALL = "base_too_small"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Shown:
    """A published count, and its share of the base."""

    count: int
    measure: PublishedMeasure

    @property
    def share(self) -> int:
        """In whole percents."""
        return int(self.measure.value)

    @property
    def margin(self) -> int:
        """In points."""
        return int(self.measure.margin)

    @property
    def interval(self) -> Interval:
        """Where the share lies, in percents."""
        return self.measure.interval


@dataclass(frozen=True, slots=True)
class RowShare:
    """The share of a crossed cell among those who gave the same answer to `question`, the one of the rows."""

    question: str
    base: int | None
    """How many gave that answer; None where they are too few."""
    published: PublishedMeasure | Withheld


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One cell: a value for each question of its table (None: no answer), and what is published of it.

    A ranking has the item and its rank.
    """

    values: tuple[Value | None, ...]
    published: Shown | Withheld
    below: int | None = None
    """The percents that a count under the threshold is less than."""
    base: int | None = None
    """Its own base, for a choice that came with a later version."""
    within: RowShare | None = None

    @property
    def share(self) -> int:
        """To sort by: what is withheld comes after what is shown."""
        return self.published.share if isinstance(self.published, Shown) else -1


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """A declared estimate: `mean`, `median`, `nps`, or `share_at_least` its threshold."""

    name: str
    threshold: int | None
    published: PublishedMeasure | Withheld
    below: int | None = None
    """The percents that a count under the threshold is less than."""


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """What is published of one question, or of two crossed ones."""

    questions: tuple[str, ...]
    type: str
    base: int
    """How many people it applied to."""
    cohorts: int
    """How many cohorts were asked it."""
    epsilon: float | None
    """The privacy loss of one answer; None for a cross-tab, which its questions include."""
    cells: tuple[PublishedCell, ...]
    estimates: tuple[PublishedEstimate, ...] = ()

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return " x ".join(self.questions)

    @property
    def withheld(self) -> Withheld | None:
        """Why the whole table is not shown, or None."""
        reasons = {cell.published for cell in self.cells}
        whole = [reason for reason in (Withheld.BASE_TOO_SMALL, Withheld.NOT_YET) if reasons == {reason}]
        return whole[0] if whole else None


@dataclass(frozen=True, slots=True)
class NoiseMechanism:
    """How counts are protected: the distribution of the noise, and its scale."""

    name: str
    scale: int


@dataclass(frozen=True, kw_only=True)
class Release:
    """One dated, immutable publication of a series, a pure function of the ledger."""

    series: Series
    versions: tuple[str, ...]
    """Those that it counts, oldest first."""
    number: int
    """That of its newest cohort, from 1."""
    days_from: date | None = None
    """Where the release before was dated ahead, by a wrong clock: the day from which days count again."""
    date: date
    texts_each: int | None = None
    """Where texts are counted: at most so many of one person."""
    respondents: int
    cohorts: int
    demonstration: bool
    mechanism: NoiseMechanism
    epsilon: float
    """What a whole response can change at most."""
    ledger: str
    """The hash of the entry that it was made from."""
    previous: str | None
    """The hash of the published file of the release before; None for the first."""
    questions: tuple[PublishedTable, ...]
    crosstabs: tuple[PublishedTable, ...]

    @cached_property
    def by_question(self) -> Mapping[str, PublishedTable]:
        """The table of each question, by its id."""
        return {table.questions[0]: table for table in self.questions}

    @property
    def tables(self) -> Iterator[PublishedTable]:
        """The questions, then the cross-tabs."""
        yield from self.questions
        yield from self.crosstabs
