"""Two points of view on one concept: how far apart they are, and whether the data allow to say so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import Multiple, Question, Rating, Single
from boucle.core.questionnaire.values import NO, YES, Text, Value
from boucle.core.release.estimates import Interval, difference
from boucle.languages.catalogues import gettext_noop, in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.document import PublishedMeasure, ReadTable, Shown
from boucle.pages.results.labels import Labels


@dataclass(frozen=True, slots=True)
class View:
    """One audience's answers to one question."""

    audience: str
    labels: Labels
    table: ReadTable

    @property
    def question(self) -> Question:
        return self.labels.question(self.table.questions[0])


@dataclass(frozen=True, slots=True)
class Side:
    """A share of one side, as published."""

    share: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class ShareGap:
    """The difference of two shares, in points; its interval is rounded outwards."""

    answer: str
    first: Side
    second: Side

    @property
    def _interval(self) -> Interval:
        return difference(self.first.interval, self.second.interval)

    @property
    def points(self) -> int:
        return abs(self.first.share - self.second.share)

    @property
    def bounds(self) -> tuple[int, int]:
        """From the smaller to the larger side, seen from the larger share."""
        low, high = math.floor(100 * self._interval.low), math.ceil(100 * self._interval.high)
        return (low, high) if self.first.share >= self.second.share else (-high, -low)

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves zero out, as it is shown."""
        return self.bounds[0] > 0


@dataclass(frozen=True, slots=True)
class GapLine:
    """One answer that both sides could give."""

    answer: str
    first: str
    second: str
    gap: str


@dataclass(frozen=True, slots=True)
class AudienceComparison:
    """What a page says of two points of view."""

    sentence: str
    audiences: tuple[str, str]
    lines: tuple[GapLine, ...]


def interval_of(shown: Shown, base: int | None) -> Interval:
    """Where a published share lies: its margin on both sides of the unrounded share."""
    exact = shown.count / base if base else shown.share / 100
    return interval_around(exact, shown.margin / 100)


def interval_around(estimate: float, margin: float) -> Interval:
    """An interval from what is published of it: its larger side, on both sides."""
    return Interval(estimate, estimate - margin, estimate + margin)


def compare(first: View, second: View) -> AudienceComparison | None:
    """The two sides compared on what both could say in the same words; None where there is no such thing."""
    gaps = list(_find_gaps(first, second))
    if not gaps:
        return None
    formatter = first.labels.formatter
    return AudienceComparison(
        sentence=_write_sentence(gaps, (first.audience, second.audience), formatter),
        audiences=(first.audience, second.audience),
        lines=tuple(_write_line(gap, formatter) for gap in gaps),
    )


def _find_gaps(first: View, second: View) -> Iterator[ShareGap]:
    if isinstance(first.question, Rating) or isinstance(second.question, Rating):
        yield from _find_rating_gaps(first, second)
        return
    for value in _find_same_answers(first.question, second.question):
        one, other = _find_side(first.table, value), _find_side(second.table, value)
        if one and other:
            yield ShareGap(first.labels.value(first.question.id, value), one, other)


def _find_rating_gaps(first: View, second: View) -> Iterator[ShareGap]:
    """The shares of high marks, where both sides were given the same scale."""
    one, other = first.question, second.question
    if not isinstance(one, Rating) or not isinstance(other, Rating):
        return
    if (one.minimum, one.maximum) != (other.minimum, other.maximum):
        return
    theirs = dict(_list_shares_at_least(second.table))
    for threshold, side in _list_shares_at_least(first.table):
        if threshold in theirs:
            yield ShareGap(first.labels.at_least(one.id, threshold), side, theirs[threshold])


def _list_shares_at_least(table: ReadTable) -> Iterator[tuple[int, Side]]:
    for estimate in table.estimates:
        if (
            estimate.name == "share_at_least"
            and estimate.threshold is not None
            and isinstance(estimate.published, PublishedMeasure)
        ):
            value, margin = estimate.published.value, estimate.published.margin
            yield estimate.threshold, Side(int(value), interval_around(value / 100, margin / 100))


def _find_same_answers(first: Question, second: Question) -> list[Value]:
    """What both could answer: the same stored value, said in the same words."""
    if first.type == "yes_no" and second.type == "yes_no":
        return [YES, NO]
    if not isinstance(first, Single | Multiple) or not isinstance(second, Single | Multiple):
        return []
    if _max_answers(first) != _max_answers(second):
        return []
    theirs = {choice.value: choice.label for choice in second.choices}
    return [choice.value for choice in first.choices if _is_same_label(choice.label, theirs.get(choice.value))]


def _max_answers(question: Single | Multiple) -> int | None:
    """How many answers one person may give: a choice among several weighs less than an only one."""
    return question.max_choices if isinstance(question, Multiple) else 1


def _is_same_label(one: Text, other: Text | None) -> bool:
    language = next(iter(one))
    return other is not None and in_language(one, language).casefold() == in_language(other, language).casefold()


def _find_side(table: ReadTable, value: Value) -> Side | None:
    for cell in table.cells:
        if cell.values == (value,) and isinstance(cell.published, Shown):
            return Side(cell.published.share, interval_of(cell.published, cell.base or table.base))
    return None


def _write_sentence(gaps: Sequence[ShareGap], audiences: tuple[str, str], formatter: NumberFormatter) -> str:
    """The widest gap that the data allow to claim; else that there is none."""
    real = [candidate for candidate in gaps if candidate.is_real]
    if not real:
        return formatter.translate("No gap here is larger than chance and the protection of answers could make it.")
    widest = max(real, key=lambda gap: gap.points)
    ahead = 0 if widest.first.share >= widest.second.share else 1
    sides = (widest.first, widest.second)
    message = gettext_noop(
        "“%(answer)s”: %(more)s of %(audience)s, %(less)s of %(others)s. "
        "The gap is of %(gap)s (from %(low)s to %(high)s)."
    )
    return formatter.translate(
        message,
        answer=widest.answer,
        more=formatter.format_percent(sides[ahead].share),
        audience=audiences[ahead],
        less=formatter.format_percent(sides[1 - ahead].share),
        others=audiences[1 - ahead],
        gap=formatter.format_gap(widest.points),
        low=formatter.format_number(widest.bounds[0]),
        high=formatter.format_number(widest.bounds[1]),
    )


def _write_line(gap: ShareGap, formatter: NumberFormatter) -> GapLine:
    sentence = formatter.translate(gettext_noop("too few to conclude"))
    if gap.is_real:
        low, high = (formatter.format_number(bound) for bound in gap.bounds)
        sentence = formatter.translate(
            "%(gap)s (from %(low)s to %(high)s)", gap=formatter.format_gap(gap.points), low=low, high=high
        )
    return GapLine(
        gap.answer, formatter.format_percent(gap.first.share), formatter.format_percent(gap.second.share), sentence
    )
