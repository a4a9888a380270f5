"""The rows of a figure's table: an answer each, with its bar and its numbers, or in words why there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from boucle.core.questionnaire.model import Rating
from boucle.core.questionnaire.values import Value
from boucle.pages.results.document import Cell, Shown, Table, Withheld
from boucle.pages.results.labels import NOT_RANKED, Labels
from boucle.pages.results.sentences import withheld


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of `width` percents, and the interval around its end."""

    width: int
    low: int
    span: int
    strong: bool
    """In the part that the figure is about, such as 8 or more."""
    known: float | None = None
    """Where the population stands, in percents."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its bar and its numbers, or what to say instead."""

    label: str
    bar: Bar | None = None
    share: str = ""
    margin: str = ""
    count: str = ""
    instead: str = ""
    known: str = ""
    """The share of the population, where it is known."""
    kind: str = ""
    """`quiet` for no answer, `mark` for a mark on a scale, whose bar stands on the same line."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a title of their own: a row of a grid, one answer of a crossed question, an item to rank."""

    rows: tuple[Row, ...]
    title: str = ""
    anchor: str = ""
    note: str | Markup = ""


@dataclass(frozen=True)
class Rows:
    """Writes the rows of one table."""

    labels: Labels
    table: Table

    def groups(self) -> tuple[Group, ...]:
        """All rows: in one group, or in one an item or an answer where cells have two values."""
        if len(self.table.questions) > 1:
            return tuple(self._crossed_groups())
        if self.table.type == "ranking":
            return tuple(self._ranked_groups())
        return (Group(self.of(self.table.cells)),)

    def of(self, cells: Iterable[Cell]) -> tuple[Row, ...]:
        """A row a cell: as declared, or for criteria largest first; "none of these" and "no answer" come last."""
        id = self.table.questions[0]
        return tuple(self._row(cell, self._label(cell)) for cell in self._ordered(cells, id, 0))

    def _ordered(self, cells: Iterable[Cell], id: str, position: int) -> list[Cell]:
        by_share = self.labels.is_multiple(id)

        def place(cell: Cell) -> tuple[bool, bool, int]:
            value = cell.values[position]
            return value is None, self.labels.exclusive(id, value), -cell.share if by_share else 0

        return sorted(cells, key=place)

    def _label(self, cell: Cell) -> str:
        id, value = self.table.questions[0], cell.values[0]
        mark = isinstance(self.labels.questions.get(id), Rating) and isinstance(value, int)
        label = self.labels.figures.number(int(value)) if mark and value is not None else self.labels.value(id, value)
        if cell.base is None:
            return label
        # A choice that came with a later version was offered to fewer people.
        base = self.labels.figures.number(cell.base)
        return self.labels.words("%(answer)s (base: %(base)s)", answer=label, base=base)

    def _row(self, cell: Cell, label: str) -> Row:
        known = self.labels.known_shares(self.table.questions[0]).get(str(cell.values[0]))
        row = self.written(label, cell.published, kind=self._kind(cell), below=cell.below,
                           strong=self._strong(cell.values[0]))  # fmt: skip
        if known is None:
            return row
        bar = replace(row.bar, known=known) if row.bar else None
        share = self.labels.figures.percent(round(known))
        return replace(row, bar=bar, known=self.labels.words("Population: %(source)s", source=share))

    def written(
        self, label: str, published: Shown | Withheld, *, kind: str = "", below: int | None = None, strong: bool = True
    ) -> Row:
        """One row, of a figure or of what is said instead."""
        if not isinstance(published, Shown):
            return Row(label, instead=withheld(published, self.labels.figures, below), kind=kind)
        return Row(
            label,
            bar=Bar(published.share, published.low, published.high - published.low, strong),
            share=self.labels.figures.percent(published.share),
            margin=self.labels.figures.margin(published.margin),
            count=self.labels.figures.number(published.count),
            kind=kind,
        )

    def _kind(self, cell: Cell) -> str:
        value = cell.values[-1]
        if value is None:
            return "quiet"
        return "mark" if self.table.type == "rating" and isinstance(value, int) else ""

    def _strong(self, value: Value | None) -> bool:
        thresholds = [each.threshold for each in self.table.estimates if each.threshold is not None]
        return not thresholds or (isinstance(value, int | float) and value >= min(thresholds))

    def _ranked_groups(self) -> Iterable[Group]:
        """One group an item, the one most often put first on top; then those who ranked nothing."""
        id = self.table.questions[0]
        for item, cells in sorted(self._by_value(0).items(), key=_first_rank):
            if item is not None:
                yield Group(
                    tuple(self._row(cell, self._rank(cell.values[1])) for cell in cells), self.labels.value(id, item)
                )
            else:
                yield Group(self.of(cells))

    def _rank(self, rank: Value | None) -> str:
        said = self.labels.words
        return said("Not ranked") if rank == NOT_RANKED else said("Ranked %(rank)s", rank=rank)

    def _crossed_groups(self) -> Iterable[Group]:
        """One group an answer to the question of the rows; shares are among those who gave it."""
        row = next((cell.within.question for cell in self.table.cells if cell.within), self.table.questions[0])
        position = self.table.questions.index(row)
        for value, cells in sorted(self._by_value(position).items(), key=lambda group: group[0] is None):
            yield self._crossed_group(self.labels.value(row, value), cells, 1 - position)

    def _crossed_group(self, title: str, cells: list[Cell], other: int) -> Group:
        id = self.table.questions[other]
        if not any(isinstance(_within(cell), Shown) for cell in cells):
            return Group((), title, note=withheld(Withheld.BASE_TOO_SMALL, self.labels.figures))
        shares = {cell: replace(cell, published=_within(cell)) for cell in cells}
        rows = tuple(
            self.written(self.labels.value(id, cell.values[other]), cell.published,
                         kind="quiet" if cell.values[other] is None else "")
            for cell in self._ordered(shares.values(), id, other)
        )  # fmt: skip
        base = next((cell.within.base for cell in cells if cell.within and cell.within.base), None)
        note = self.labels.words("Base: %(base)s people", base=self.labels.figures.number(base)) if base else ""
        return Group(rows, title, note=note)

    def _by_value(self, position: int) -> dict[Value | None, list[Cell]]:
        found: dict[Value | None, list[Cell]] = {}
        for cell in self.table.cells:
            found.setdefault(cell.values[position], []).append(cell)
        return found


def _within(cell: Cell) -> Shown | Withheld:
    return cell.within.published if cell.within else cell.published


def _first_rank(group: tuple[Value | None, list[Cell]]) -> tuple[bool, int]:
    item, cells = group
    return item is None, -max((cell.share for cell in cells if cell.values[1:] == (1,)), default=0)
