"""Rows into submissions, by the schema and the routing that read what respondents send; or the reasons why not."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from boucle.core.identity.receipts import Keyring, derive_key
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path, path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.strictjson import JsonObject
from boucle.imports.answers.cells import BadCells, read_answers, read_label, read_yes
from boucle.imports.answers.header import ColumnNames, to_letter
from boucle.imports.answers.mapping import AnswerMap, YesColumn
from boucle.imports.answers.table import CsvRow, CsvTable
from boucle.submissions.envelope import EnvelopeReader
from boucle.submissions.submission import InvalidSubmission, Submission, build_submission

REASONS: Mapping[str, str] = {
    "required": "an answer is required",
    "wrong_type": "the cell cannot be read as an answer of this type",
    "not_a_choice": 'the cell is none of the values; say in "labels" what it means',
    "too_few_choices": "fewer than %(minimum)s choices",
    "too_many_choices": "more than %(maximum)s choices",
    "duplicate_choice": "a choice stands twice",
    "exclusive_choice": "a choice that goes with no other stands beside others",
    "out_of_range": "not from %(minimum)s to %(maximum)s",
    "too_many_decimals": "more decimals than %(maximum)s",
    "too_long": "longer than %(maximum)s characters",
    "too_short": "shorter than %(minimum)s characters",
    "bad_date": 'not a day; say in "day" how days are written',
    "uncertain_day": 'the ways of writing days in "day" read different days',
    "bad_characters": "characters that cannot be displayed",
    "neither_ticked_nor_not": 'a cell is in neither of "ticked" and "unticked"',
    "several_ticked": "more than one choice is ticked",
    "several_filled": "more than one of its columns is filled in",
    "bad_ranks": "the ranks are not 1, 2, 3 and so on, each once",
    "uncertain_mark": 'the mark may stand before decimals or between thousands; say which in "decimal"',
    "spreadsheet_error": "a spreadsheet's error stands where the answer was",
    "off_path": 'answered, and the answers before do not lead to it; if it may be lost, write "off_path": "drop"',
    "long_row": "the row has more cells than the header, from column %(column)s on",
    "cut_row": "the file ends within this row: export it again, or end the row with a line break if it is whole",
    "no_id": "the cell is empty",
    "same_id": "another row has the same",
    "conflict": "it was imported before with other answers, which stay",
}
"""Why a row is refused; never what stands in it."""


@dataclass(frozen=True, slots=True)
class CellIssue:
    """One reason to refuse a row: where it stands, as a spreadsheet numbers rows, and of what it speaks."""

    row: int
    about: str
    reason: str
    columns: str = ""
    """Its columns, by letter and name; empty where it speaks of the whole row."""

    def __str__(self) -> str:
        return f"row {self.row}, {self.about}: {self.reason}" + (f" ({self.columns})" if self.columns else "")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that can be stored."""

    number: int
    submission: Submission


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Every row of a table, read."""

    good: tuple[ReadRow, ...]
    refused: tuple[CellIssue, ...]
    not_kept: int
    """How many rows the mapping does not keep."""


class _RefusedRow(Exception):
    """A row has issues; holds each with the columns that it speaks of."""

    def __init__(self, *issues: tuple[AnswerIssue, Sequence[str]]) -> None:
        super().__init__()
        self.issues = issues


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Reads the rows of one table."""

    names: ColumnNames
    mapping: AnswerMap
    version: Questionnaire
    envelopes: EnvelopeReader

    def read(self, row: CsvRow, id: str | AnswerIssue) -> Submission | None:
        """What is stored of a row; None where the mapping does not keep it. Raises _RefusedRow."""
        if row.cells is None:
            raise _RefusedRow((AnswerIssue("the row", row.issue, {"column": to_letter(len(self.names.columns))}), ()))
        cells = self.names.pick(row.cells)
        if self.mapping.keep and not _read_flag("keep", self.mapping.keep, cells):
            return None
        if isinstance(id, AnswerIssue):
            raise _RefusedRow((id, (id.question,)))
        return self._read_submission(id, cells)

    def _read_submission(self, id: str, cells: Mapping[str, str]) -> Submission:
        consents = self.mapping.consent and _read_flag("consent", self.mapping.consent, cells)
        answers, contradictions = self._read_answers(cells)
        said = {"language": read_label(self.mapping.language, cells), "mode": read_label(self.mapping.mode, cells)}
        envelope = self.envelopes.read({"id": id, **said, "answers": answers})
        malformed = [AnswerIssue(question, bad.code) for question, bad in contradictions.items()]
        envelope = envelope._replace(consents=frozenset(self.version.free_texts if consents else ()))
        off_path = self._find_off_path(path(self.version, envelope.answers), {**answers, **contradictions})
        try:
            submission = build_submission(self.version, envelope, malformed=malformed)
        except InvalidSubmission as invalid:
            issues = [*invalid.answer_issues, *off_path]
            raise _RefusedRow(
                *((issue, self._find_field_columns(issue.question)) for issue in invalid.field_issues),
                *((issue, self._find_columns(issue.question, contradictions)) for issue in issues),
            ) from None
        if off_path:
            raise _RefusedRow(*((issue, self._find_columns(issue.question, contradictions)) for issue in off_path))
        return submission

    def _read_answers(self, cells: Mapping[str, str]) -> tuple[JsonObject, dict[str, BadCells]]:
        answers: JsonObject = {}
        contradictions: dict[str, BadCells] = {}
        for question, place in self.mapping.answers.items():
            try:
                read = read_answers(self.version.by_id[question], place, cells)
            except BadCells as bad:
                contradictions[question] = bad
            else:
                answers |= {name: answer for name, answer in read.items() if answer is not None}
        return answers, contradictions

    def _find_off_path(self, settled: Path, answered: Mapping[str, object]) -> list[AnswerIssue]:
        """The answers that routing would lose in silence; an empty list is no answer."""
        if self.mapping.drops_off_path:
            return []
        given = [question for question, answer in answered.items() if answer not in ("", [])]
        return [AnswerIssue(question, "off_path") for question in given if question not in settled.asked]

    def _find_field_columns(self, name: str) -> Sequence[str]:
        place = {"language": self.mapping.language, "mode": self.mapping.mode}.get(name, "")
        return () if isinstance(place, str) else place.columns

    def _find_columns(self, question: str, contradictions: Mapping[str, BadCells]) -> Sequence[str]:
        if question in contradictions:
            return contradictions[question].columns
        # The text of an "other" choice may stand in the column of its question.
        place = self.mapping.answers.get(question) or self.mapping.answers.get(question.removesuffix(".other"))
        return place.columns if place else ()


