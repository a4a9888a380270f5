"""Headline sentences: a small grammar that claims no more than the margins allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from markupsafe import Markup, escape

from boucle.core.questionnaire.values import YES
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedCell, PublishedTable, Shown, Withheld
from boucle.languages.catalogues import gettext_noop
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.labels import Labels

SIMPLE_FRACTIONS = sorted({Fraction(part, whole) for whole in (2, 3, 4, 5, 10) for part in range(1, whole)})
MAX_FRACTION_DISTANCE = Fraction(3, 100)
"""A share this close to a simple fraction is said to be about it."""

MAX_NAMED_ANSWERS = 3
"""How many criteria a sentence names."""

WITHHELD_MESSAGES = {
    Withheld.BELOW_THRESHOLD: gettext_noop("fewer than 5 people"),
    Withheld.BASE_TOO_SMALL: gettext_noop("Too few answers to be shown"),
    Withheld.NOT_YET: gettext_noop("Not published yet"),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """A sentence that can be quoted, and the same in a few characters for a table of contents."""

    sentence: Markup
    short: Markup
    share: str = ""


def describe_withheld(reason: Withheld, formatter: NumberFormatter, below: int | None = None) -> str:
    """Why a figure is not shown, in words; a suppressed figure is neither 0 nor empty."""
    if reason is Withheld.BELOW_THRESHOLD and below is not None:
        return formatter.translate("less than %(share)s", share=formatter.format_percent(below))
    return formatter.translate(WITHHELD_MESSAGES[reason])


def nearest_fraction(share: int) -> Fraction | None:
    """The simple fraction that a share is about, such as 3/4 for 77 %; None when there is none within 3 points."""
    distance, fraction = min((abs(candidate - Fraction(share, 100)), candidate) for candidate in SIMPLE_FRACTIONS)
    return fraction if distance <= MAX_FRACTION_DISTANCE else None


@dataclass(frozen=True)
class HeadlineWriter:
    """Says what tables show, of one audience, in one language."""

    labels: Labels
    audience: str

    def write_headline(self, table: PublishedTable) -> Headline:
        """What a table shows first."""
        if table.withheld:
            sentence = escape(describe_withheld(table.withheld, self.labels.formatter))
            return Headline(sentence, sentence)
        return self._writers_by_type().get(table.type, self._write_most_frequent)(table)

    def _writers_by_type(self) -> dict[str, Callable[[PublishedTable], Headline]]:
        return {
            "yes_no": self._write_yes_no,
            "rating": self._write_rating,
            "multiple": self._write_multiple,
            "ranking": self._write_ranking,
        }

    def _write_yes_no(self, table: PublishedTable) -> Headline:
        cell = next((cell for cell in table.cells if cell.values == (YES,)), None)
        if cell is None or not isinstance(cell.published, Shown):
            return self._write_most_frequent(table)
        return self._write_share(gettext_noop("%(share)s of %(audience)s answer “%(answer)s”%(about)s."), table, cell)

    def _write_rating(self, table: PublishedTable) -> Headline:
        for estimate in table.estimates:
            if estimate.name == "share_at_least" and isinstance(estimate.published, PublishedMeasure):
                return self._write_at_least(table, estimate.threshold or 0, int(estimate.published.value))
        return self._write_most_frequent(table)

    def _write_at_least(self, table: PublishedTable, threshold: int, share: int) -> Headline:
        answer = self.labels.at_least(table.questions[0], threshold)
        sentence = self._translate(
            gettext_noop("%(share)s of %(audience)s give %(answer)s%(about)s."),
            share=self._embolden(share),
            audience=self._name_audience(table),
            answer=answer,
            about=self._describe_fraction(share),
        )
        return self._make_headline(sentence, share, answer)

    def _write_multiple(self, table: PublishedTable) -> Headline:
        chosen = self._sort_by_share(table)[:MAX_NAMED_ANSWERS]
        if not chosen:
            return self._write_no_lead()
        first = self._write_share(
            gettext_noop("%(share)s of %(audience)s choose “%(answer)s”%(about)s."), table, chosen[0]
        )
        if len(chosen) == 1:
            return first
        others = self._translate(gettext_noop(", ")).join(self._quote_answer(table, cell) for cell in chosen[1:])
        message = gettext_noop("%(sentence)s Next: %(others)s.")
        return replace(first, sentence=self._translate(message, sentence=first.sentence, others=others))

    def _write_ranking(self, table: PublishedTable) -> Headline:
        firsts = [cell for cell in self._sort_by_share(table) if cell.values[1:] in ((), (1,))]
        if not firsts:
            return self._write_no_lead()
        return self._write_share(
            gettext_noop("%(share)s of %(audience)s rank “%(answer)s” first%(about)s."), table, firsts[0]
        )

    def _write_most_frequent(self, table: PublishedTable) -> Headline:
        ordered = self._sort_by_share(table)
        leaders = [cell for cell in ordered if _overlap(cell, ordered[0])]
        if len(leaders) == 1:
            return self._write_share(
                gettext_noop("“%(answer)s” is the most frequent answer: %(share)s of %(audience)s%(about)s."),
                table,
                leaders[0],
            )
        if len(leaders) != 2:
            return self._write_no_lead()
        first, second = (self._quote_answer(table, cell) for cell in leaders)
        sentence = self._translate(
            gettext_noop("%(first)s and %(second)s come first, with no clear gap between the two."),
            first=first,
            second=second,
        )
        return Headline(sentence, self._translate(gettext_noop("%(first)s, %(second)s"), first=first, second=second))

    def _write_no_lead(self) -> Headline:
        sentence = self._translate(gettext_noop("No answer clearly stands out."))
        return Headline(sentence, self._translate(gettext_noop("No clear lead")))

    def _write_share(self, message: str, table: PublishedTable, cell: PublishedCell) -> Headline:
        answer = self.labels.value(table.questions[0], cell.values[0])
        sentence = self._translate(
            message,
            share=self._embolden(cell.share),
            audience=self._name_audience(table),
            answer=answer,
            about=self._describe_fraction(cell.share),
        )
        return self._make_headline(sentence, cell.share, answer)

    def _name_audience(self, table: PublishedTable) -> str:
        """The audience, or the part of it to whom the question applied."""
        if table.base >= self.labels.release.respondents:
            return self.audience
        return self.labels.translate("%(audience)s who were asked this question", audience=self.audience)

    def _sort_by_share(self, table: PublishedTable) -> list[PublishedCell]:
        """What can be compared: shown answers, largest share first; "no answer" is not an answer."""
        shown = [cell for cell in table.cells if isinstance(cell.published, Shown) and cell.values[0] is not None]
        return sorted(shown, key=lambda cell: -cell.share)

    def _quote_answer(self, table: PublishedTable, cell: PublishedCell) -> Markup:
        label = self.labels.value(table.questions[0], cell.values[0])
        return self._translate(gettext_noop("“%(answer)s” (%(share)s)"), answer=label, share=self._embolden(cell.share))

    def _describe_fraction(self, share: int) -> str:
        fraction = nearest_fraction(share)
        if fraction is None:
            return ""
        return self.labels.translate(
            ", about %(part)s in %(whole)s", part=fraction.numerator, whole=fraction.denominator
        )

    def _make_headline(self, sentence: Markup, share: int, answer: str) -> Headline:
        return Headline(sentence, escape(answer), self.labels.formatter.format_percent(share))

    def _embolden(self, share: int) -> Markup:
        return Markup("<b>{}</b>").format(self.labels.formatter.format_percent(share))

    def _translate(self, message: str, **values: object) -> Markup:
        return Markup(self.labels.translate(message)) % values  # noqa: S704  our own catalogues; what fills them is escaped


def _overlap(cell: PublishedCell, leader: PublishedCell) -> bool:
    """Whether the intervals of two shown cells leave open which of them is larger."""
    one, other = cell.published, leader.published
    return isinstance(one, Shown) and isinstance(other, Shown) and one.interval.overlaps(other.interval)
