"""What successive publications must keep, whatever they say: one chain, one schema, one mechanism, whole cohorts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jsonschema import Draft202012Validator

from boucle.audit.reading import PublishedSeries
from boucle.core.canonical import fingerprint
from boucle.core.privacy.gate import MIN_COHORT, cohort_needs
from boucle.core.release.cells import MIN_BASE, MIN_COUNT
from boucle.core.release.document import read_release
from boucle.core.release.members import UnreadableRelease
from boucle.core.release.model import PublishedCell, Release, Shown

TOLERANCE = 1e-9


def find_violations(series: PublishedSeries) -> list[str]:
    """Everything in the public files of a series that breaks a promise; empty when all is well."""
    read = [_read_release(content) for content in series.documents]
    broken = [number for number, release in enumerate(read, start=1) if release is None]
    found = [*(f"release {number} does not fit the published schema" for number in broken), *_check_latest(series)]
    releases = [release for release in read if release is not None]
    if broken or not releases:
        return found
    return [*found, *_check_links(series.documents, releases), *_check_history(releases), *_check_figures(releases)]


def release_schema() -> dict[str, Any]:
    """The JSON Schema of a release document: no room for a person, a time, a smallest or a largest answer."""
    source = files("boucle.audit") / "schemas" / "release.schema.json"
    schema: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return schema


@lru_cache(maxsize=1)
def _make_validator() -> Draft202012Validator:
    return Draft202012Validator(release_schema())


def _read_release(content: bytes) -> Release | None:
    """The release that these bytes say; None where they do not fit the published schema."""
    try:
        return read_release(content) if _make_validator().is_valid(json.loads(content)) else None
    except (ValueError, UnreadableRelease):
        return None


def _check_latest(series: PublishedSeries) -> Iterator[str]:
    if not series.documents:
        yield "latest.json stands without any release"
    elif series.latest != series.documents[-1]:
        newest = len(series.documents)
        yield f"latest.json is not release {newest}, the newest: a rollback, or an unfinished publication"


def _check_links(contents: Sequence[bytes], releases: Sequence[Release]) -> Iterator[str]:
    previous = None
    for number, (content, release) in enumerate(zip(contents, releases, strict=True), start=1):
        if release.previous != previous:
            yield f"release {number} does not name the file before it: one of the two was replaced"
        if (release.number, release.cohorts) != (number, number):
            yield f"release {number} says that it is release {release.number} of {release.cohorts} cohorts"
        previous = fingerprint(content)
    if len({release.ledger for release in releases}) < len(releases):
        yield "two releases were made from one entry of the ledger"


def _check_history(releases: Sequence[Release]) -> Iterator[str]:
    respondents = 0
    for number, release in enumerate(releases, start=1):
        batch, respondents_before = release.respondents - respondents, respondents
        # The last cohort of a wave may be smaller than the gate asks before its close.
        needed = MIN_COHORT if release is releases[-1] else cohort_needs(respondents_before, closed=False)
        if batch < needed:
            yield f"release {number} adds {batch} respondents, and a cohort has at least {needed}"
        respondents = release.respondents
    for before, after in pairwise(releases):
        yield from _check_step(before, after)


def _check_step(before: Release, after: Release) -> Iterator[str]:
    number = after.number
    if after.date <= min(before.date, after.days_from or before.date):
        yield f"release {number} has the date of the one before, or an earlier one: at most one cohort a day"
    for name, value in _list_constants(before).items():
        if _list_constants(after)[name] != value:
            yield f"release {number} changes {name}, which the first seal fixed"
    if not set(before.versions) <= set(after.versions):
        yield f"release {number} forgets a version that the one before counted"
    lost = before.by_question.keys() - after.by_question.keys()
    if lost:
        yield f"release {number} no longer has {', '.join(sorted(lost))}"


def _list_constants(release: Release) -> dict[str, object]:
    """What never changes in a series, by name."""
    return {
        "study": release.series.study,
        "questionnaire": release.series.questionnaire,
        "major": release.series.major,
        "wave": release.series.wave,
        "mechanism": release.mechanism,
        "demonstration": release.demonstration,
    }


def _check_figures(releases: Sequence[Release]) -> Iterator[str]:
    for release in releases:
        for table in release.tables:
            wrong = sum(not _fits(cell, table.base) for cell in table.cells)
            if wrong:
                said = f"{wrong} cells of {table.name} should be withheld, or have another share"
                yield f"release {release.number}: {said}"
        if release.epsilon < sum(table.epsilon or 0 for table in release.questions) - TOLERANCE:
            yield f"release {release.number} says less of a whole response than of its questions together"


def _fits(cell: PublishedCell, of_table: int) -> bool:
    """Whether a cell may be shown, and its share is that of its count, both rounded on their own."""
    if not isinstance(cell.published, Shown):
        return True
    base, shown = of_table if cell.base is None else cell.base, cell.published
    share = 100 * shown.count / base if base else 0.0
    rounding = shown.measure.rounding + 100 / max(base, 1)
    return base >= MIN_BASE and shown.count >= MIN_COUNT and abs(shown.share - share) <= rounding + TOLERANCE
