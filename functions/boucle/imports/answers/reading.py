"""Rows into submissions, by the schema and the routing that read what respondents send; or the reasons why not."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from boucle.core.identity.receipts import Keyring, derived_key
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import Problem, settle
from boucle.imports.answers.cells import BadCells, said, sent_answer
from boucle.imports.answers.mapping import AnswerMap
from boucle.imports.answers.table import Row, Table
from boucle.submissions.envelope import EnvelopeReader
from boucle.submissions.submission import Submission

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
class RefusedCell:
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
class Rows:
    """Every row of a table, read."""

    good: tuple[ReadRow, ...]
    refused: tuple[RefusedCell, ...]


def read_rows(table: Table, mapping: AnswerMap, asked: Questionnaire, keyring: Keyring) -> Rows:
    """What the table's rows say, and all that is wrong with them."""
    reader = EnvelopeReader(mapping.study, asked)
    good: list[ReadRow] = []
    refused: list[RefusedCell] = []
    for row, id in zip(table.rows, _ids(table, mapping, keyring), strict=True):
        read = _read(row, id, mapping, asked, reader)
        if isinstance(read, Submission):
            good.append(ReadRow(row.number, read))
        else:
            refused += [refusal(row.number, problem) for problem in read]
    return Rows(tuple(good), tuple(refused))


def refusal(row: int, problem: Problem) -> RefusedCell:
    """A problem, in words for whoever brings the file."""
    return RefusedCell(row, problem.question, REASONS[problem.code] % problem.limits)


def _read(
    row: Row, id: str | Problem, mapping: AnswerMap, asked: Questionnaire, reader: EnvelopeReader
) -> Submission | list[Problem]:
    if row.cells is None or isinstance(id, Problem):
        return [id if isinstance(id, Problem) else Problem("the row", "cells")]
    answers, contradictions = _answers(row.cells, mapping, asked)
    language, mode = (said(each, row.cells) for each in (mapping.language, mapping.mode))
    envelope = reader.read({"id": id, "language": language, "mode": mode, "answers": answers})
    taken, problems = settle(asked, envelope.answers, (*envelope.malformed, *contradictions))
    if envelope.id is None or envelope.language is None or envelope.mode is None or envelope.misfits or problems:
        return [*envelope.misfits, *problems]
    return Submission(id=envelope.id, language=envelope.language, mode=envelope.mode, taken=taken, consents=frozenset())


def _answers(
    cells: Mapping[str, str], mapping: AnswerMap, asked: Questionnaire
) -> tuple[dict[str, Any], list[Problem]]:
    answers: dict[str, Any] = {}
    contradictions = []
    for question, place in mapping.answers.items():
        try:
            answer = sent_answer(asked.by_id[question], place, cells)
        except BadCells as bad:
            contradictions.append(Problem(question, str(bad)))
        else:
            if answer is not None:
                answers[question] = answer
    return answers, contradictions


def _ids(table: Table, mapping: AnswerMap, keyring: Keyring) -> Iterator[str | Problem]:
    """The submission id of each row: the same for the same row, and nobody else's guess."""
    purpose = f"past answers|{mapping.study}|{mapping.questionnaire}|{mapping.version}|{mapping.wave}"
    key = derived_key(keyring.master, purpose)
    seen: Counter[str] = Counter()
    for row in table.rows:
        name = _name(row.cells or {}, mapping.id)
        seen[name] += 1
        if mapping.id and row.cells and not row.cells[mapping.id]:
            yield Problem(mapping.id, "no_id")
        elif mapping.id and row.cells and seen[name] > 1:
            yield Problem(mapping.id, "same_id")
        else:
            # Two people may have said the same: the second of two equal rows is another one.
            digest = hmac.digest(key, f"{seen[name]}|{name}".encode(), "sha256")
            yield str(UUID(bytes=digest[:16], version=4))


def _name(cells: Mapping[str, str], id: str | None) -> str:
    # Empty cells and the order of columns are lost and gained when a spreadsheet saves a file again.
    return cells.get(id, "") if id else json.dumps(sorted((column, cell) for column, cell in cells.items() if cell))
