"""Two points of view on one concept: how far apart they are, and whether the data allow to say so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import Multiple, Question, Rating, Single
from boucle.core.questionnaire.values import NO, YES, Text, Value
from boucle.core.release.estimates import Interval, difference
from boucle.languages.catalogues import in_language, marked
from boucle.languages.number_format import Figures
from boucle.pages.results.document import Measure, Shown, Table
from boucle.pages.results.labels import Labels


@dataclass(frozen=True, slots=True)
class View:
    """One audience's answers to one question."""

    audience: str
    labels: Labels
    table: Table

    @property
    def question(self) -> Question:
        return self.labels.question(self.table.questions[0])


@dataclass(frozen=True, slots=True)
class Side:
    """A share of one side, as published."""

    share: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference of two shares, in points; its interval is rounded outwards."""

    answer: str
    first: Side
    second: Side

    @property
    def _between(self) -> Interval:
        return difference(self.first.interval, self.second.interval)

    @property
    def points(self) -> int:
        return abs(self.first.share - self.second.share)

    @property
    def bounds(self) -> tuple[int, int]:
        """From the smaller to the larger side, seen from the larger share."""
        low, high = math.floor(100 * self._between.low), math.ceil(100 * self._between.high)
        return (low, high) if self.first.share >= self.second.share else (-high, -low)

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves zero out, as it is shown."""
        return self.bounds[0] > 0


@dataclass(frozen=True, slots=True)
class Line:
    """One answer that both sides could give."""

    answer: str
    first: str
    second: str
    gap: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page says of two points of view."""

    sentence: str
    audiences: tuple[str, str]
    lines: tuple[Line, ...]


def interval_of(shown: Shown, base: int | None) -> Interval:
    """Where a published share lies: its margin on both sides of the unrounded share."""
    exact = shown.count / base if base else shown.share / 100
    return around(exact, shown.margin / 100)


def around(estimate: float, margin: float) -> Interval:
    """An interval from what is published of it: its larger side, on both sides."""
    return Interval(estimate, estimate - margin, estimate + margin)


def compare(first: View, second: View) -> Comparison | None:
    """The two sides compared on what both could say in the same words; None where there is no such thing."""
    gaps = list(_gaps(first, second))
    if not gaps:
        return None
    figures = first.labels.figures
    return Comparison(
        sentence=_sentence(gaps, (first.audience, second.audience), figures),
        audiences=(first.audience, second.audience),
        lines=tuple(_line(each, figures) for each in gaps),
    )


def _gaps(first: View, second: View) -> Iterator[Gap]:
    if isinstance(first.question, Rating) or isinstance(second.question, Rating):
        yield from _high_marks(first, second)
        return
    for value in _same_answers(first.question, second.question):
        one, other = _side(first.table, value), _side(second.table, value)
        if one and other:
            yield Gap(first.labels.value(first.question.id, value), one, other)


def _high_marks(first: View, second: View) -> Iterator[Gap]:
    """The shares of high marks, where both sides were given the same scale."""
    one, other = first.question, second.question
    if not isinstance(one, Rating) or not isinstance(other, Rating):
        return
    if (one.minimum, one.maximum) != (other.minimum, other.maximum):
        return
    theirs = dict(_shares_at_least(second.table))
    for threshold, side in _shares_at_least(first.table):
        if threshold in theirs:
            yield Gap(first.labels.at_least(one.id, threshold), side, theirs[threshold])


def _shares_at_least(table: Table) -> Iterator[tuple[int, Side]]:
    for each in table.estimates:
        if each.name == "share_at_least" and each.threshold is not None and isinstance(each.published, Measure):
            value, margin = each.published.value, each.published.margin
            yield each.threshold, Side(int(value), around(value / 100, margin / 100))


def _same_answers(first: Question, second: Question) -> list[Value]:
    """What both could answer: the same stored value, said in the same words."""
    if first.type == "yes_no" and second.type == "yes_no":
        return [YES, NO]
    if not isinstance(first, Single | Multiple) or not isinstance(second, Single | Multiple):
        return []
    if _most(first) != _most(second):
        return []
    theirs = {each.value: each.label for each in second.choices}
    return [each.value for each in first.choices if _alike(each.label, theirs.get(each.value))]


def _most(question: Single | Multiple) -> int | None:
    """How many answers one person may give: a choice among several weighs less than an only one."""
    return question.max_choices if isinstance(question, Multiple) else 1


def _alike(one: Text, other: Text | None) -> bool:
    language = next(iter(one))
    return other is not None and in_language(one, language).casefold() == in_language(other, language).casefold()


def _side(table: Table, value: Value) -> Side | None:
    for cell in table.cells:
        if cell.values == (value,) and isinstance(cell.published, Shown):
            return Side(cell.published.share, interval_of(cell.published, cell.base or table.base))
    return None


def _sentence(gaps: Sequence[Gap], audiences: tuple[str, str], figures: Figures) -> str:
    """The widest gap that the data allow to claim; else that there is none."""
    real = [each for each in gaps if each.is_real]
    if not real:
        return figures.words("No gap here is larger than chance and the protection of answers could make it.")
    widest = max(real, key=lambda gap: gap.points)
    ahead = 0 if widest.first.share >= widest.second.share else 1
    sides = (widest.first, widest.second)
    message = marked(
        "“%(answer)s”: %(more)s of %(audience)s, %(less)s of %(others)s. "
        "The gap is of %(gap)s (from %(low)s to %(high)s)."
    )
    return figures.words(
        message,
        answer=widest.answer,
        more=figures.percent(sides[ahead].share),
        audience=audiences[ahead],
        less=figures.percent(sides[1 - ahead].share),
        others=audiences[1 - ahead],
        gap=figures.gap(widest.points),
        low=figures.number(widest.bounds[0]),
        high=figures.number(widest.bounds[1]),
    )


def _line(gap: Gap, figures: Figures) -> Line:
    said = figures.words(marked("too few to conclude"))
    if gap.is_real:
        low, high = (figures.number(each) for each in gap.bounds)
        said = figures.words("%(gap)s (from %(low)s to %(high)s)", gap=figures.gap(gap.points), low=low, high=high)
    return Line(gap.answer, figures.percent(gap.first.share), figures.percent(gap.second.share), said)
