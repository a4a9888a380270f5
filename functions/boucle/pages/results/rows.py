"""The rows of a figure's table: an answer each, with its bar and its numbers, or in words why there are none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from boucle.core.questionnaire.model import Rating
from boucle.core.questionnaire.values import Value
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedCell, PublishedTable, Shown, Withheld
from boucle.pages.results.labels import NOT_RANKED, Labels
from boucle.pages.results.sentences import describe_withheld


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
class AnswerRow:
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
class AnswerGroup:
    """Rows under a title of their own: a row of a grid, one answer of a crossed question, an item to rank."""

    rows: tuple[AnswerRow, ...]
    title: str = ""
    anchor: str = ""
    note: str | Markup = ""


@dataclass(frozen=True)
class RowWriter:
    """Writes the rows of one table."""

    labels: Labels
    table: PublishedTable

    def write_groups(self) -> tuple[AnswerGroup, ...]:
        """All rows: in one group, or in one an item or an answer where cells have two values."""
        if len(self.table.questions) > 1:
            return tuple(self._write_crossed_groups())
        if self.table.type == "ranking":
            return tuple(self._write_ranked_groups())
        return (AnswerGroup(self.write_rows(self.table.cells)),)

    def write_rows(self, cells: Iterable[PublishedCell]) -> tuple[AnswerRow, ...]:
        """A row a cell: as declared, or for criteria largest first; "none of these" and "no answer" come last."""
        id = self.table.questions[0]
        return tuple(self._write_cell(cell, self._label_cell(cell)) for cell in self._sort_cells(cells, id, 0))

    def _sort_cells(self, cells: Iterable[PublishedCell], id: str, position: int) -> list[PublishedCell]:
        by_share = self.labels.is_multiple(id)

        def place(cell: PublishedCell) -> tuple[bool, bool, int]:
            value = cell.values[position]
            return value is None, self.labels.is_exclusive(id, value), -cell.share if by_share else 0

        return sorted(cells, key=place)

    def _label_cell(self, cell: PublishedCell) -> str:
        id, value = self.table.questions[0], cell.values[0]
        mark = isinstance(self.labels.questions.get(id), Rating) and isinstance(value, int)
        label = (
            self.labels.formatter.format_number(int(value))
            if mark and value is not None
            else self.labels.value(id, value)
        )
        if cell.base is None:
            return label
        # A choice that came with a later version was offered to fewer people.
        base = self.labels.formatter.format_number(cell.base)
        return self.labels.translate("%(answer)s (base: %(base)s)", answer=label, base=base)

    def _write_cell(self, cell: PublishedCell, label: str) -> AnswerRow:
        known = self.labels.find_known_shares(self.table.questions[0]).get(str(cell.values[0]))
        row = self.write_row(label, cell.published, kind=self._kind_of(cell), below=cell.below,
                           strong=self._is_strong(cell.values[0]))  # fmt: skip
        if known is None:
            return row
        bar = replace(row.bar, known=known) if row.bar else None
        share = self.labels.formatter.format_percent(round(known))
        return replace(row, bar=bar, known=self.labels.translate("Population: %(source)s", source=share))

    def write_row(
        self, label: str, published: Shown | Withheld, *, kind: str = "", below: int | None = None, strong: bool = True
    ) -> AnswerRow:
        """One row, of a figure or of what is said instead."""
        if not isinstance(published, Shown):
            return AnswerRow(label, instead=describe_withheld(published, self.labels.formatter, below), kind=kind)
        return AnswerRow(
            label,
            bar=_draw_bar(published, strong),
            share=self.labels.formatter.format_percent(published.share),
            margin=self.labels.formatter.format_margin(published.margin),
            count=self.labels.formatter.format_number(published.count),
            kind=kind,
        )

    def _kind_of(self, cell: PublishedCell) -> str:
        value = cell.values[-1]
        if value is None:
            return "quiet"
        return "mark" if self.table.type == "rating" and isinstance(value, int) else ""

    def _is_strong(self, value: Value | None) -> bool:
        thresholds = [estimate.threshold for estimate in self.table.estimates if estimate.threshold is not None]
        return not thresholds or (isinstance(value, int | float) and value >= min(thresholds))

    def _write_ranked_groups(self) -> Iterable[AnswerGroup]:
        """One group an item, the one most often put first on top; then those who ranked nothing."""
        id = self.table.questions[0]
        for item, cells in sorted(self._group_by_value(0).items(), key=_first_rank):
            if item is not None:
                yield AnswerGroup(
                    tuple(self._write_cell(cell, self._describe_rank(cell.values[1])) for cell in cells),
                    self.labels.value(id, item),
                )
            else:
                yield AnswerGroup(self.write_rows(cells))

    def _describe_rank(self, rank: Value | None) -> str:
        translate = self.labels.translate
        return translate("Not ranked") if rank == NOT_RANKED else translate("Ranked %(rank)s", rank=rank)

    def _write_crossed_groups(self) -> Iterable[AnswerGroup]:
        """One group an answer to the question of the rows; shares are among those who gave it."""
        row = next((cell.within.question for cell in self.table.cells if cell.within), self.table.questions[0])
        position = self.table.questions.index(row)
        for value, cells in sorted(self._group_by_value(position).items(), key=lambda group: group[0] is None):
            yield self._write_crossed_group(self.labels.value(row, value), cells, 1 - position)

    def _write_crossed_group(self, title: str, cells: list[PublishedCell], other: int) -> AnswerGroup:
        id = self.table.questions[other]
        if not any(isinstance(_narrow_to_group(cell), Shown) for cell in cells):
            return AnswerGroup((), title, note=describe_withheld(Withheld.BASE_TOO_SMALL, self.labels.formatter))
        shares = {cell: replace(cell, published=_narrow_to_group(cell)) for cell in cells}
        rows = tuple(
            self.write_row(self.labels.value(id, cell.values[other]), cell.published,
                         kind="quiet" if cell.values[other] is None else "")
            for cell in self._sort_cells(shares.values(), id, other)
        )  # fmt: skip
        base = next((cell.within.base for cell in cells if cell.within and cell.within.base), None)
        note = (
            self.labels.translate("Base: %(base)s people", base=self.labels.formatter.format_number(base))
            if base
            else ""
        )
        return AnswerGroup(rows, title, note=note)

    def _group_by_value(self, position: int) -> dict[Value | None, list[PublishedCell]]:
        found: dict[Value | None, list[PublishedCell]] = {}
        for cell in self.table.cells:
            found.setdefault(cell.values[position], []).append(cell)
        return found


def _draw_bar(published: Shown, strong: bool) -> Bar:
    # A bar has whole percents: those of its interval.
    low, high = math.ceil(published.interval.low), math.floor(published.interval.high)
    return Bar(published.share, low, high - low, strong)


def _narrow_to_group(cell: PublishedCell) -> Shown | Withheld:
    """What is said of a crossed cell among those of its row: the same count, over the row."""
    if cell.within is None or not isinstance(cell.published, Shown):
        return cell.published
    measured = cell.within.published
    return Shown(cell.published.count, measured) if isinstance(measured, PublishedMeasure) else measured


def _first_rank(group: tuple[Value | None, list[PublishedCell]]) -> tuple[bool, int]:
    item, cells = group
    return item is None, -max((cell.share for cell in cells if cell.values[1:] == (1,)), default=0)
