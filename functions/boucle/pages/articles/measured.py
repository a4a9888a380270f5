"""A figure of an article as the data give it, before any language writes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from boucle.core.questionnaire.values import Value
from boucle.core.release.compare import Difference
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import Release
from boucle.pages.results.free_texts import PublishedFreeText


class Unit(Enum):
    """What a number counts."""

    PERCENT = "percent"
    PEOPLE = "people"
    MARK = "mark"
    POINTS = "points"
    MARKS = "marks"
    """A difference of two means."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is about: one answer to one question of one release."""

    release: Release
    question: str | None = None
    value: Value | None = None
    at_least: int | None = None
    is_of_value: bool = False
    """Whether it is about one answer; None is then "no answer"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredNumber:
    """A published number; without a figure it counts people, has no margin, and follows the data freely."""

    subjects: tuple[Subject, ...]
    unit: Unit
    value: float
    base: int | None = None
    figure: PublishedMeasure | Difference | None = None
    """What the number is the value of."""

    @property
    def margin(self) -> float | None:
        """In the unit of the value."""
        return None if self.figure is None else self.figure.margin


@dataclass(frozen=True, slots=True)
class Chart:
    """A question's whole figure."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody wrote."""

    subject: Subject
    verbatim: PublishedFreeText


@dataclass(frozen=True, slots=True)
class NotYet:
    """The series has no release: nothing to say, and nothing wrong."""

    series: str


MeasuredFigure = MeasuredNumber | Chart | Quotation | NotYet


def subjects_of(measured: MeasuredFigure) -> tuple[Subject, ...]:
    """What a figure is about; empty before a first release."""
    match measured:
        case MeasuredNumber(subjects=subjects):
            return subjects
        case Chart(subject) | Quotation(subject):
            return (subject,)
        case NotYet():
            return ()
