"""What frictionless does not look for in the data files beside a release, and whoever opens them stumbles over.

The delimiter, a byte order mark, cells that a spreadsheet would run, shares that do not add up, the licence.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boucle.audit.reading import PACKAGE, PublishedSeries

Json = Mapping[str, Any]
Rows = Sequence[Mapping[str, str]]

MARK = b"\xef\xbb\xbf"
RUN = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ONE_ANSWER = frozenset({"single", "yes_no", "rating", "number", "date"})
"""The types whose shares are parts of one whole."""


def table_faults(series: PublishedSeries) -> list[str]:
    """What is wrong with the data files of a series; empty where none are published, or all is well."""
    content = series.beside.get(PACKAGE)
    if content is None:
        return []
    package = _package(content)
    if package is None:
        return [f"{PACKAGE} is no JSON object with resources: publish it again"]
    found = list(_licence(package))
    for resource in package["resources"]:
        if resource.get("format") == "csv":
            found += _table(resource, series.beside.get(resource["path"]))
    return found


def _package(content: bytes) -> Json | None:
    try:
        package: Json = json.loads(content)
        return package if all("path" in each for each in package["resources"]) else None
    except (ValueError, TypeError, KeyError):
        return None


def _licence(package: Json) -> Iterator[str]:
    licences = package.get("licenses") or []
    if not any(each.get("name") and str(each.get("path", "")).startswith("https://") for each in licences):
        yield f"{PACKAGE} names no licence with its address: nobody may use these data"


def _table(resource: Json, content: bytes | None) -> Iterator[str]:
    name = resource["path"]
    if content is None:
        yield f"{name} is described and is not there"
        return
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != resource.get("hash"):
        yield f"{name} is not the file that {PACKAGE} describes: its hash is another"
    if content.startswith(MARK):
        yield f"{name} begins with a byte order mark, which would become part of its first column's name"
    try:
        written = content.removeprefix(MARK).decode()
    except UnicodeDecodeError:
        yield f"{name} is not in UTF-8"
        return
    columns = _columns(resource)
    if columns is None:
        yield f"{name} has no schema.fields that name its columns in {PACKAGE}: publish it again"
    else:
        yield from _rows(name, written, columns)


def _columns(resource: Json) -> Sequence[str] | None:
    """The names of the columns as they are described; None where they are not."""
    try:
        return [each["name"] for each in resource["schema"]["fields"]]
    except (TypeError, KeyError):
        return None


def _rows(name: str, written: str, columns: Sequence[str]) -> Iterator[str]:
    header, *rows = list(csv.reader(io.StringIO(written, newline=""))) or [[]]
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
            if cell.startswith(RUN) and not NUMBER.fullmatch(cell)
        )
    # Where a row is cut short, which is said above, no sum can be told.
    if "share" in columns and all(len(row) == len(columns) for row in rows):
        yield from _shares(name, [dict(zip(columns, row, strict=True)) for row in rows])


def _shares(name: str, rows: Rows) -> Iterator[str]:
    """Shares are those of their counts; the parts of a whole make it up."""
    for line, row in enumerate(rows, start=2):
        if row["status"] == "shown" and not row["crossed_question"] and not _is_share_of_its_count(row):
            yield f"{name}, line {line}: {row['count']} of {row['base']} is not {row['share']} %"
    for question in dict.fromkeys(each["question"] for each in rows if _is_a_part(each)):
        parts = [each for each in rows if _is_a_part(each) and each["question"] == question]
        yield from _whole(name, question, parts)


def _is_share_of_its_count(row: Mapping[str, str]) -> bool:
    # A count is rounded before it is published, its share from what it was before: both may be half a unit off.
    base, count, share = (int(row[each]) for each in ("base", "count", "share"))
    return base > 0 and abs(100 * count - share * base) <= base / 2 + 100


def _is_a_part(row: Mapping[str, str]) -> bool:
    return row["type"] in ONE_ANSWER and not row["crossed_question"]


def _whole(name: str, question: str, parts: Rows) -> Iterator[str]:
    shown = [int(each["share"]) for each in parts if each["status"] == "shown"]
    # Each share is at most half a point away; a choice that came later has a base of its own, and adds to no whole.
    if len({each["base"] for each in parts}) > 1 or not shown:
        return
    whole, slack = sum(shown), len(shown) / 2
    if whole > 100 + slack or (len(shown) == len(parts) and whole < 100 - slack):
        yield f"{name}: the shares of {question} add up to {whole} %"
