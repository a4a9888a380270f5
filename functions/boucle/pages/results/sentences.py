"""Headline sentences: a small grammar that claims no more than the margins allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from markupsafe import Markup, escape

from boucle.core.questionnaire.values import YES
from boucle.languages.catalogues import marked
from boucle.languages.number_format import Figures
from boucle.pages.results.document import Cell, Measure, Shown, Table, Withheld
from boucle.pages.results.labels import Labels

SIMPLE = sorted({Fraction(part, whole) for whole in (2, 3, 4, 5, 10) for part in range(1, whole)})
NEAR = Fraction(3, 100)
"""A share this close to a simple fraction is said to be about it."""

TOP = 3
"""How many criteria a sentence names."""

WITHHELD = {
    Withheld.BELOW_THRESHOLD: marked("fewer than 5 people"),
    Withheld.BASE_TOO_SMALL: marked("Too few answers to be shown"),
    Withheld.NOT_YET: marked("Not published yet"),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """A sentence that can be quoted, and the same in a few characters for a table of contents."""

    sentence: Markup
    short: Markup
    share: str = ""


def withheld(reason: Withheld, figures: Figures, below: int | None = None) -> str:
    """Why a figure is not shown, in words; a suppressed figure is neither 0 nor empty."""
    if reason is Withheld.BELOW_THRESHOLD and below is not None:
        return figures.words("less than %(share)s", share=figures.percent(below))
    return figures.words(WITHHELD[reason])


def about(share: int) -> Fraction | None:
    """The simple fraction that a share is about, such as 3/4 for 77 %; None when there is none within 3 points."""
    distance, fraction = min((abs(each - Fraction(share, 100)), each) for each in SIMPLE)
    return fraction if distance <= NEAR else None


@dataclass(frozen=True)
class Grammar:
    """Says what tables show, of one audience, in one language."""

    labels: Labels
    audience: str

    def headline(self, table: Table) -> Headline:
        """What a table shows first."""
        if table.withheld:
            said = escape(withheld(table.withheld, self.labels.figures))
            return Headline(said, said)
        return self._by_type().get(table.type, self._most_frequent)(table)

    def _by_type(self) -> dict[str, Callable[[Table], Headline]]:
        return {"yes_no": self._yes, "rating": self._rating, "multiple": self._chosen, "ranking": self._ranked}

    def _yes(self, table: Table) -> Headline:
        cell = next((cell for cell in table.cells if cell.values == (YES,)), None)
        if cell is None or not isinstance(cell.published, Shown):
            return self._most_frequent(table)
        return self._share(marked("%(share)s of %(audience)s answer “%(answer)s”%(about)s."), table, cell)

    def _rating(self, table: Table) -> Headline:
        for estimate in table.estimates:
            if estimate.name == "share_at_least" and isinstance(estimate.published, Measure):
                return self._at_least(table, estimate.threshold or 0, int(estimate.published.value))
        return self._most_frequent(table)

    def _at_least(self, table: Table, threshold: int, share: int) -> Headline:
        answer = self.labels.at_least(table.questions[0], threshold)
        sentence = self._say(
            marked("%(share)s of %(audience)s give %(answer)s%(about)s."),
            share=self._bold(share),
            audience=self._asked(table),
            answer=answer,
            about=self._about(share),
        )
        return self._headline(sentence, share, answer)

    def _chosen(self, table: Table) -> Headline:
        chosen = self._by_share(table)[:TOP]
        if not chosen:
            return self._nothing_stands_out()
        first = self._share(marked("%(share)s of %(audience)s choose “%(answer)s”%(about)s."), table, chosen[0])
        if len(chosen) == 1:
            return first
        others = self._say(marked(", ")).join(self._answer(table, cell) for cell in chosen[1:])
        message = marked("%(sentence)s Next: %(others)s.")
        return replace(first, sentence=self._say(message, sentence=first.sentence, others=others))

    def _ranked(self, table: Table) -> Headline:
        firsts = [cell for cell in self._by_share(table) if cell.values[1:] in ((), (1,))]
        if not firsts:
            return self._nothing_stands_out()
        return self._share(marked("%(share)s of %(audience)s rank “%(answer)s” first%(about)s."), table, firsts[0])

    def _most_frequent(self, table: Table) -> Headline:
        ordered = self._by_share(table)
        leaders = [cell for cell in ordered if _overlap(cell, ordered[0])]
        if len(leaders) == 1:
            return self._share(
                marked("“%(answer)s” is the most frequent answer: %(share)s of %(audience)s%(about)s."),
                table,
                leaders[0],
            )
        if len(leaders) != 2:
            return self._nothing_stands_out()
        first, second = (self._answer(table, cell) for cell in leaders)
        sentence = self._say(
            marked("%(first)s and %(second)s come first, with no clear gap between the two."),
            first=first,
            second=second,
        )
        return Headline(sentence, self._say(marked("%(first)s, %(second)s"), first=first, second=second))

    def _nothing_stands_out(self) -> Headline:
        said = self._say(marked("No answer clearly stands out."))
        return Headline(said, self._say(marked("No clear lead")))

    def _share(self, message: str, table: Table, cell: Cell) -> Headline:
        answer = self.labels.value(table.questions[0], cell.values[0])
        sentence = self._say(
            message,
            share=self._bold(cell.share),
            audience=self._asked(table),
            answer=answer,
            about=self._about(cell.share),
        )
        return self._headline(sentence, cell.share, answer)

    def _asked(self, table: Table) -> str:
        """The audience, or the part of it to whom the question applied."""
        if table.base is None or table.base >= self.labels.release.respondents:
            return self.audience
        return self.labels.words("%(audience)s who were asked this question", audience=self.audience)

    def _by_share(self, table: Table) -> list[Cell]:
        """What can be compared: shown answers, largest share first; "no answer" is not an answer."""
        shown = [cell for cell in table.cells if isinstance(cell.published, Shown) and cell.values[0] is not None]
        return sorted(shown, key=lambda cell: -cell.share)

    def _answer(self, table: Table, cell: Cell) -> Markup:
        label = self.labels.value(table.questions[0], cell.values[0])
        return self._say(marked("“%(answer)s” (%(share)s)"), answer=label, share=self._bold(cell.share))

    def _about(self, share: int) -> str:
        fraction = about(share)
        if fraction is None:
            return ""
        return self.labels.words(", about %(part)s in %(whole)s", part=fraction.numerator, whole=fraction.denominator)

    def _headline(self, sentence: Markup, share: int, answer: str) -> Headline:
        return Headline(sentence, escape(answer), self.labels.figures.percent(share))

    def _bold(self, share: int) -> Markup:
        return Markup("<b>{}</b>").format(self.labels.figures.percent(share))

    def _say(self, message: str, **values: object) -> Markup:
        return Markup(self.labels.words(message)) % values  # noqa: S704  our own catalogues; what fills them is escaped


def _overlap(cell: Cell, leader: Cell) -> bool:
    """Whether the margins of two shown cells leave open which of them is larger."""
    one, other = cell.published, leader.published
    return isinstance(one, Shown) and isinstance(other, Shown) and one.high >= other.low
