"""Rows into submissions, by the schema and the routing that read what respondents send; or the reasons why not."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from boucle.core.identity.receipts import Keyring, derive_key
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.strictjson import JsonObject
from boucle.imports.answers.cells import BadCells, read_answer, read_label
from boucle.imports.answers.mapping import AnswerMap
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
    "bad_characters": "characters that cannot be displayed",
    "neither_ticked_nor_not": 'a cell is in neither of "ticked" and "unticked"',
    "bad_ranks": "the ranks are not 1, 2, 3 and so on, each once",
    "cells": "the row has more or fewer cells than the header",
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

    def __str__(self) -> str:
        return f"row {self.row}, {self.about}: {self.reason}"


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


def read_rows(table: CsvTable, mapping: AnswerMap, version: Questionnaire, keyring: Keyring) -> ReadRows:
    """What the table's rows say, and all that is wrong with them."""
    reader = EnvelopeReader(mapping.study, version)
    good: list[ReadRow] = []
    refused: list[CellIssue] = []
    for row, id in zip(table.rows, _make_submission_ids(table, mapping, keyring), strict=True):
        read = _read_row(row, id, mapping, version, reader)
        if isinstance(read, Submission):
            good.append(ReadRow(row.number, read))
        else:
            refused += [make_cell_issue(row.number, problem) for problem in read]
    return ReadRows(tuple(good), tuple(refused))


def make_cell_issue(row: int, issue: AnswerIssue) -> CellIssue:
    """An issue, with its reason as whoever brings the file reads it."""
    return CellIssue(row, issue.question, REASONS[issue.code] % issue.limits)


def _read_row(
    row: CsvRow, id: str | AnswerIssue, mapping: AnswerMap, version: Questionnaire, reader: EnvelopeReader
) -> Submission | list[AnswerIssue]:
    if row.cells is None or isinstance(id, AnswerIssue):
        return [id if isinstance(id, AnswerIssue) else AnswerIssue("the row", "cells")]
    answers, contradictions = _read_answers(row.cells, mapping, version)
    language, mode = (read_label(column_or_value, row.cells) for column_or_value in (mapping.language, mapping.mode))
    envelope = reader.read({"id": id, "language": language, "mode": mode, "answers": answers})
    try:
        return build_submission(version, envelope, malformed=contradictions)
    except InvalidSubmission as invalid:
        return [*invalid.field_issues, *invalid.answer_issues]


def _read_answers(
    cells: Mapping[str, str], mapping: AnswerMap, version: Questionnaire
) -> tuple[JsonObject, list[AnswerIssue]]:
    answers: JsonObject = {}
    contradictions = []
    for question, place in mapping.answers.items():
        try:
            answer = read_answer(version.by_id[question], place, cells)
        except BadCells as bad:
            contradictions.append(AnswerIssue(question, str(bad)))
        else:
            if answer is not None:
                answers[question] = answer
    return answers, contradictions


def _make_submission_ids(table: CsvTable, mapping: AnswerMap, keyring: Keyring) -> Iterator[str | AnswerIssue]:
    """The submission id of each row: the same for the same row, and nobody else's guess."""
    purpose = f"past answers|{mapping.study}|{mapping.questionnaire}|{mapping.version}|{mapping.wave}"
    key = derive_key(keyring.master, purpose)
    seen: Counter[str] = Counter()
    for row in table.rows:
        name = _row_name(row.cells or {}, mapping.id)
        seen[name] += 1
        if mapping.id and row.cells and not row.cells[mapping.id]:
            yield AnswerIssue(mapping.id, "no_id")
        elif mapping.id and row.cells and seen[name] > 1:
            yield AnswerIssue(mapping.id, "same_id")
        else:
            # Two people may have said the same: the second of two equal rows is another one.
            digest = hmac.digest(key, f"{seen[name]}|{name}".encode(), "sha256")
            yield str(UUID(bytes=digest[:16], version=4))


def _row_name(cells: Mapping[str, str], id: str | None) -> str:
    # Empty cells and the order of columns are lost and gained when a spreadsheet saves a file again.
    return cells.get(id, "") if id else json.dumps(sorted((column, cell) for column, cell in cells.items() if cell))
