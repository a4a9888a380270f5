"""The mapping: which column answers which question, and what its labels mean; parsed once, and checked whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from boucle.core.errors import BoucleError
from boucle.imports.answers.spelling import fold, tidy
from boucle.imports.answers.table import TableLayout

Meaning = str | int | float | None
Labels = Mapping[str, Meaning]

BY_VALUE_KEYS = frozenset({"columns", "ticked", "unticked", "other"})
BY_CELL_KEYS = frozenset({"column", "columns", "labels", "separator", "day", "decimal", "unit", "other"})


class BadMapping(BoucleError):
    """The mapping does not fit the study; the message holds every reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneColumn:
    """A question whose answer stands in one column, or in whichever of several is filled in."""

    columns: tuple[str, ...]
    labels: Labels
    separator: str | None = None
    days: tuple[str, ...] = ()
    """The ways in which days are written; none: year-month-day."""
    decimal: str | None = None
    unit: str | None = None
    other: bool = False
    """Whether a cell that is no label is the text of the choice that has one."""


@dataclass(frozen=True, slots=True)
class ManyColumns:
    """A question with a column for each choice."""

    by_value: Mapping[str, str]
    ticked: frozenset[str]
    unticked: frozenset[str]
    other: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.by_value.values())


@dataclass(frozen=True, slots=True)
class YesColumn:
    """A column that says yes or no of a row."""

    column: str
    ticked: frozenset[str]
    unticked: frozenset[str]


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
    keep: YesColumn | None
    """Which rows are brought; None: all."""
    consent: YesColumn | None
    """Whose texts may be quoted; None: nobody's."""
    drops_off_path: bool
    """Whether an answer that the answers before it do not lead to is left out; else its row is refused."""
    layout: TableLayout
    answers: Mapping[str, AnswerColumns]

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it names."""
        said = [place for place in (self.language, self.mode) if isinstance(place, OneColumn)]
        named = {column for place in (*said, *self.answers.values()) for column in place.columns}
        flags = {place.column for place in (self.keep, self.consent) if place}
        return frozenset(named | flags | ({self.id} if self.id else set()))


def parse_mapping(source: Mapping[str, Any]) -> AnswerMap:
    """A mapping from JSON that its schema takes. Raises BadMapping with every contradiction in it."""
    flaws = [f"{id}: {flaw}" for id, place in source["answers"].items() for flaw in _find_contradictions(place)]
    if flaws:
        raise BadMapping("\n".join(["the mapping contradicts itself:", *flaws]))
    decimal = source.get("decimal")
    return AnswerMap(
        study=source["study"],
        questionnaire=source["questionnaire"],
        version=source["version"],
        wave=source["wave"],
        language=_parse_value_or_column(source["language"]),
        mode=_parse_value_or_column(source["mode"]),
        id=tidy(source["id"]) if "id" in source else None,
        keep=_parse_yes_column(source.get("keep")),
        consent=_parse_yes_column(source.get("consent")),
        drops_off_path=source.get("off_path") == "drop",
        layout=TableLayout(source.get("encoding"), source.get("header_rows", 1)),
        answers={question: _parse_columns(place, decimal) for question, place in source["answers"].items()},
    )


def _find_contradictions(source: Mapping[str, Any]) -> Iterator[str]:
    if "columns" in source and "column" in source:
        yield 'a question has either "column" or "columns": remove one of them'
        return
    by_value = isinstance(source.get("columns"), dict)
    known = BY_VALUE_KEYS if by_value else BY_CELL_KEYS
    shape = "a column for each value" if by_value else "answers in one column"
    for key in sorted(source.keys() - known):
        yield f'"{key}" does nothing for {shape}; remove it'
    if by_value:
        columns = [tidy(column) for column in source["columns"].values()]
        yield from (f'two values have the column "{name}"' for name in sorted(set(columns)) if columns.count(name) > 1)
        both = _parse_cell_values(source, "ticked") & _parse_cell_values(source, "unticked")
        yield from (f'"{cell}" is both ticked and unticked' for cell in sorted(both))
    yield from _find_twice_labelled(source.get("labels", {}))


def _find_twice_labelled(labels: Mapping[str, Meaning]) -> Iterator[str]:
    seen: dict[str, Meaning] = {}
    for label, meaning in labels.items():
        if seen.setdefault(fold(label), meaning) != meaning:
            yield f'"{label}" stands twice in "labels", with two meanings'


def _parse_value_or_column(source: str | Mapping[str, Any]) -> str | OneColumn:
    return source if isinstance(source, str) else _parse_one_column(source, None)


def _parse_columns(source: Mapping[str, Any], decimal: str | None) -> AnswerColumns:
    if not isinstance(source.get("columns"), dict):
        return _parse_one_column(source, decimal)
    by_value = {value: tidy(column) for value, column in source["columns"].items()}
    ticked, unticked = _parse_cell_values(source, "ticked"), _parse_cell_values(source, "unticked")
    return ManyColumns(by_value, ticked, unticked, source.get("other", False))


def _parse_one_column(source: Mapping[str, Any], decimal: str | None) -> OneColumn:
    day = source.get("day", [])
    return OneColumn(
        columns=tuple(tidy(column) for column in source.get("columns", [source.get("column")])),
        labels={fold(label): meaning for label, meaning in source.get("labels", {}).items()},
        separator=source.get("separator"),
        days=(day,) if isinstance(day, str) else tuple(day),
        decimal=source.get("decimal", decimal),
        unit=source.get("unit"),
        other=source.get("other", False),
    )


def _parse_yes_column(source: Mapping[str, Any] | None) -> YesColumn | None:
    if source is None:
        return None
    column, ticked = tidy(source["column"]), _parse_cell_values(source, "ticked")
    return YesColumn(column, ticked, _parse_cell_values(source, "unticked"))


def _parse_cell_values(source: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(fold(cell) for cell in source.get(key, ()))
