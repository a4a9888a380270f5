"""Figures as a page shows them: tables of bars with their base, shares and margins, ready to lay out.

Templates only lay out what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from boucle.core.questionnaire.model import Grid, Question, Rating
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedEstimate, PublishedTable
from boucle.languages.catalogues import gettext_noop
from boucle.pages.results.known_profile import PopulationComparison, compare_with_population
from boucle.pages.results.labels import MODE, Labels
from boucle.pages.results.rows import AnswerGroup, RowWriter
from boucle.pages.results.sentences import HeadlineWriter, describe_withheld

ESTIMATE_NAMES = {
    "mean": gettext_noop("Mean"),
    "median": gettext_noop("Median"),
    "nps": gettext_noop("Net Promoter Score"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """An estimate: what it is, and its value with its margin, or why there is none."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PresentedFigure:
    """One published figure, at an address that does not change."""

    anchor: str
    title: str
    headline: Markup
    share: str
    """The share that the headline is about, where it is about one."""
    short: Markup
    base: str
    facts: tuple[Fact, ...]
    groups: tuple[AnswerGroup, ...]
    concept: str | None = None
    profile: bool = False
    known: PopulationComparison | None = None


@dataclass(frozen=True)
class FigurePresenter:
    """Draws the figures of one release, for one audience, in one language."""

    labels: Labels
    audience: str

    @property
    def _headline_writer(self) -> HeadlineWriter:
        return HeadlineWriter(self.labels, self.audience)

    def present_questions(self, keep: Callable[[Question | None], bool] = lambda _: True) -> Iterator[PresentedFigure]:
        """One figure a question, and one a grid with the rows that are kept, in the order asked."""
        kept = (table for table in self.labels.release.questions if keep(self.labels.questions.get(table.questions[0])))
        grids = groupby(kept, lambda table: self.labels.grid_of(table.questions[0]))
        for grid, tables in ((grid, list(tables)) for grid, tables in grids):
            yield from [self._present_grid(grid, tables)] if grid else map(self.present_question, tables)

    def present_crosstabs(self) -> Iterator[PresentedFigure]:
        """One figure a pair of questions, a group of rows for each answer to the first."""
        return map(self._present_crosstab, self.labels.release.crosstabs)

    def present_question(self, table: PublishedTable) -> PresentedFigure:
        """The figure of one question."""
        id = table.questions[0]
        headline = self._headline_writer.write_headline(table)
        question = None if id == MODE else self.labels.question(id)
        return PresentedFigure(
            anchor=self._anchor_of(id),
            title=self.labels.title(id),
            headline=headline.sentence,
            share=headline.share,
            short=headline.short,
            base=self._describe_base(table) + self._describe_anchors(question),
            facts=tuple(map(self._present_estimate, table.estimates)),
            groups=() if table.withheld else RowWriter(self.labels, table).write_groups(),
            concept=question.concept if question else None,
            profile=question is None or question.profile,
            known=compare_with_population(self.labels, table),
        )

    def _present_grid(self, grid: Grid, tables: Sequence[PublishedTable]) -> PresentedFigure:
        return PresentedFigure(
            anchor=self._anchor_of(grid.id),
            title=self.labels.plain_text_of(grid.label),
            headline=Markup(),
            share="",
            short=escape(self.labels.translate("%(count)s items", count=len(tables))),
            base=self._describe_base(tables[0]),
            facts=(),
            groups=tuple(map(self._present_grid_row, tables)),
        )

    def _present_grid_row(self, table: PublishedTable) -> AnswerGroup:
        id = table.questions[0]
        note = self._headline_writer.write_headline(table).sentence
        rows = () if table.withheld else RowWriter(self.labels, table).write_rows(table.cells)
        return AnswerGroup(rows, self.labels.title(id), self._anchor_of(id), note)

    def _present_crosstab(self, table: PublishedTable) -> PresentedFigure:
        first, second = (self.labels.title(question) for question in table.questions)
        told = describe_withheld(table.withheld, self.labels.formatter) if table.withheld else ""
        return PresentedFigure(
            anchor=self._anchor_of("-".join(table.questions)),
            title=self.labels.translate("%(first)s × %(second)s", first=first, second=second),
            headline=escape(told),
            share="",
            short=Markup(),
            base=self._describe_base(table),
            facts=(),
            groups=() if table.withheld else RowWriter(self.labels, table).write_groups(),
        )

    def _present_estimate(self, estimate: PublishedEstimate) -> Fact:
        name = self._name_estimate(estimate)
        published = estimate.published
        if not isinstance(published, PublishedMeasure):
            return Fact(name, describe_withheld(published, self.labels.formatter))
        return Fact(
            name, f"{self._format_estimate(estimate.name, published)} ({self._format_margin(estimate.name, published)})"
        )

    def _name_estimate(self, estimate: PublishedEstimate) -> str:
        translate = self.labels.translate
        if estimate.name == "share_at_least":
            return translate("Share giving %(mark)s or more", mark=estimate.threshold)
        return translate(ESTIMATE_NAMES[estimate.name])

    def _format_estimate(self, name: str, measure: PublishedMeasure) -> str:
        if name == "share_at_least":
            return self.labels.formatter.format_percent(int(measure.value))
        write = self.labels.formatter.format_number if name == "nps" else self.labels.formatter.format_decimal
        return write(measure.value)

    def _format_margin(self, name: str, measure: PublishedMeasure) -> str:
        if name in ("share_at_least", "nps"):
            return self.labels.formatter.format_points(int(measure.margin))
        return self.labels.formatter.format_margin(measure.margin, 1)

    def _describe_base(self, table: PublishedTable) -> str:
        translate = self.labels.translate
        base = self.labels.formatter.format_number(table.base)
        if table.base < self.labels.release.respondents:
            return translate("Base: %(base)s people, those to whom the question applied", base=base)
        return translate("Base: %(base)s people", base=base)

    def _describe_anchors(self, question: Question | None) -> str:
        """What the two ends of a scale mean."""
        if not isinstance(question, Rating) or question.anchors is None:
            return ""
        low, high = (self.labels.value(question.id, end) for end in (question.minimum, question.maximum))
        return self.labels.translate(". From %(low)s, to %(high)s", low=low, high=high)

    def _anchor_of(self, id: str) -> str:
        return f"{self.labels.release.series.questionnaire}-{id}"
