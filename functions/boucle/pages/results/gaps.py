"""Two points of view on one concept: how far apart they are, and whether the data allow to say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import Multiple, Question, Rating, Single
from boucle.core.questionnaire.values import NO, YES, Text, Value
from boucle.core.release.compare import Difference, difference
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedTable, Shown
from boucle.languages.catalogues import gettext_noop, in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.labels import Labels


@dataclass(frozen=True, slots=True)
class View:
    """One audience's answers to one question."""

    audience: str
    labels: Labels
    table: PublishedTable

    @property
    def question(self) -> Question:
        """The question, as its newest version words it. Raises UnknownLabel."""
        return self.labels.question(self.table.questions[0])


@dataclass(frozen=True, slots=True)
class ShareGap:
    """Two published shares of one answer, and how far apart they are."""

    answer: str
    first: PublishedMeasure
    second: PublishedMeasure

    @property
    def ahead(self) -> int:
        """The side of the larger share: 0 or 1."""
        return 0 if self.first.value >= self.second.value else 1

    @property
    def size(self) -> Difference:
        """Seen from the larger share, in points."""
        larger, smaller = (self.first, self.second) if self.ahead == 0 else (self.second, self.first)
        return difference(larger, smaller)


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


def compare_views(first: View, second: View) -> AudienceComparison | None:
    """The two sides compared on what both could say in the same words; None where there is no such thing."""
    gaps = list(_find_gaps(first, second))
    if not gaps:
        return None
    formatter = first.labels.formatter
    return AudienceComparison(
        sentence=_write_sentence(gaps, (first.audience, second.audience), formatter),
        audiences=(first.audience, second.audience),
        lines=tuple(write_line(gap, formatter) for gap in gaps),
    )


def _find_gaps(first: View, second: View) -> Iterator[ShareGap]:
    if isinstance(first.question, Rating) or isinstance(second.question, Rating):
        yield from _find_rating_gaps(first, second)
        return
    for value in _find_same_answers(first.question, second.question):
        one, other = _find_share(first.table, value), _find_share(second.table, value)
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


def _list_shares_at_least(table: PublishedTable) -> Iterator[tuple[int, PublishedMeasure]]:
    for estimate in table.estimates:
        if (
            estimate.name == "share_at_least"
            and estimate.threshold is not None
            and isinstance(estimate.published, PublishedMeasure)
        ):
            yield estimate.threshold, estimate.published


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


def _find_share(table: PublishedTable, value: Value) -> PublishedMeasure | None:
    for cell in table.cells:
        if cell.values == (value,) and isinstance(cell.published, Shown):
            return cell.published.measure
    return None


def _write_sentence(gaps: Sequence[ShareGap], audiences: tuple[str, str], formatter: NumberFormatter) -> str:
    """The widest gap that the data allow to claim; else that there is none."""
    real = [candidate for candidate in gaps if candidate.size.is_certain]
    if not real:
        return formatter.translate("No gap here is larger than chance and the protection of answers could make it.")
    widest = max(real, key=lambda gap: gap.size.value)
    ahead, sides, between = widest.ahead, (widest.first, widest.second), widest.size
    message = gettext_noop(
        "“%(answer)s”: %(more)s of %(audience)s, %(less)s of %(others)s. "
        "The gap is of %(gap)s (from %(low)s to %(high)s)."
    )
    return formatter.translate(
        message,
        answer=widest.answer,
        more=formatter.format_percent(int(sides[ahead].value)),
        audience=audiences[ahead],
        less=formatter.format_percent(int(sides[1 - ahead].value)),
        others=audiences[1 - ahead],
        gap=formatter.format_gap(int(between.value)),
        low=formatter.format_number(between.interval.low),
        high=formatter.format_number(between.interval.high),
    )


def write_line(gap: ShareGap, formatter: NumberFormatter) -> GapLine:
    """The two shares of one answer, and their gap where the data allow to claim one."""
    between = gap.size
    sentence = formatter.translate(gettext_noop("too few to conclude"))
    if between.is_certain:
        low, high = map(formatter.format_number, (between.interval.low, between.interval.high))
        sentence = formatter.translate(
            "%(gap)s (from %(low)s to %(high)s)", gap=formatter.format_gap(int(between.value)), low=low, high=high
        )
    first, second = (formatter.format_percent(int(side.value)) for side in (gap.first, gap.second))
    return GapLine(gap.answer, first, second, sentence)
