"""Tables, their cells, and the plan that fixes them: which counts a series publishes, over their full domain.

A cell is counted whether anybody falls in it or not, and "not asked" and "no answer" are cells like the others:
what is missing from a table tells nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from boucle.core.questionnaire.model import Estimate, Questionnaire, ShareAtLeast
from boucle.core.questionnaire.values import Value

MODE = "_mode"
"""The question that nobody is asked: how the questionnaire was answered."""

PAPER = "paper"
MODES = ("self", "assisted", PAPER)
"""How a questionnaire is answered; interviews have guides of their own."""

INTERVIEW = "interview"
"""How the notes of an interview are written, and nothing else."""


def modes_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The ways in which this questionnaire can be answered."""
    return (INTERVIEW,) if questionnaire.is_guide else MODES


class Special(Enum):
    """What can become of a question besides one of its values."""

    NOT_ASKED = "not asked"
    NO_ANSWER = "no answer"
    ANSWERED = "answered"
    """Of a multiple choice: some options, which are counted in a table of their own."""
    NOT_RANKED = "not ranked"
    """Of one item: the ranking was answered and leaves it out."""


Outcome = Value | Special
Cell = tuple[Outcome, ...]
"""One outcome for each question of the table."""


class Counting(Enum):
    """What a table counts."""

    PEOPLE = "people"
    """Everybody is in exactly one cell."""
    OPTIONS = "options"
    """A person is in as many cells as options were chosen, perhaps none."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One question, or two crossed ones, or one item of a ranking."""

    questions: tuple[str, ...]
    cells: tuple[Cell, ...]
    counting: Counting = Counting.PEOPLE
    item: str | None = None

    @property
    def key(self) -> tuple[tuple[str, ...], Counting, str | None]:
        return self.questions, self.counting, self.item

    @property
    def name(self) -> str:
        """How messages call it: `accompagne x freins (options)`."""
        details = [detail for detail in (self.item, "options" if self.counting is Counting.OPTIONS else None) if detail]
        return " x ".join(self.questions) + (f" ({', '.join(details)})" if details else "")

    @cached_property
    def index(self) -> Mapping[Cell, int]:
        return {cell: position for position, cell in enumerate(self.cells)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuestion:
    """What the plan says of a question."""

    id: str
    type: str
    values: tuple[Value, ...] = ()
    scores: tuple[float | None, ...] = ()
    """For numbers and ratings, what each value weighs in a mean; None for "I don't know"."""
    estimates: tuple[Estimate, ...] = ()
    sensitivity: int
    """D: by how much all tables together change (L1) when one person's answer changes, routing included."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The tables of a series, fixed before its first seal."""

    versions: tuple[str, ...]
    questions: tuple[PlannedQuestion, ...]
    tables: tuple[Table, ...]
    texts_each: int | None = None
    """Where texts are counted instead of people: how many of one person at most."""

    @cached_property
    def by_key(self) -> Mapping[object, Table]:
        return {table.key: table for table in self.tables}

    @property
    def sensitivity(self) -> int:
        """D of a whole response."""
        return sum(question.sensitivity for question in self.questions)

    def tables_of(self, question: str) -> tuple[Table, ...]:
        """The tables that count this question, alone or crossed."""
        return tuple(table for table in self.tables if question in table.questions)


SPECIAL_CODES: Mapping[Special, Any] = {
    Special.NOT_ASKED: False,
    Special.NO_ANSWER: None,
    Special.ANSWERED: True,
    Special.NOT_RANKED: [],
}


def build_plan_document(plan: Plan) -> Mapping[str, Any]:
    """The plan as the ledger keeps it; `read_plan` takes it back."""
    return {
        "versions": list(plan.versions),
        "questions": [_build_question_document(question) for question in plan.questions],
        "tables": [_build_table_document(table) for table in plan.tables],
        **({} if plan.texts_each is None else {"texts_each": plan.texts_each}),
    }


def _build_question_document(question: PlannedQuestion) -> Mapping[str, Any]:
    return {
        "id": question.id,
        "type": question.type,
        "values": list(question.values),
        "scores": list(question.scores),
        "estimates": [
            {"share_at_least": estimate.threshold} if isinstance(estimate, ShareAtLeast) else estimate
            for estimate in question.estimates
        ],
        "sensitivity": question.sensitivity,
    }


def _build_table_document(table: Table) -> Mapping[str, Any]:
    return {
        "of": list(table.questions),
        "item": table.item,
        "counting": table.counting.value,
        "cells": [
            [SPECIAL_CODES[outcome] if isinstance(outcome, Special) else outcome for outcome in cell]
            for cell in table.cells
        ],
    }


def read_plan(source: Mapping[str, Any]) -> Plan:
    """The plan that a ledger entry keeps."""
    return Plan(
        versions=tuple(source["versions"]),
        questions=tuple(_read_question(question) for question in source["questions"]),
        tables=tuple(_read_table(table) for table in source["tables"]),
        texts_each=source.get("texts_each"),
    )


def _read_question(source: Mapping[str, Any]) -> PlannedQuestion:
    return PlannedQuestion(
        id=source["id"],
        type=source["type"],
        values=tuple(source["values"]),
        scores=tuple(source["scores"]),
        estimates=tuple(
            estimate if isinstance(estimate, str) else ShareAtLeast(threshold=estimate["share_at_least"])
            for estimate in source["estimates"]
        ),
        sensitivity=source["sensitivity"],
    )


def _read_table(source: Mapping[str, Any]) -> Table:
    return Table(
        questions=tuple(source["of"]),
        item=source["item"],
        counting=Counting(source["counting"]),
        cells=tuple(tuple(_read_outcome(code) for code in cell) for cell in source["cells"]),
    )


def _read_outcome(code: Any) -> Outcome:
    """Raises ValueError for a code that stands for nothing."""
    # By type, since in Python 0 == False and 1 == True, and both are ratings.
    if code is None or isinstance(code, bool | list):
        for special, known_code in SPECIAL_CODES.items():
            if type(known_code) is type(code) and known_code == code:
                return special
        raise ValueError(code)
    outcome: Outcome = code
    return outcome
