"""A mapping against the questionnaire that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches

from boucle.core.questionnaire.model import (
    Date,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Single,
    YesNo,
)
from boucle.imports.answers.mapping import AnswerColumns, AnswerMap, BadMapping, ManyColumns, OneColumn

SAMPLE_DAYS = (date(2023, 11, 28), date(2012, 2, 3))
"""Days that a way of writing days must bring back."""


def check_mapping(mapping: AnswerMap, version: Questionnaire) -> None:
    """Raises BadMapping when it speaks of what the questionnaire does not have."""
    flaws = [flaw for id, place in mapping.answers.items() for flaw in _find_issues(version, id, place)]
    texts = {f"{id}.other" for id, place in mapping.answers.items() if place.other}
    flaws += [
        f'{id}: it has a column, and {id.removesuffix(".other")} says "other"' for id in texts & set(mapping.answers)
    ]
    if mapping.consent and not version.free_texts:
        flaws.append('"consent" is for free texts, and there is none; to leave out rows, write "keep"')
    if flaws:
        raise BadMapping("\n".join([f"the mapping does not fit {version.id} {version.version}:", *flaws]))


def _find_issues(version: Questionnaire, id: str, place: AnswerColumns) -> Iterator[str]:
    question = version.by_id.get(id)
    if question is None:
        close = get_close_matches(id, version.by_id, n=1)
        known = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(version.by_id)}"
        yield f"{id}: there is no such question; {known}"
        return
    if place.other and not _has_other(question):
        yield f'{id}: "other" is for questions with a choice that asks for a text; remove it'
    if isinstance(place, ManyColumns):
        yield from _find_issues_of_many(question, place)
    else:
        yield from _find_issues_of_one(question, place)


def _has_other(question: Question) -> bool:
    return isinstance(question, Single | Multiple) and any(choice.other for choice in question.choices)


def _find_issues_of_many(question: Question, place: ManyColumns) -> Iterator[str]:
    if not isinstance(question, Single | YesNo | Rating | Multiple | Ranking):
        yield f'{question.id}: "columns" by value is for questions with choices; name one "column"'
        return
    yield from _find_unknown_values(question, place.by_value)
    if not isinstance(question, Ranking) and not place.ticked:
        yield f'{question.id}: say in "ticked" what a cell holds when the choice is made'
    if isinstance(question, Ranking) and (place.ticked or place.unticked):
        yield f'{question.id}: cells of a ranking are ranks; remove "ticked" and "unticked"'


def _find_issues_of_one(question: Question, place: OneColumn) -> Iterator[str]:
    if place.separator and not isinstance(question, Multiple | Ranking):
        yield f'{question.id}: "separator" is for questions with several choices; remove it'
    if place.days and not isinstance(question, Date):
        yield f'{question.id}: "day" is for dates; remove it'
    elif not all(map(_tells_a_day, place.days)):
        yield f'{question.id}: "day" must tell the day, the month and the year, as %d/%m/%Y'
    if place.unit and not isinstance(question, Number | Rating):
        yield f'{question.id}: "unit" is for numbers; remove it'
    if isinstance(question, Single | YesNo | Multiple | Ranking):
        yield from _find_unknown_values(
            question, [str(meaning) for meaning in place.labels.values() if meaning is not None]
        )


def _tells_a_day(form: str) -> bool:
    try:
        return all(datetime.strptime(day.strftime(form), form).date() == day for day in SAMPLE_DAYS)  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        return False


def _find_unknown_values(question: Single | YesNo | Rating | Multiple | Ranking, named: Iterable[str]) -> Iterator[str]:
    known = [str(value) for value in question.values]
    for value in sorted(set(named) - set(known)):
        yield f'{question.id}: "{value}" is not one of its values: {", ".join(known)}'
