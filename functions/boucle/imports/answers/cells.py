"""What a cell says, as the API would be sent it. What it cannot read, the question's field refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from boucle.core.questionnaire.model import FreeText, Multiple, Number, Question, Ranking, Rating, Single, YesNo
from boucle.imports.answers.labels import split_labels
from boucle.imports.answers.mapping import AnswerColumns, ManyColumns, Meaning, OneColumn, YesColumn
from boucle.imports.answers.numerals import UncertainMark, read_number, spell_in_ascii
from boucle.imports.answers.spelling import fold, tidy

RawAnswer = Meaning | list[str]

FORMULA_OF_TEXT = re.compile(r'="((?:[^"]|"")*)"')
"""How a cell is written so that a spreadsheet leaves it alone."""
TIMED_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{1,2}:[0-9]{2}.*")
SPREADSHEET_ERRORS = frozenset(
    f"#{name}" for name in ("N/A", "NAME?", "REF!", "VALUE!", "DIV/0!", "NUM!", "NULL!", "NOM?", "VALEUR!", "NOMBRE!")
)
"""What a spreadsheet shows where an answer was: the answer is lost."""


class BadCells(Exception):
    """The cells of a question contradict the mapping; holds the code of the reason."""

    def __init__(self, code: str, columns: Sequence[str]) -> None:
        super().__init__(code)
        self.code = code
        self.columns = tuple(columns)
        """Where they stand."""


class UncertainDay(Exception):
    """The ways in which days are written read different days in a cell."""


def read_answers(question: Question, place: AnswerColumns, cells: Mapping[str, str]) -> dict[str, RawAnswer]:
    """What a row's cells answer, by question: none, this one, and the text of its "other" choice. Raises BadCells."""
    plain = {column: _read_formula(cells[column]) for column in place.columns}
    if lost := [column for column in place.columns if plain[column] in SPREADSHEET_ERRORS - _list_known_cells(place)]:
        raise BadCells("spreadsheet_error", lost)
    if isinstance(place, OneColumn):
        return _read_one_column(question, place, plain)
    if isinstance(question, Ranking):
        return {question.id: _read_ranked(place, plain)}
    return _read_ticked(question, place, plain)


def read_label(place: str | OneColumn, cells: Mapping[str, str]) -> Meaning:
    """What a row says of itself: its language, its mode."""
    if isinstance(place, str):
        return place
    [column] = place.columns
    cell = _read_formula(cells[column])
    return place.labels.get(fold(cell), cell)


def read_yes(place: YesColumn, cells: Mapping[str, str]) -> bool:
    """Whether a row says yes; an empty cell does not. Raises BadCells."""
    cell = fold(_read_formula(cells[place.column]))
    if cell not in place.ticked | place.unticked | {""}:
        raise BadCells("neither_ticked_nor_not", [place.column])
    return cell in place.ticked


def _read_formula(cell: str) -> str:
    text = FORMULA_OF_TEXT.fullmatch(cell)
    return text[1].replace('""', '"').strip() if text else cell


def _list_known_cells(place: AnswerColumns) -> frozenset[str]:
    return frozenset(place.labels) if isinstance(place, OneColumn) else place.ticked | place.unticked


def _read_one_column(question: Question, place: OneColumn, cells: Mapping[str, str]) -> dict[str, RawAnswer]:
    filled = [column for column in place.columns if cells[column]]
    if len({cells[column] for column in filled}) > 1:
        raise BadCells("several_filled", filled)
    cell = cells[filled[0]] if filled else ""
    if isinstance(question, Multiple | Ranking):
        return _read_several(question, place, cell)
    try:
        answer = _read_one(question, place, cell)
    except UncertainMark:
        raise BadCells("uncertain_mark", filled) from None
    except UncertainDay:
        raise BadCells("uncertain_day", filled) from None
    if place.other and isinstance(question, Single) and answer and answer not in question.values:
        return {question.id: _find_other(question), f"{question.id}.other": cell}
    return {question.id: answer}


def _read_one(question: Question, place: OneColumn, cell: str) -> Meaning:
    if (label := fold(cell)) in place.labels:
        return place.labels[label]
    if cell == "" or isinstance(question, FreeText):
        return cell or None
    if isinstance(question, Rating | Number):
        number = read_number(cell, place.decimal, place.unit)
        return cell if number is None else number
    if isinstance(question, Single | YesNo):
        return _match_value(question, label)
    return _read_day(cell, place.days)


def _match_value(question: Single | YesNo, label: str) -> str:
    return next((str(value) for value in question.values if fold(str(value)) == label), label)


def _read_several(question: Multiple | Ranking, place: OneColumn, cell: str) -> dict[str, RawAnswer]:
    known = {**{fold(value): value for value in question.values}, **place.labels}
    named, unknown = split_labels(cell, place.separator, known)
    meant = [str(known[label]) for label in named if known[label] not in (None, "")]
    if len(unknown) == 1 and place.other and isinstance(question, Multiple):
        chosen = list(dict.fromkeys([*meant, _find_other(question)]))
        return {question.id: chosen, f"{question.id}.other": unknown[0]}
    return {question.id: [*meant, *unknown]}


def _find_other(question: Single | Multiple) -> str:
    return next(choice.value for choice in question.choices if choice.other)


def _read_day(cell: str, forms: Sequence[str]) -> str:
    """The day as year-month-day, the cell itself where it is none. Raises UncertainDay."""
    written = spell_in_ascii(tidy(cell))
    if not forms:
        timed = TIMED_DAY.fullmatch(written)
        return timed[1] if timed else written
    days = {day.isoformat() for form in forms if (day := _parse_day(written, form))}
    if len(days) > 1:
        raise UncertainDay
    return days.pop() if days else cell


def _parse_day(written: str, form: str) -> date | None:
    try:
        return datetime.strptime(written, form).date()  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        return None


def _read_ticked(question: Question, place: ManyColumns, cells: Mapping[str, str]) -> dict[str, RawAnswer]:
    found = {value: fold(cells[column]) for value, column in place.by_value.items()}
    other = _find_other(question) if place.other and isinstance(question, Single | Multiple) else None
    strange = [value for value, cell in found.items() if cell not in place.ticked | place.unticked | {""}]
    if wrong := [place.by_value[value] for value in strange if value != other]:
        raise BadCells("neither_ticked_nor_not", wrong)
    chosen = [value for value, cell in found.items() if cell in place.ticked or value in strange]
    texts: dict[str, RawAnswer] = {f"{question.id}.other": cells[place.by_value[value]] for value in strange}
    if isinstance(question, Multiple):
        return {question.id: chosen, **texts}
    if len(chosen) > 1:
        raise BadCells("several_ticked", [place.by_value[value] for value in chosen])
    return {question.id: _find_value(question, chosen[0]) if chosen else None, **texts}


def _find_value(question: Question, written: str) -> Meaning:
    """A rating's values are numbers; in a mapping, as every key, they are text."""
    values = question.values if isinstance(question, Rating) else ()
    return next((value for value in values if str(value) == written), written)


def _read_ranked(place: ManyColumns, cells: Mapping[str, str]) -> list[str]:
    filled = {value: cells[column] for value, column in place.by_value.items() if cells[column]}
    by_rank = {_read_rank(cell): value for value, cell in filled.items()}
    if set(by_rank) != set(range(1, len(filled) + 1)):
        raise BadCells("bad_ranks", [place.by_value[value] for value in filled])
    return [by_rank[rank] for rank in range(1, len(filled) + 1)]


def _read_rank(cell: str) -> int | float | None:
    try:
        return read_number(cell)
    except UncertainMark:
        return None
