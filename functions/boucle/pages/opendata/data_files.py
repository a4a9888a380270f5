"""The data files beside a series' releases: CSV, codebook, Data Package and Atom feed, for anybody to use again.

All are pure functions of the release documents and of the study, so that publishing twice writes the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.canonical import fingerprint
from boucle.core.questionnaire.model import Question
from boucle.core.questionnaire.values import Value
from boucle.core.release.document import data_folder, entry_name, read_release, release_name
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import SHOWN, PublishedCell, PublishedEstimate, PublishedTable, Release, Shown, Withheld
from boucle.core.study.model import Study
from boucle.languages.catalogues import translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.actions.feed import render_series_feed
from boucle.pages.opendata.metadata import Metadata
from boucle.pages.opendata.table_schema import CELLS, CODEBOOK, ESTIMATES, CsvColumn
from boucle.pages.results.labels import Labels

LICENCE = {
    "name": "etalab-2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "title": "Licence Ouverte 2.0",
}

ENTRY_DESCRIPTION = (
    "What the release was made from: noisy counts of each table, by cohort and in all, from which it can be made "
    "again. A count there can be negative: it is for recomputing, not for reading."
)

NUMBER = re.compile(r"-?\d+(\.\d+)?")

Record = Mapping[str, object]


def render_data_files(study: Study, releases: Sequence[bytes]) -> Mapping[str, bytes]:
    """By address, what stands beside `latest.json` once the last of these releases is out.

    `releases` are the documents of one series, oldest first. Raises UnreadableRelease and UnknownLabel.
    """
    read = [read_release(document) for document in releases]
    newest = DataPackage(study, Labels.of(study, read[-1], NumberFormatter(translator_for(study.languages[0]))))
    tables = newest.render_tables()
    files = {**tables, **Metadata(study, read[-1], tables).render_files()}
    files["datapackage.json"] = newest.describe(tables, releases[-1])
    files["feed.atom"] = render_series_feed(study, read)
    return {data_folder(read[-1].series) + name: content for name, content in files.items()}


@dataclass(frozen=True)
class DataPackage:
    """The data files of one release, labels in the study's first language."""

    study: Study
    labels: Labels

    @property
    def _release(self) -> Release:
        return self.labels.release

    def render_tables(self) -> dict[str, bytes]:
        """The CSV files, by name."""
        return {
            "cells.csv": to_csv(CELLS, self._list_cells()),
            "estimates.csv": to_csv(ESTIMATES, self._list_estimates()),
            "codebook.csv": to_csv(self._make_codebook_columns(), self._list_meanings()),
        }

    def describe(self, tables: Mapping[str, bytes], document: bytes) -> bytes:
        """The Frictionless Data Package (version 1) of these tables and of the release itself."""
        release = self._release
        columns = {"cells.csv": CELLS, "estimates.csv": ESTIMATES, "codebook.csv": self._make_codebook_columns()}
        described = {
            "profile": "data-package",
            "name": re.sub("[^a-z0-9._-]", "-", str(release.series).lower()),
            "title": self.labels.plain_text_of(self.study.title),
            "description": self.labels.plain_text_of(self.study.description),
            "version": str(release.number),
            "created": f"{release.date.isoformat()}T00:00:00Z",
            "licenses": [LICENCE],
            "contributors": [{"title": self.study.controller.name, "role": "publisher"}],
            "demonstration": release.demonstration,
            "mechanism": {"name": release.mechanism.name, "scale": release.mechanism.scale},
            "resources": [
                *(_describe_resource(name, content, columns[name]) for name, content in tables.items()),
                _describe_document(release, document),
                _describe_entry(release),
            ],
        }
        return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()

    def _list_cells(self) -> Iterator[Record]:
        for table in (*self._release.questions, *self._release.crosstabs):
            for cell in table.cells:
                yield (
                    self._describe_series()
                    | self._describe_table(table)
                    | self._describe_values(table, cell)
                    | _describe_cell(cell)
                )

    def _describe_series(self) -> dict[str, object]:
        release = self._release
        return {
            "questionnaire": release.series.questionnaire,
            "wave": release.series.wave,
            "release": release.number,
            "demonstration": "true" if release.demonstration else "false",
        }

    def _describe_table(self, table: PublishedTable) -> dict[str, object]:
        first, *crossed = table.questions
        other = crossed[0] if crossed else ""
        return {
            "type": table.type,
            "question": first,
            "question_label": self.labels.title(first),
            "crossed_question": other,
            "crossed_question_label": self.labels.title(other) if other else "",
            "base": table.base,
        }

    def _describe_values(self, table: PublishedTable, cell: PublishedCell) -> dict[str, object]:
        first, *others = cell.values
        found: dict[str, object] = {
            "value": _format_value(first),
            "label": self.labels.value(table.questions[0], first),
        }
        if not others:
            return found
        if table.type == "ranking":
            return found | {"rank": others[0]}
        crossed = self.labels.value(table.questions[1], others[0])
        return found | {"crossed_value": _format_value(others[0]), "crossed_label": crossed}

    def _list_estimates(self) -> Iterator[Record]:
        for table in self._release.questions:
            for estimate in table.estimates:
                yield self._describe_series() | self._describe_table(table) | _describe_estimate(estimate)

    def _make_codebook_columns(self) -> tuple[CsvColumn, ...]:
        """The codebook has a label a language."""
        languages = self.labels.questionnaire.languages
        asked = (
            CsvColumn(f"question_label_{language}", "string", f"The question, in '{language}'")
            for language in languages
        )
        chosen = (
            CsvColumn(f"label_{language}", "string", f"What the value means, in '{language}'") for language in languages
        )
        return (*CODEBOOK, *asked, *chosen)

    def _list_meanings(self) -> Iterator[Record]:
        """Every value that a cell can hold, in the order asked."""
        by_language = {language: self._labels_in(language) for language in self.labels.questionnaire.languages}
        for table in self._release.questions:
            question = self.labels.questions.get(table.questions[0])
            for value in dict.fromkeys(cell.values[0] for cell in table.cells):
                yield self._describe_meaning(table, value, question, by_language)

    def _describe_meaning(
        self, table: PublishedTable, value: Value | None, question: Question | None, by_language: Mapping[str, Labels]
    ) -> Record:
        id = table.questions[0]
        return {
            "question": id,
            "type": table.type,
            "value": _format_value(value),
            "concept": question.concept if question else "",
            "theme": question.theme if question else "",
            "routed": "true" if question and question.relevant else "false",
            "epsilon": table.epsilon,
            **{f"question_label_{language}": labels.title(id) for language, labels in by_language.items()},
            **{f"label_{language}": labels.value(id, value) for language, labels in by_language.items()},
        }

    def _labels_in(self, language: str) -> Labels:
        return Labels(self._release, self.labels.versions, NumberFormatter(translator_for(language)))


