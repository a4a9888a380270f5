"""Columns: by which names a mapping finds them, and how a message points to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import zip_longest

from boucle.imports.answers.spelling import fold, tidy

JOINT = " / "
"""Between the names that several header rows give to one column."""
LETTERS = 26
MAX_SHOWN_NAME = 60
MAX_SHOWN_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The columns' names, and every way to call each of them."""

    columns: Sequence[str]
    callings: Sequence[frozenset[str]]

    def find(self, name: str) -> list[int]:
        """The places of the columns with this name; by their whole name first, then by one header row's."""
        whole = [at for at, column in enumerate(self.columns) if fold(column) == fold(name)]
        return whole or [at for at, called in enumerate(self.callings) if fold(name) in called]

    def count_found(self, wanted: Iterable[str]) -> int:
        """How many of the names are some column's."""
        return sum(bool(self.find(name)) for name in wanted)

    def find_flaws(self, wanted: Collection[str]) -> Iterator[str]:
        """What is wrong with each name that no column has, or more than one."""
        for name in sorted(wanted):
            places = self.find(name)
            if not places:
                yield f'no column "{name}"{self._suggest(name)}'
            elif len(places) > 1:
                count = "two" if len(places) == 2 else str(len(places))
                letters = ", ".join(map(to_letter, places))
                yield f'{count} columns "{name}" ({letters}): rename all but one, there and in the mapping'

    def _suggest(self, name: str) -> str:
        close = get_close_matches(name, self.columns, n=1)
        return f': did you mean "{close[0]}" (column {to_letter(self.columns.index(close[0]))})?' if close else ""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Where the columns stand that somebody asked for, by the name that was asked for."""

    columns: Sequence[str]
    positions: Mapping[str, int] = field(default_factory=dict)

    def pick(self, cells: Mapping[str, str]) -> dict[str, str]:
        """A row's cells by the names that were asked for."""
        return {name: cells[self.columns[at]] for name, at in self.positions.items()}

    def describe(self, names: Sequence[str]) -> str:
        """The columns as a spreadsheet shows them: by letter, and by the name that stands above."""
        shown = [
            f'column {to_letter(self.positions[name])}, "{_shorten(self.columns[self.positions[name]])}"'
            for name in names[:MAX_SHOWN_COLUMNS]
        ]
        left = len(names) - len(shown)
        return "; ".join([*shown, f"and {left} more"] if left else shown)


def read_header(rows: Sequence[Sequence[str]]) -> Header:
    """The columns that one or more header rows name."""
    *above, last = [[tidy(cell) for cell in row] for row in rows]
    # A cell over several columns is written once, above the first of them.
    named = list(zip_longest(*(_fill_forward(row, len(last)) for row in above), last, fillvalue=""))
    parts = [list(dict.fromkeys(part for part in column if part)) for column in named]
    return Header([JOINT.join(names) for names in parts], [frozenset(map(fold, names)) for names in parts])


def to_letter(position: int) -> str:
    """The letter of a column: A for 0, AB for 27."""
    before, own = divmod(position, LETTERS)
    return (to_letter(before - 1) if before else "") + chr(ord("A") + own)


def _fill_forward(row: Sequence[str], width: int) -> Iterator[str]:
    shown = ""
    for cell in [*row, *[""] * (width - len(row))]:
        shown = cell or shown
        yield shown


def _shorten(name: str) -> str:
    return name if len(name) <= MAX_SHOWN_NAME else f"{name[: MAX_SHOWN_NAME - 1]}…"
