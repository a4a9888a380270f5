"""A CSV file as spreadsheets and survey tools write it: its encoding and its delimiter are found out, not asked for."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from boucle.core.errors import BoucleError

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}


class BadTable(BoucleError):
    """The file is not the table that the mapping speaks of."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its number as a spreadsheet shows it, and its cells by column; None where it is cut or too long."""

    number: int
    cells: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file as it was read."""

    encoding: str
    delimiter: str
    columns: Sequence[str]
    rows: Sequence[CsvRow]


def read_table(file: Path, wanted: Collection[str]) -> CsvTable:
    """The file's rows, with the wanted columns among theirs. Raises BadTable."""
    encoding, text = _decode(file)
    try:
        # The delimiter is the one under which the header has the columns that the mapping names.
        delimiter = max(DELIMITERS, key=lambda candidate: len(set(wanted) & set(_read_header(text, candidate))))
        header, *lines = csv.reader(_split_lines(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise BadTable(f"{file} is not CSV: {error}. Export it again.") from None
    except ValueError:
        raise BadTable(f"{file} is empty: its first row must name the columns") from None
    columns = [tidy(cell) for cell in header]
    _check_header(file, columns, wanted)
    rows = [_make_row(number, columns, line) for number, line in enumerate(lines, 2) if any(map(str.strip, line))]
    return CsvTable(encoding, DELIMITERS[delimiter], columns, rows)


def tidy(text: str) -> str:
    """Words with one plain space between them: exports hold no-break and doubled ones."""
    return " ".join(text.split())


def _decode(file: Path) -> tuple[str, str]:
    content = file.read_bytes()
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("UTF-16",) if wide else ("UTF-8", "Windows-1252"):
        with suppress(UnicodeDecodeError):
            return encoding, content.removeprefix(BOM_UTF8).decode(encoding)
    raise BadTable(f"{file} is neither UTF-8, nor Windows-1252, nor UTF-16. Save it as UTF-8.")


def _read_header(text: str, delimiter: str) -> list[str]:
    return [tidy(cell) for cell in next(csv.reader(_split_lines(text), delimiter=delimiter), [])]


def _split_lines(text: str) -> Iterable[str]:
    # By the ends that files have: `splitlines` would also cut a cell at a form feed or at U+2028.
    return StringIO(text, newline="")


def _check_header(file: Path, columns: Sequence[str], wanted: Collection[str]) -> None:
    absent = sorted(set(wanted) - set(columns))
    if absent:
        lines = [f'no column "{name}"{_suggest(name, columns)}' for name in absent]
        raise BadTable("\n".join([f"{file} lacks columns that the mapping names:", *lines]))
    twice = sorted(name for name in set(wanted) if columns.count(name) > 1)
    if twice:
        raise BadTable(f'{file} has two columns "{twice[0]}": rename one of them, there and in the mapping')


def _suggest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f': did you mean "{close[0]}"?' if close else ""


def _make_row(number: int, columns: Sequence[str], line: Sequence[str]) -> CsvRow:
    if len(line) != len(columns):
        return CsvRow(number, None)
    return CsvRow(number, {column: cell.strip() for column, cell in zip(columns, line, strict=True)})
