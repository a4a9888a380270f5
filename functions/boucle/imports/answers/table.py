"""A CSV file as spreadsheets and survey tools write it: its delimiter is found out, not asked for."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.imports.answers.decoding import BadEncoding, decode
from boucle.imports.answers.header import ColumnNames, Header, read_header

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}
DELIMITER_LINE = re.compile(r'"?sep=([^\w"\r\n])"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""Excel's own first line: it obeys it, and shows it as no row."""
LINE_ENDS = ("\n", "\r")
TRIED_ROWS = 100
"""How many rows tell whether a delimiter cuts what it should not."""
END_OF_FILE = "\x1a"
"""What old programs write behind the last line."""


class BadTable(BoucleError):
    """The file is not the table that the mapping speaks of."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """What a file does not say of itself."""

    encoding: str | None = None
    """None: UTF-8, UTF-16 or Windows-1252, whichever it certainly is."""
    header_rows: int = 1


PLAIN_LAYOUT = TableLayout()


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it, and its cells by column; None where it is cut or too long."""

    number: int
    cells: Mapping[str, str] | None
    issue: str = ""
    """Why it has no cells: `cut_row` or `long_row`."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file as it was read."""

    encoding: str
    delimiter: str
    columns: Sequence[str]
    rows: Sequence[CsvRow]
    names: ColumnNames
    """Where the columns stand that were wanted."""
    short: int
    """How many rows lack their last cells, which were read as empty."""

    @property
    def unused(self) -> list[str]:
        """The columns that nobody wanted."""
        used = set(self.names.positions.values())
        return [column for at, column in enumerate(self.columns) if at not in used]


def read_table(file: Path, wanted: Collection[str], layout: TableLayout = PLAIN_LAYOUT) -> CsvTable:
    """The file's rows, with the wanted columns among theirs. Raises BadTable."""
    try:
        encoding, decoded = decode(file.read_bytes(), layout.encoding)
    except BadEncoding as error:
        raise BadTable(f"{file} {error}") from None
    declared, text = _take_delimiter(decoded.rstrip(END_OF_FILE))
    delimiter = declared or _find_delimiter(text, wanted, layout)
    lines = _read_lines(file, text, delimiter)
    above, below = lines[: layout.header_rows], list(enumerate(lines, 1))[layout.header_rows :]
    if len(above) < layout.header_rows or not any(above):
        raise BadTable(f"{file} is empty: its first row must name the columns")
    header = read_header(above)
    names = _find_columns(file, header, wanted)
    filled = [(number, line) for number, line in below if any(map(str.strip, line))]
    cut = None if text.endswith(LINE_ENDS) else len(lines)
    rows = [_make_row(number, header.columns, line, is_cut=number == cut) for number, line in filled]
    short = sum(len(line) < len(header.columns) for _, line in filled)
    return CsvTable(encoding, DELIMITERS.get(delimiter, f'"{delimiter}"'), header.columns, rows, names, short)


def _read_lines(file: Path, text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(_split_lines(text), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise BadTable(f"{file} is not CSV, near line {reader.line_num}: {error}. Export it again.") from None


def _take_delimiter(text: str) -> tuple[str | None, str]:
    """The delimiter that a first line declares, and the text behind it."""
    line = DELIMITER_LINE.match(text)
    return (line[1], text[line.end() :]) if line else (None, text)


def _find_delimiter(text: str, wanted: Collection[str], layout: TableLayout) -> str:
    """The delimiter under which the header has the columns that the mapping names.

    Where that does not decide, the header has as many columns as it can, and the fewest rows have more cells than it.
    """

    def rate(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(_split_lines(text), delimiter=delimiter)
        found, width, long = 0, 0, 0
        with suppress(csv.Error):
            if above := list(islice(reader, layout.header_rows)):
                header = read_header(above)
                found, width = header.count_found(wanted), len(header.columns)
                long = sum(len(row) > width for row in islice(reader, TRIED_ROWS))
        return found, width, -long

    return max(DELIMITERS, key=rate)


def _split_lines(text: str) -> Iterable[str]:
    # By the ends that files have: `splitlines` would also cut a cell at a form feed or at U+2028.
    return StringIO(text, newline="")


def _find_columns(file: Path, header: Header, wanted: Collection[str]) -> ColumnNames:
    flaws = list(header.find_flaws(wanted))
    if flaws:
        raise BadTable("\n".join([f"{file} does not have each column that the mapping names, once:", *flaws]))
    return ColumnNames(header.columns, {name: header.find(name)[0] for name in wanted})


def _make_row(number: int, columns: Sequence[str], line: Sequence[str], *, is_cut: bool) -> CsvRow:
    cells = [cell.strip() for cell in line]
    if any(cells[len(columns) :]):
        return CsvRow(number, None, "long_row")
    missing = len(columns) - len(cells)
    if is_cut and missing > 0:
        # Where a file ends within a line, nobody knows what stood behind.
        return CsvRow(number, None, "cut_row")
    return CsvRow(number, dict(zip(columns, [*cells, *[""] * missing], strict=False)))
