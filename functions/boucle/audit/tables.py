"""What frictionless does not look for in the data files beside a release, and whoever opens them stumbles over.

The delimiter, a byte order mark, cells that a spreadsheet would run, shares that do not add up, the licence.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from boucle.audit.reading import PACKAGE, PublishedSeries
from boucle.core.canonical import fingerprint
from boucle.core.strictjson import Json

DataRows = Sequence[Mapping[str, str]]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
SINGLE_ANSWER_TYPES = frozenset({"single", "yes_no", "rating", "number", "date"})
"""The types whose shares are parts of one whole."""


def find_table_issues(series: PublishedSeries) -> list[str]:
    """What is wrong with the data files of a series; empty where none are published, or all is well."""
    content = series.data_files.get(PACKAGE)
    if content is None:
        return []
    package = _read_package(content)
    if package is None:
        return [f"{PACKAGE} is no JSON object with resources: publish it again"]
    found = list(_check_licence(package))
    for resource in package["resources"]:
        if resource.get("format") == "csv":
            found += _check_table(resource, series.data_files.get(resource["path"]))
    return found


def _read_package(content: bytes) -> Json | None:
    try:
        package: Json = json.loads(content)
        return package if all("path" in resource for resource in package["resources"]) else None
    except (ValueError, TypeError, KeyError):
        return None


def _check_licence(package: Json) -> Iterator[str]:
    licences = package.get("licenses") or []
    if not any(licence.get("name") and str(licence.get("path", "")).startswith("https://") for licence in licences):
        yield f"{PACKAGE} names no licence with its address: nobody may use these data"


def _check_table(resource: Json, content: bytes | None) -> Iterator[str]:
    name = resource["path"]
    if content is None:
        yield f"{name} is described and is not there"
        return
    if fingerprint(content) != resource.get("hash"):
        yield f"{name} is not the file that {PACKAGE} describes: its hash is another"
    if content.startswith(BYTE_ORDER_MARK):
        yield f"{name} begins with a byte order mark, which would become part of its first column's name"
    try:
        written = content.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        yield f"{name} is not in UTF-8"
        return
    columns = _column_names(resource)
    if columns is None:
        yield f"{name} has no schema.fields that name its columns in {PACKAGE}: publish it again"
    else:
        yield from _check_rows(name, written, columns)


def _column_names(resource: Json) -> Sequence[str] | None:
    """The names of the columns as they are described; None where they are not."""
    try:
        return [column["name"] for column in resource["schema"]["fields"]]
    except (TypeError, KeyError):
        return None


def _check_rows(name: str, text: str, columns: Sequence[str]) -> Iterator[str]:
    header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if header != columns:
        split = len(header) == 1 and len(columns) > 1
        yield f"{name} is not separated by commas" if split else f"{name} has other columns than those described"
        return
    for line, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            yield f"{name}, line {line}: {len(row)} cells, for {len(columns)} columns"
        yield from (
            f"{name}, line {line}, {column}: a spreadsheet would run this cell as a formula"
            for column, cell in zip(columns, row, strict=False)
            if cell.startswith(FORMULA_PREFIXES) and not NUMBER.fullmatch(cell)
        )
    # Where a row is cut short, which is said above, no sum can be told.
    if "share" in columns and all(len(row) == len(columns) for row in rows):
        yield from _check_shares(name, [dict(zip(columns, row, strict=True)) for row in rows])


def _check_shares(name: str, rows: DataRows) -> Iterator[str]:
    """Shares are those of their counts; the parts of a whole make it up."""
    for line, row in enumerate(rows, start=2):
        if row["status"] == "shown" and not row["crossed_question"] and not _is_share_of_its_count(row):
            yield f"{name}, line {line}: {row['count']} of {row['base']} is not {row['share']} %"
    for question in dict.fromkeys(part["question"] for part in rows if _is_a_part(part)):
        parts = [part for part in rows if _is_a_part(part) and part["question"] == question]
        yield from _check_whole(name, question, parts)


def _is_share_of_its_count(row: Mapping[str, str]) -> bool:
    # A count is rounded before it is published, its share from what it was before: both may be half a unit off.
    base, count, share = (int(row[key]) for key in ("base", "count", "share"))
    return base > 0 and abs(100 * count - share * base) <= base / 2 + 100


def _is_a_part(row: Mapping[str, str]) -> bool:
    return row["type"] in SINGLE_ANSWER_TYPES and not row["crossed_question"]


def _check_whole(name: str, question: str, parts: DataRows) -> Iterator[str]:
    shown = [int(row["share"]) for row in parts if row["status"] == "shown"]
    # Each share is at most half a point away; a choice that came later has a base of its own, and adds to no whole.
    if len({row["base"] for row in parts}) > 1 or not shown:
        return
    whole, slack = sum(shown), len(shown) / 2
    if whole > 100 + slack or (len(shown) == len(parts) and whole < 100 - slack):
        yield f"{name}: the shares of {question} add up to {whole} %"
