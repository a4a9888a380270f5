"""What a cell says, as the API would be sent it. What it cannot read, the question's field refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from boucle.core.questionnaire.model import FreeText, Multiple, Number, Question, Ranking, Rating
from boucle.imports.answers.mapping import AnswerColumns, ManyColumns, Meaning, OneColumn
from boucle.imports.answers.table import tidy

NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
RawAnswer = Meaning | list[str]


class BadCells(Exception):
    """The cells of a question contradict the mapping; holds the code of the reason."""


def read_answer(question: Question, place: AnswerColumns, cells: Mapping[str, str]) -> RawAnswer:
    """The answer that a row's cells give to a question; None for none. Raises BadCells."""
    if isinstance(place, OneColumn):
        return _read_one_column(question, place, cells[place.column])
    return _read_ranked(place, cells) if isinstance(question, Ranking) else _read_ticked(place, cells)


def read_label(place: str | OneColumn, cells: Mapping[str, str]) -> Meaning:
    """What a row says of itself: its language, its mode."""
    return place if isinstance(place, str) else place.labels.get(tidy(cells[place.column]), cells[place.column])


def _read_one_column(question: Question, place: OneColumn, cell: str) -> RawAnswer:
    if isinstance(question, Multiple | Ranking):
        parts = cell.split(place.separator) if place.separator else [cell]
        meant = [place.labels.get(tidy(part), tidy(part)) for part in parts]
        return [str(meaning) for meaning in meant if meaning not in (None, "")]
    if (label := tidy(cell)) in place.labels:
        return place.labels[label]
    if cell == "" or isinstance(question, FreeText):
        return cell or None
    if isinstance(question, Rating | Number):
        return _parse_number(cell)
    return _parse_day(cell, place.day) if place.day else label


def _parse_number(cell: str) -> int | float | str:
    digits = "".join(cell.split())
    if not NUMBER.fullmatch(digits):
        return cell
    number = float(digits.replace(",", "."))
    # One number, however it is written: a spreadsheet makes 8.0 of 8.
    return int(number) if number.is_integer() else number


def _parse_day(cell: str, form: str) -> str:
    try:
        return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        return cell


def _read_ticked(place: ManyColumns, cells: Mapping[str, str]) -> list[str]:
    found = {value: tidy(cells[column]) for value, column in place.by_value.items()}
    if not set(found.values()) <= place.ticked | place.unticked | {""}:
        raise BadCells("neither_ticked_nor_not")
    return [value for value, cell in found.items() if cell in place.ticked]


def _read_ranked(place: ManyColumns, cells: Mapping[str, str]) -> list[str]:
    ranks = {value: _parse_number(cells[column]) for value, column in place.by_value.items() if cells[column]}
    by_rank = {rank: value for value, rank in ranks.items()}
    if set(by_rank) != set(range(1, len(ranks) + 1)):
        raise BadCells("bad_ranks")
    return [by_rank[rank] for rank in range(1, len(ranks) + 1)]