def to_csv(columns: Sequence[CsvColumn], records: Iterable[Record]) -> bytes:
    """RFC 4180 in UTF-8, without a byte order mark; what a spreadsheet would run as a formula is made text."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    for record in records:
        writer.writerow(_escape_formula(record.get(column.name)) for column in columns)
    return written.getvalue().encode()


def _escape_formula(field: object) -> str:
    text = "" if field is None else str(field)
    if text.lstrip().startswith(("=", "+", "-", "@")) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _format_value(value: Value | None) -> str:
    """A value as text; empty for no answer, which its label says."""
    return "" if value is None else str(value)


def _describe_cell(cell: PublishedCell) -> dict[str, object]:
    own_base: dict[str, object] = {} if cell.base is None else {"base": cell.base}
    if isinstance(cell.published, Shown):
        published = own_base | _describe_share(cell.published.measure, "") | {"count": cell.published.count}
    else:
        published = own_base | _describe_share(cell.published, "")
    if cell.within is not None:
        published |= {"within": cell.within.question, "within_base": cell.within.base}
        published |= _describe_share(cell.within.published, "within_")
    return published | {"below": cell.below}


def _describe_share(published: PublishedMeasure | Withheld, prefix: str) -> dict[str, object]:
    if not isinstance(published, PublishedMeasure):
        return {f"{prefix}status": published.value}
    return {f"{prefix}status": SHOWN, f"{prefix}share": published.value, f"{prefix}margin": published.margin}


def _describe_estimate(estimate: PublishedEstimate) -> dict[str, object]:
    named: dict[str, object] = {"estimate": estimate.name, "threshold": estimate.threshold}
    published = estimate.published
    if not isinstance(published, PublishedMeasure):
        return named | {"status": published.value}
    return named | {"status": SHOWN, "estimated": published.value, "margin": published.margin}


def _describe_resource(name: str, content: bytes, columns: Sequence[CsvColumn]) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": name.removesuffix(".csv"),
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": fingerprint(content),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {"fields": [column.to_field() for column in columns], "missingValues": [""]},
    }


def _describe_document(release: Release, document: bytes) -> dict[str, object]:
    return {
        "profile": "data-resource",
        "name": f"release-{release.number}",
        "path": release_name(release.number),
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "bytes": len(document),
        "hash": fingerprint(document),
    }


def _describe_entry(release: Release) -> dict[str, object]:
    return {
        "profile": "data-resource",
        "name": f"ledger-{release.number}",
        "path": entry_name(release.number),
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "hash": release.ledger,
        "description": ENTRY_DESCRIPTION,
    }
