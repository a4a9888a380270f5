"""The mapping: which column answers which question, and what its labels mean; parsed once, and checked whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.model import Date, Multiple, Question, Questionnaire, Ranking, Single, YesNo
from boucle.imports.answers.table import tidy

Meaning = str | int | float | None
Labels = Mapping[str, Meaning]


class BadMapping(BoucleError):
    """The mapping does not fit the study; the message holds every reason."""


@dataclass(frozen=True, slots=True)
class OneColumn:
    """A question whose answer stands in one column."""

    column: str
    labels: Labels
    separator: str | None
    day: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, slots=True)
class ManyColumns:
    """A question with a column for each choice."""

    by_value: Mapping[str, str]
    ticked: frozenset[str]
    unticked: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.by_value.values())


AnswerColumns = OneColumn | ManyColumns


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMap:
    """A whole mapping."""

    study: str
    questionnaire: str
    version: str
    wave: str
    language: str | OneColumn
    mode: str | OneColumn
    id: str | None
    answers: Mapping[str, AnswerColumns]

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it names."""
        own = [place for place in (self.language, self.mode) if isinstance(place, OneColumn)]
        named = {column for place in (*own, *self.answers.values()) for column in place.columns}
        return frozenset(named | ({self.id} if self.id else set()))


def parse_mapping(source: Mapping[str, Any]) -> AnswerMap:
    """A mapping from JSON that its schema takes. Raises BadMapping for what the schema cannot see."""
    return AnswerMap(
        study=source["study"],
        questionnaire=source["questionnaire"],
        version=source["version"],
        wave=source["wave"],
        language=_parse_value_or_column(source["language"]),
        mode=_parse_value_or_column(source["mode"]),
        id=tidy(source["id"]) if "id" in source else None,
        answers={question: _parse_columns(answer_columns) for question, answer_columns in source["answers"].items()},
    )


def check_mapping(mapping: AnswerMap, version: Questionnaire) -> None:
    """Raises BadMapping when it speaks of what the questionnaire does not have."""
    reasons = [reason for id, place in mapping.answers.items() for reason in _find_issues(version, id, place)]
    if reasons:
        raise BadMapping("\n".join([f"the mapping does not fit {version.id} {version.version}:", *reasons]))


def _parse_value_or_column(source: str | Mapping[str, Any]) -> str | OneColumn:
    return source if isinstance(source, str) else _parse_one_column(source)


def _parse_columns(source: Mapping[str, Any]) -> AnswerColumns:
    if "columns" not in source:
        return _parse_one_column(source)
    if "column" in source:
        raise BadMapping('a question has either "column" or "columns": remove one of them')
    by_value = {value: tidy(column) for value, column in source["columns"].items()}
    return ManyColumns(by_value, _parse_cell_values(source, "ticked"), _parse_cell_values(source, "unticked"))


def _parse_one_column(source: Mapping[str, Any]) -> OneColumn:
    labels = {tidy(label): meaning for label, meaning in source.get("labels", {}).items()}
    return OneColumn(tidy(source["column"]), labels, source.get("separator"), source.get("day"))


def _parse_cell_values(source: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(tidy(cell) for cell in source.get(key, ()))


def _find_issues(version: Questionnaire, id: str, place: AnswerColumns) -> Iterator[str]:
    question = version.by_id.get(id)
    if question is None:
        close = get_close_matches(id, version.by_id, n=1)
        known = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(version.by_id)}"
        yield f"{id}: there is no such question; {known}"
    elif isinstance(place, ManyColumns):
        yield from _find_issues_of_many(question, place)
    else:
        yield from _find_issues_of_one(question, place)


def _find_issues_of_many(question: Question, place: ManyColumns) -> Iterator[str]:
    if not isinstance(question, Multiple | Ranking):
        yield f'{question.id}: "columns" is for questions with several choices; name one "column"'
        return
    yield from _find_unknown_values(question, place.by_value)
    if isinstance(question, Multiple) and not place.ticked:
        yield f'{question.id}: say in "ticked" what a cell holds when the choice is made'


def _find_issues_of_one(question: Question, place: OneColumn) -> Iterator[str]:
    if place.separator and not isinstance(question, Multiple | Ranking):
        yield f'{question.id}: "separator" is for questions with several choices; remove it'
    if place.day and not isinstance(question, Date):
        yield f'{question.id}: "day" is for dates; remove it'
    if isinstance(question, Single | YesNo | Multiple | Ranking):
        yield from _find_unknown_values(
            question, {str(meaning): "" for meaning in place.labels.values() if meaning is not None}
        )


def _find_unknown_values(question: Single | YesNo | Multiple | Ranking, named: Mapping[str, str]) -> Iterator[str]:
    for value in named.keys() - set(question.values):
        yield f'{question.id}: "{value}" is not one of its values: {", ".join(map(str, question.values))}'
