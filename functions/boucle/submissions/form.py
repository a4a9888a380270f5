"""Form fields turned into what the JSON API takes, so that both ways in are checked by the same schema.

A field is named by its question's id and repeated for several choices; a ranking has one field an item,
`question.item`, that holds its rank. Names that begin with `_` are reserved. A blank field is not answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from boucle.core.questionnaire.form_fields import CONSENT_GIVEN, CONSENT_PREFIX, RESERVED_PREFIX, Typed
from boucle.core.questionnaire.model import Date, Multiple, Number, Question, Questionnaire, Ranking, Rating
from boucle.core.questionnaire.validation import MAX_SHOWN_NAME, AnswerIssue
from boucle.core.strictjson import JsonObject

WHOLE = re.compile(r"-?[0-9]{1,15}")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
WRITTEN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
SPACES = re.compile(r"\s")


class _Misread(Exception):
    def __init__(self, code: str, **limits: int) -> None:
        super().__init__(code)
        self.code = code
        self.limits = limits


def group_fields(pairs: Sequence[tuple[str, str]]) -> Typed:
    """A form's fields by name, in the order sent. A browser writes line breaks as CRLF: they are LF again."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return fields


def decode_form(questionnaire: Questionnaire, typed: Typed) -> tuple[JsonObject, tuple[AnswerIssue, ...]]:
    """The members `answers` and `consent` of a body that says what the form does, and issues of what it cannot say.

    A field whose name is neither a question's nor reserved is an issue of its own.
    """
    fields = {question.id: _fields_of(question) for question in questionnaire.questions}
    answers: JsonObject = {}
    malformed = []
    for question in questionnaire.questions:
        sent = {name: values for name in fields[question.id] if (values := _drop_blanks(typed.get(name, ())))}
        try:
            if sent:
                answers[question.id] = _read_answer(question, sent)
        except _Misread as misread:
            malformed.append(AnswerIssue(question.id, misread.code, misread.limits))
    known = {name for names in fields.values() for name in names}
    strangers = [AnswerIssue(name[:MAX_SHOWN_NAME], "unknown_question") for name in typed if not _is_known(name, known)]
    body = {"answers": answers, "consent": list(_find_consents(questionnaire, typed))}
    return body, (*malformed, *strangers)


def _is_known(name: str, known: set[str]) -> bool:
    return name.startswith(RESERVED_PREFIX) or name in known


def _find_consents(questionnaire: Questionnaire, typed: Typed) -> Iterator[str]:
    for question in questionnaire.free_texts:
        if CONSENT_GIVEN in typed.get(CONSENT_PREFIX + question, ()):
            yield question


def _fields_of(question: Question) -> tuple[str, ...]:
    if isinstance(question, Ranking):
        return tuple(f"{question.id}.{value}" for value in question.values)
    return (question.id,)


def _drop_blanks(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value.strip())


def _read_answer(question: Question, sent: Typed) -> Any:
    match question:
        case Ranking():
            return _read_ranking(question, {name.removeprefix(f"{question.id}."): sent[name] for name in sent})
        case Multiple():
            return list(sent[question.id])
        case _:
            return READERS.get(type(question), str)(_require_one(sent[question.id]))


def _require_one(values: tuple[str, ...]) -> str:
    if len(values) > 1:
        raise _Misread("too_many_choices", maximum=1)
    return values[0]


def _read_rating(typed: str) -> int | str:
    # What is no number stays a string, which may be "I don't know" and otherwise is the schema's to refuse.
    return int(typed) if WHOLE.fullmatch(typed) else typed


def _read_number(typed: str) -> int | float:
    written = _normalise_digits(SPACES.sub("", typed)).replace(",", ".").replace("٫", ".")
    if not NUMBER.fullmatch(written):
        raise _Misread("wrong_type")
    number = Decimal(written)
    return int(number) if number == number.to_integral_value() else float(number)


def _read_day(typed: str) -> str:
    """A day as a browser sends it, or as people write it: 31/12/2026."""
    written = _normalise_digits(typed.strip())
    if found := WRITTEN_DAY.fullmatch(written):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return written


READERS: Mapping[type[Question], Callable[[str], Any]] = {Rating: _read_rating, Number: _read_number, Date: _read_day}


def _normalise_digits(typed: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(str(unicodedata.digit(character, character)) for character in typed)


def _read_ranking(question: Ranking, sent: Typed) -> list[str]:
    by_rank: dict[int, str] = {}
    for item, values in sent.items():
        rank = _read_rank(_require_one(values), question.top)
        if rank in by_rank:
            raise _Misread("duplicate_choice")
        by_rank[rank] = item
    if len(by_rank) < question.top:
        raise _Misread("too_few_choices", minimum=question.top)
    return [item for _, item in sorted(by_rank.items())]


def _read_rank(typed: str, maximum: int) -> int:
    digits = _normalise_digits(typed.strip())
    if not WHOLE.fullmatch(digits):
        raise _Misread("wrong_type")
    if not 1 <= int(digits) <= maximum:
        raise _Misread("out_of_range", minimum=1, maximum=maximum)
    return int(digits)
