"""What successive publications must keep, whatever they say: one chain, one schema, one mechanism, whole cohorts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from jsonschema import Draft202012Validator

from boucle.audit.reading import PublishedSeries
from boucle.audit.release_schema import release_schema
from boucle.core.canonical import fingerprint
from boucle.core.privacy.gate import MIN_COHORT, cohort_needs
from boucle.core.release.cells import MIN_BASE, MIN_COUNT

Document = Mapping[str, Any]

TOLERANCE = 1e-9

NEVER_CHANGES = ("study", "questionnaire", "major", "wave", "mechanism", "demonstration", "format")


def find_violations(series: PublishedSeries) -> list[str]:
    """Everything in the public files of a series that breaks a promise; empty when all is well."""
    read = [_read_document(content) for content in series.documents]
    broken = [number for number, parsed in enumerate(read, start=1) if parsed is None]
    found = [*(f"release {number} does not fit the published schema" for number in broken), *_check_latest(series)]
    documents = [parsed for parsed in read if parsed is not None]
    if broken or not documents:
        return found
    return [*found, *_check_links(series.documents, documents), *_check_history(documents), *_check_figures(documents)]


@lru_cache(maxsize=1)
def _make_validator() -> Draft202012Validator:
    return Draft202012Validator(release_schema())


def _read_document(content: bytes) -> Document | None:
    try:
        document: Document = json.loads(content)
    except ValueError:
        return None
    return document if _make_validator().is_valid(document) else None


def _check_latest(series: PublishedSeries) -> Iterator[str]:
    if not series.documents:
        yield "latest.json stands without any release"
    elif series.latest != series.documents[-1]:
        newest = len(series.documents)
        yield f"latest.json is not release {newest}, the newest: a rollback, or an unfinished publication"


def _check_links(contents: Sequence[bytes], documents: Sequence[Document]) -> Iterator[str]:
    previous = None
    for number, (content, document) in enumerate(zip(contents, documents, strict=True), start=1):
        if document["previous"] != previous:
            yield f"release {number} does not name the file before it: one of the two was replaced"
        if (document["release"], document["cohorts"]) != (number, number):
            yield f"release {number} says that it is release {document['release']} of {document['cohorts']} cohorts"
        previous = fingerprint(content)
    if len({one_release["ledger"] for one_release in documents}) < len(documents):
        yield "two releases were made from one entry of the ledger"


def _check_history(documents: Sequence[Document]) -> Iterator[str]:
    respondents = 0
    for number, document in enumerate(documents, start=1):
        batch, respondents_before = document["respondents"] - respondents, respondents
        # The last cohort of a wave may be smaller than the gate asks before its close.
        needed = MIN_COHORT if document is documents[-1] else cohort_needs(respondents_before, closed=False)
        if batch < needed:
            yield f"release {number} adds {batch} respondents, and a cohort has at least {needed}"
        respondents = document["respondents"]
    for before, after in pairwise(documents):
        yield from _check_step(before, after)


def _check_step(before: Document, after: Document) -> Iterator[str]:
    number = after["release"]
    if after["date"] <= before["date"]:
        yield f"release {number} has the date of the one before, or an earlier one: at most one cohort a day"
    for name in NEVER_CHANGES:
        if after[name] != before[name]:
            yield f"release {number} changes {name}, which the first seal fixed"
    if not set(before["versions"]) <= set(after["versions"]):
        yield f"release {number} forgets a version that the one before counted"
    lost = {question["id"] for question in before["questions"]} - {question["id"] for question in after["questions"]}
    if lost:
        yield f"release {number} no longer has {', '.join(sorted(lost))}"


def _check_figures(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        number = document["release"]
        for table in (*document["questions"], *document["crosstabs"]):
            wrong = sum(cell["status"] == "shown" and not _fits(cell, table["base"]) for cell in table["cells"])
            if wrong:
                name = table.get("id") or " x ".join(table["questions"])
                yield f"release {number}: {wrong} cells of {name} should be withheld, or have another share"
        if document["epsilon"] < sum(question["epsilon"] for question in document["questions"]) - TOLERANCE:
            yield f"release {number} says less of a whole response than of its questions together"


def _fits(cell: Mapping[str, Any], of_table: int) -> bool:
    """Whether a shown cell may be shown, and its share is that of its count, both rounded on their own."""
    base: int = cell.get("base", of_table)
    share = 100 * cell["count"] / base if base else 0.0
    rounding = 0.5 + 100 / max(base, 1)
    return base >= MIN_BASE and cell["count"] >= MIN_COUNT and abs(cell["share"] - share) <= rounding + TOLERANCE
