"""The document of a release in format 1: written and read here, and nowhere else are its keys known.

A document that is out is never written otherwise: what this module writes is format 1 byte for byte, for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.questionnaire.values import Value
from boucle.core.release.intervals import PRECISIONS, SHARE, PublishedMeasure, make_measure
from boucle.core.release.members import Members, UnreadableRelease
from boucle.core.release.model import (
    CROSSTAB,
    SHOWN,
    NoiseMechanism,
    PublishedCell,
    PublishedEstimate,
    PublishedTable,
    Release,
    RowShare,
    Shown,
    Withheld,
)
from boucle.core.strictjson import JsonObject
from boucle.core.study.model import Series

FORMAT = 1


@dataclass(frozen=True)
class ReleaseDocument:
    """A release, and the bytes that it is published as."""

    release: Release
    content: bytes

    @staticmethod
    def of(release: Release) -> ReleaseDocument:
        """The document of a release that was just built."""
        return ReleaseDocument(release, write_release(release))

    @staticmethod
    def read(content: bytes) -> ReleaseDocument:
        """A document that is out, as it is. Raises UnreadableRelease."""
        return ReleaseDocument(read_release(content), content)

    @cached_property
    def hash(self) -> str:
        """What the release after it names."""
        return fingerprint(self.content)


def data_folder(series: Series) -> str:
    """Where the documents of a series stand, from the root of the site; it ends with a slash."""
    return f"{series.study}/data/{series.questionnaire}/v{series.major}/{series.wave}/"


def release_name(number: int) -> str:
    """A release, from the folder of its series."""
    return f"releases/{number}.json"


def entry_name(number: int) -> str:
    """The entry of the ledger that a release was made from, from the same folder."""
    return f"ledger/{number}.json"


# Writing


def write_release(release: Release) -> bytes:
    """The document of a release: canonical JSON."""
    texts_each = {} if release.texts_each is None else {"texts_each": release.texts_each}
    days_from = {} if release.days_from is None else {"days_from": release.days_from.isoformat()}
    return to_canonical_json(
        {
            "format": FORMAT,
            "study": release.series.study,
            "questionnaire": release.series.questionnaire,
            "major": release.series.major,
            "versions": release.versions,
            "wave": release.series.wave,
            "release": release.number,
            "date": release.date.isoformat(),
            **days_from,
            **texts_each,
            "respondents": release.respondents,
            "cohorts": release.cohorts,
            "demonstration": release.demonstration,
            "mechanism": {"name": release.mechanism.name, "scale": release.mechanism.scale},
            "epsilon": release.epsilon,
            "ledger": release.ledger,
            "previous": release.previous,
            "questions": [_write_question(table) for table in release.questions],
            "crosstabs": [{"questions": table.questions, **_write_table(table)} for table in release.crosstabs],
        }
    )


def _write_question(table: PublishedTable) -> JsonObject:
    estimates = [_write_estimate(estimate) for estimate in table.estimates]
    return {
        "id": table.questions[0],
        "type": table.type,
        "epsilon": table.epsilon,
        **_write_table(table),
        **({"estimates": estimates} if estimates else {}),
    }


def _write_table(table: PublishedTable) -> JsonObject:
    return {"base": table.base, "cohorts": table.cohorts, "cells": [_write_cell(cell) for cell in table.cells]}


def _write_cell(cell: PublishedCell) -> JsonObject:
    values: JsonObject = {"values": cell.values} if len(cell.values) > 1 else {"value": cell.values[0]}
    own_base = {} if cell.base is None else {"base": cell.base}
    if not isinstance(cell.published, Shown):
        return {**values, **own_base, **_write_withheld(cell.published, cell.below)}
    within = {} if cell.within is None else {"within": _write_row_share(cell.within)}
    share = _write_measure(cell.published.measure, "share")
    return {**values, **own_base, "status": SHOWN, "count": cell.published.count, **share, **within}


def _write_row_share(within: RowShare) -> JsonObject:
    if not isinstance(within.published, PublishedMeasure):
        return {"question": within.question, **_write_withheld(within.published, None)}
    share = _write_measure(within.published, "share")
    return {"question": within.question, "status": SHOWN, "base": within.base, **share}


def _write_estimate(estimate: PublishedEstimate) -> JsonObject:
    threshold = {} if estimate.threshold is None else {"threshold": estimate.threshold}
    about: JsonObject = {"name": estimate.name, **threshold}
    if not isinstance(estimate.published, PublishedMeasure):
        return {**about, **_write_withheld(estimate.published, estimate.below)}
    return {**about, "status": SHOWN, **_write_measure(estimate.published, "value")}


def _write_measure(measure: PublishedMeasure, name: str) -> JsonObject:
    return {name: measure.value, "margin": measure.margin}


def _write_withheld(reason: Withheld, below: int | None) -> JsonObject:
    return {"status": reason.value, **({} if below is None else {"below": below})}


# Reading


def read_release(content: bytes) -> Release:
    """The release that these bytes say. Raises UnreadableRelease, which names what is wrong, and where."""
    try:
        source = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableRelease(f"this is not a release document ({error}): publish it again") from None
    return _read_release(Members(source))


def _read_release(source: Members) -> Release:
    series = Series(source.text("study"), source.text("questionnaire"), source.whole("major"), source.text("wave"))
    if source.whole("format") != FORMAT:
        raise UnreadableRelease(f"{series}: this release is of a later format: read it with a later version of Boucle")
    release = Release(
        series=series,
        versions=source.texts("versions"),
        number=source.whole("release"),
        date=_read_date(source, "date"),
        days_from=_read_date(source, "days_from") if "days_from" in source else None,
        texts_each=source.maybe_whole("texts_each"),
        respondents=source.whole("respondents"),
        cohorts=source.whole("cohorts"),
        demonstration=source.flag("demonstration"),
        mechanism=_read_mechanism(source.inside("mechanism")),
        epsilon=source.number("epsilon"),
        ledger=source.text("ledger"),
        previous=None if source.take("previous") is None else source.text("previous"),
        questions=tuple(_read_question(question) for question in source.objects("questions")),
        crosstabs=tuple(_read_crosstab(crosstab) for crosstab in source.objects("crosstabs")),
    )
    source.refuse_others()
    return release


def _read_date(source: Members, name: str) -> date:
    written = source.text(name)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UnreadableRelease(f"in this release document, '{written}' is no date: publish it again") from None


def _read_mechanism(source: Members) -> NoiseMechanism:
    mechanism = NoiseMechanism(source.text("name"), source.whole("scale"))
    source.refuse_others()
    return mechanism


def _read_question(source: Members) -> PublishedTable:
    table = PublishedTable(
        questions=(source.text("id"),),
        type=source.text("type"),
        base=source.whole("base"),
        cohorts=source.whole("cohorts"),
        epsilon=source.number("epsilon"),
        cells=tuple(_read_cells(source)),
        estimates=tuple(map(_read_estimate, source.objects("estimates"))) if "estimates" in source else (),
    )
    source.refuse_others()
    return table


def _read_crosstab(source: Members) -> PublishedTable:
    table = PublishedTable(
        questions=source.texts("questions"),
        type=CROSSTAB,
        base=source.whole("base"),
        cohorts=source.whole("cohorts"),
        epsilon=None,
        cells=tuple(_read_cells(source)),
    )
    source.refuse_others()
    return table


def _read_cells(source: Members) -> Iterator[PublishedCell]:
    for cell in source.objects("cells"):
        yield _read_cell(cell)
        cell.refuse_others()


def _read_cell(source: Members) -> PublishedCell:
    values = source.elements("values") if "values" in source else [source.take("value")]
    reason = _read_reason(source)
    return PublishedCell(
        values=tuple(map(_read_value, values)),
        published=reason or Shown(source.whole("count"), _read_measure(source, SHARE, "share")),
        below=source.whole("below") if reason is Withheld.BELOW_THRESHOLD else None,
        base=source.maybe_whole("base"),
        within=_read_row_share(source.inside("within")) if reason is None and "within" in source else None,
    )


def _read_value(value: object) -> Value | None:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    raise UnreadableRelease(f"in this release document, {value!r} stands for an answer: publish it again")


def _read_row_share(source: Members) -> RowShare:
    reason = _read_reason(source)
    row = RowShare(
        question=source.text("question"),
        base=source.maybe_whole("base"),
        published=reason or _read_measure(source, SHARE, "share"),
    )
    source.refuse_others()
    return row


def _read_estimate(source: Members) -> PublishedEstimate:
    name, reason = source.text("name"), _read_reason(source)
    estimate = PublishedEstimate(
        name=name,
        threshold=source.maybe_integer("threshold"),
        published=reason or _read_measure(source, name, "value"),
        below=source.whole("below") if reason is Withheld.BELOW_THRESHOLD else None,
    )
    source.refuse_others()
    return estimate


def _read_reason(source: Members) -> Withheld | None:
    """Why the figure is withheld; None where it is shown."""
    status = source.text("status")
    if status == SHOWN:
        return None
    try:
        return Withheld(status)
    except ValueError:
        raise UnreadableRelease(f"in this release document, no figure can be '{status}': publish it again") from None


def _read_measure(source: Members, kind: str, name: str) -> PublishedMeasure:
    value = source.whole(name) if kind == SHARE else source.number(name)
    margin = source.whole("margin") if kind == SHARE else source.number("margin")
    precision = PRECISIONS.get(kind)
    if precision is None or margin < 0 or not precision.lowest <= value <= precision.highest:
        raise UnreadableRelease(f"in this release document, {kind} {value} ± {margin} is no figure: publish it again")
    return make_measure(kind, value, margin)
