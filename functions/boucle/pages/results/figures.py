"""Figures as a page shows them: tables of bars with their base, shares and margins, ready to lay out.

Templates only lay out what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from boucle.core.questionnaire.model import Grid, Question, Rating
from boucle.languages.catalogues import marked
from boucle.pages.results.document import Estimated, Measure, Table
from boucle.pages.results.known_profile import Known, beside_known
from boucle.pages.results.labels import MODE, Labels
from boucle.pages.results.rows import Group, Rows
from boucle.pages.results.sentences import Grammar, withheld

ESTIMATES = {"mean": marked("Mean"), "median": marked("Median"), "nps": marked("Net Promoter Score")}


@dataclass(frozen=True, slots=True)
class Fact:
    """An estimate: what it is, and its value with its margin, or why there is none."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, at an address that does not change."""

    anchor: str
    title: str
    headline: Markup
    share: str
    """The share that the headline is about, where it is about one."""
    short: Markup
    base: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    concept: str | None = None
    profile: bool = False
    known: Known | None = None


@dataclass(frozen=True)
class Draw:
    """Draws the figures of one release, for one audience, in one language."""

    labels: Labels
    audience: str

    @property
    def _grammar(self) -> Grammar:
        return Grammar(self.labels, self.audience)

    def questions(self, keep: Callable[[Question | None], bool] = lambda _: True) -> Iterator[Figure]:
        """One figure a question, and one a grid with the rows that are kept, in the order asked."""
        kept = (each for each in self.labels.release.questions if keep(self.labels.questions.get(each.questions[0])))
        grids = groupby(kept, lambda each: self.labels.grid_of(each.questions[0]))
        for grid, tables in ((grid, list(tables)) for grid, tables in grids):
            yield from [self._grid(grid, tables)] if grid else map(self.question, tables)

    def crosstabs(self) -> Iterator[Figure]:
        """One figure a pair of questions, a group of rows for each answer to the first."""
        return map(self._crosstab, self.labels.release.crosstabs)

    def question(self, table: Table) -> Figure:
        """The figure of one question."""
        id = table.questions[0]
        headline = self._grammar.headline(table)
        question = None if id == MODE else self.labels.question(id)
        return Figure(
            anchor=self._anchor(id),
            title=self.labels.title(id),
            headline=headline.sentence,
            share=headline.share,
            short=headline.short,
            base=self._base(table) + self._anchors(question),
            facts=tuple(map(self._fact, table.estimates)),
            groups=() if table.withheld else Rows(self.labels, table).groups(),
            concept=question.concept if question else None,
            profile=question is None or question.profile,
            known=beside_known(self.labels, table),
        )

    def _grid(self, grid: Grid, tables: Sequence[Table]) -> Figure:
        return Figure(
            anchor=self._anchor(grid.id),
            title=self.labels.words_of(grid.label),
            headline=Markup(),
            share="",
            short=escape(self.labels.words("%(count)s items", count=len(tables))),
            base=self._base(tables[0]),
            facts=(),
            groups=tuple(map(self._grid_row, tables)),
        )

    def _grid_row(self, table: Table) -> Group:
        id = table.questions[0]
        note = self._grammar.headline(table).sentence
        rows = () if table.withheld else Rows(self.labels, table).of(table.cells)
        return Group(rows, self.labels.title(id), self._anchor(id), note)

    def _crosstab(self, table: Table) -> Figure:
        first, second = (self.labels.title(each) for each in table.questions)
        told = withheld(table.withheld, self.labels.figures) if table.withheld else ""
        return Figure(
            anchor=self._anchor("-".join(table.questions)),
            title=self.labels.words("%(first)s × %(second)s", first=first, second=second),
            headline=escape(told),
            share="",
            short=Markup(),
            base=self._base(table),
            facts=(),
            groups=() if table.withheld else Rows(self.labels, table).groups(),
        )

    def _fact(self, estimate: Estimated) -> Fact:
        name = self._fact_name(estimate)
        published = estimate.published
        if not isinstance(published, Measure):
            return Fact(name, withheld(published, self.labels.figures))
        return Fact(name, f"{self._value(estimate.name, published)} ({self._spread(estimate.name, published)})")

    def _fact_name(self, estimate: Estimated) -> str:
        words = self.labels.words
        if estimate.name == "share_at_least":
            return words("Share giving %(mark)s or more", mark=estimate.threshold)
        return words(ESTIMATES[estimate.name])

    def _value(self, name: str, measure: Measure) -> str:
        if name == "share_at_least":
            return self.labels.figures.percent(int(measure.value))
        write = self.labels.figures.number if name == "nps" else self.labels.figures.decimal
        return write(measure.value)

    def _spread(self, name: str, measure: Measure) -> str:
        if name in ("share_at_least", "nps"):
            return self.labels.figures.points(int(measure.margin))
        return self.labels.figures.margin(measure.margin, 1)

    def _base(self, table: Table) -> str:
        words = self.labels.words
        if table.base is None:
            return ""
        base = self.labels.figures.number(table.base)
        if table.base < self.labels.release.respondents:
            return words("Base: %(base)s people, those to whom the question applied", base=base)
        return words("Base: %(base)s people", base=base)

    def _anchors(self, question: Question | None) -> str:
        """What the two ends of a scale mean."""
        if not isinstance(question, Rating) or question.anchors is None:
            return ""
        low, high = (self.labels.value(question.id, each) for each in (question.minimum, question.maximum))
        return self.labels.words(". From %(low)s, to %(high)s", low=low, high=high)

    def _anchor(self, id: str) -> str:
        return f"{self.labels.release.series.questionnaire}-{id}"
