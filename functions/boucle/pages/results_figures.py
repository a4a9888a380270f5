"""Figures as a page shows them: tables of bars with their base, shares and margins, ready to lay out.

Templates only lay out what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from boucle.core.questionnaire import Grid
from boucle.core.values import Value
from boucle.pages.i18n import marked
from boucle.pages.results_document import Cell, Estimated, Measure, Shown, Table
from boucle.pages.results_labels import MODE, Labels
from boucle.pages.results_numbers import Figures
from boucle.pages.results_sentences import Grammar, withheld

ESTIMATES = {"mean": marked("Mean"), "median": marked("Median"), "nps": marked("Net Promoter Score")}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of `width` percents, and the interval around its end."""

    width: int
    low: int
    span: int
    strong: bool
    """In the part that the figure is about, such as 8 or more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its bar and its numbers, or in words why there are none."""

    label: str
    bar: Bar | None = None
    share: str = ""
    margin: str = ""
    count: str = ""
    instead: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a title of their own: a row of a grid, one answer of a crossed question, an item to rank."""

    rows: tuple[Row, ...]
    title: str = ""
    anchor: str = ""
    note: str = ""


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
    short: Markup
    base: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    concept: str | None = None
    profile: bool = False


@dataclass(frozen=True)
class Draw:
    """Draws the figures of one release, for one audience, in one language."""

    labels: Labels
    audience: str

    @property
    def _figures(self) -> Figures:
        return self.labels.figures

    @property
    def _grammar(self) -> Grammar:
        return Grammar(self.labels, self.audience)

    def questions(self) -> Iterator[Figure]:
        """One figure a question, and one a grid, in the order asked."""
        grids = groupby(self.labels.release.questions, lambda each: self.labels.grid_of(each.questions[0]))
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
            short=headline.short,
            base=self._base(table),
            facts=tuple(map(self._fact, table.estimates)),
            groups=() if table.withheld else self._groups(table),
            concept=question.concept if question else None,
            profile=question is None or question.profile,
        )

    def _grid(self, grid: Grid, tables: Sequence[Table]) -> Figure:
        words = self._figures.words
        title = self.labels.words_of(grid.label)
        groups = tuple(self._grid_row(table) for table in tables)
        short = Markup("{}").format(words("%(count)s items", count=len(groups)))
        return Figure(self._anchor(grid.id), title, Markup(), short, self._base(tables[0]), (), groups)

    def _grid_row(self, table: Table) -> Group:
        id = table.questions[0]
        note = self._grammar.headline(table).sentence
        rows = () if table.withheld else self._rows(table, table.cells)
        return Group(rows, self.labels.title(id), self._anchor(id), note)

    def _crosstab(self, table: Table) -> Figure:
        first, second = table.questions
        words = self._figures.words
        title = words("%(first)s × %(second)s", first=self.labels.title(first), second=self.labels.title(second))
        note = withheld(table.withheld, table.base, self._figures) if table.withheld else words(
            "Shares of all these answers together, not of each group.")  # fmt: skip
        return Figure(
            anchor=self._anchor(f"{first}-{second}"),
            title=title,
            headline=Markup("{}").format(note),
            short=Markup(),
            base=self._base(table),
            facts=(),
            groups=() if table.withheld else self._groups(table),
        )

    def _groups(self, table: Table) -> tuple[Group, ...]:
        """One group, or one for each first value where cells have two."""
        if all(len(cell.values) == 1 for cell in table.cells):
            return (Group(self._rows(table, table.cells)),)
        by_first: dict[Value | None, list[Cell]] = {}
        for cell in table.cells:
            by_first.setdefault(cell.values[0], []).append(cell)
        return tuple(
            Group(self._rows(table, cells), self.labels.value(table.questions[0], value))
            for value, cells in by_first.items()
        )

    def _rows(self, table: Table, cells: Iterable[Cell]) -> tuple[Row, ...]:
        return tuple(self._row(table, cell) for cell in self._ordered(table, cells))

    def _ordered(self, table: Table, cells: Iterable[Cell]) -> list[Cell]:
        """As declared, or for criteria largest first; "none of these" and "no answer" come last."""
        id = table.questions[-1]
        by_share = self.labels.is_multiple(id)

        def place(cell: Cell) -> tuple[bool, bool, int]:
            value = cell.values[-1]
            return value is None, self.labels.exclusive(id, value), -cell.share if by_share else 0

        return sorted(cells, key=place)

    def _row(self, table: Table, cell: Cell) -> Row:
        label = self._label(table, cell)
        muted = cell.values[-1] is None
        published = cell.published
        if not isinstance(published, Shown):
            return Row(label, instead=withheld(published, table.base, self._figures), muted=muted)
        return Row(
            label,
            bar=Bar(published.share, published.low, published.high - published.low, self._strong(table, cell)),
            share=self._figures.percent(published.share),
            margin=self._figures.margin(published.margin),
            count=self._figures.number(published.count),
            muted=muted,
        )

    def _label(self, table: Table, cell: Cell) -> str:
        value = cell.values[-1]
        if table.type == "ranking" and len(cell.values) == 2 and isinstance(value, int):
            return self._figures.words("Ranked %(rank)s", rank=value)
        return self.labels.value(table.questions[-1], value)

    def _strong(self, table: Table, cell: Cell) -> bool:
        thresholds = [each.threshold for each in table.estimates if each.threshold is not None]
        value = cell.values[-1]
        return not thresholds or (isinstance(value, int | float) and value >= min(thresholds))

    def _fact(self, estimate: Estimated) -> Fact:
        name = self._fact_name(estimate)
        published = estimate.published
        if not isinstance(published, Measure):
            return Fact(name, withheld(published, None, self._figures))
        return Fact(name, f"{self._value(estimate.name, published)} ({self._spread(estimate.name, published)})")

    def _fact_name(self, estimate: Estimated) -> str:
        words = self._figures.words
        if estimate.name == "share_at_least":
            return words("Share giving %(mark)s or more", mark=estimate.threshold)
        return words(ESTIMATES[estimate.name])

    def _value(self, name: str, measure: Measure) -> str:
        if name == "share_at_least":
            return self._figures.percent(int(measure.value))
        write = self._figures.number if name == "nps" else self._figures.decimal
        return write(measure.value)

    def _spread(self, name: str, measure: Measure) -> str:
        if name in ("share_at_least", "nps"):
            return self._figures.points(int(measure.margin))
        return self._figures.margin(measure.margin, 1)

    def _base(self, table: Table) -> str:
        words = self._figures.words
        if table.base is None:
            return ""
        base = self._figures.number(table.base)
        if table.base < self.labels.release.respondents:
            return words("Base: %(base)s people, those to whom the question applied", base=base)
        return words("Base: %(base)s people", base=base)

    def _anchor(self, id: str) -> str:
        return f"{self.labels.release.series.questionnaire}-{id}"