def read_rows(table: CsvTable, mapping: AnswerMap, version: Questionnaire, keyring: Keyring) -> ReadRows:
    """What the table's rows say, and all that is wrong with them."""
    reader = _RowReader(table.names, mapping, version, EnvelopeReader(mapping.study, version))
    good: list[ReadRow] = []
    refused: list[CellIssue] = []
    not_kept = 0
    for row, id in zip(table.rows, _make_submission_ids(table, mapping, keyring), strict=True):
        try:
            submission = reader.read(row, id)
        except _RefusedRow as flawed:
            refused += [
                make_cell_issue(row.number, issue, table.names.describe(columns)) for issue, columns in flawed.issues
            ]
        else:
            good += [ReadRow(row.number, submission)] if submission else []
            not_kept += submission is None
    return ReadRows(tuple(good), tuple(refused), not_kept)


def make_cell_issue(row: int, issue: AnswerIssue, columns: str = "") -> CellIssue:
    """A problem, in words for whoever brings the file."""
    return CellIssue(row, issue.question, REASONS[issue.code] % issue.limits, columns)


def _read_flag(name: str, place: YesColumn, cells: Mapping[str, str]) -> bool:
    try:
        return read_yes(place, cells)
    except BadCells as bad:
        raise _RefusedRow((AnswerIssue(name, bad.code), bad.columns)) from None


def _make_submission_ids(table: CsvTable, mapping: AnswerMap, keyring: Keyring) -> Iterator[str | AnswerIssue]:
    """The submission id of each row: the same for the same row, and nobody else's guess."""
    purpose = f"past answers|{mapping.study}|{mapping.questionnaire}|{mapping.version}|{mapping.wave}"
    key = derive_key(keyring.master, purpose)
    seen: Counter[str] = Counter()
    column = table.columns[table.names.positions[mapping.id]] if mapping.id else None
    for row in table.rows:
        name = _row_name(row.cells or {}, column)
        seen[name] += 1
        if mapping.id and row.cells and not name:
            yield AnswerIssue(mapping.id, "no_id")
        elif mapping.id and row.cells and seen[name] > 1:
            yield AnswerIssue(mapping.id, "same_id")
        else:
            # Two people may have said the same: the second of two equal rows is another one.
            digest = hmac.digest(key, f"{seen[name]}|{name}".encode(), "sha256")
            yield str(UUID(bytes=digest[:16], version=4))


def _row_name(cells: Mapping[str, str], column: str | None) -> str:
    # Empty cells and the order of columns are lost and gained when a spreadsheet saves a file again.
    return cells.get(column, "") if column else json.dumps(sorted((name, cell) for name, cell in cells.items() if cell))
