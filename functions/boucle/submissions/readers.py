"""One reader per type of question: strict, bounded, with stable codes and never the answer in an error.

They know no marshmallow, whose import is a good part of a cold start: a sound submission needs nothing else.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NoReturn, TypeVar

from boucle.core.questionnaire.model import Date, FreeText, Multiple, Number, Question, Ranking, Rating, Single, YesNo
from boucle.core.questionnaire.values import DONT_KNOW, Answer, Value
from boucle.core.strictjson import JsonObject

Limits = Mapping[str, int | float | str]
AnsweredQuestion = TypeVar("AnsweredQuestion", bound=Question)

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ValueIssue:
    """What is wrong with one answer: a stable code, and the limits that its message needs."""

    code: str
    limits: Limits = field(default_factory=dict)


class InvalidValue(Exception):
    """An answer is refused; holds the issue."""

    def __init__(self, issue: ValueIssue) -> None:
        super().__init__(issue.code)
        self.issue = issue


def refuse(code: str, **limits: int | float | str) -> NoReturn:
    """Refuse an answer. Always raises InvalidValue."""
    raise InvalidValue(ValueIssue(code, limits))


class AnswerReader(ABC, Generic[AnsweredQuestion]):
    """Reads the answer to one question; None when nothing was answered."""

    def __init__(self, question: AnsweredQuestion) -> None:
        self.question = question

    @abstractmethod
    def read(self, sent: Any) -> Answer | None:
        """The answer in what was sent. Raises InvalidValue."""

    @abstractmethod
    def json_schema(self) -> JsonObject:
        """What may be sent, as JSON Schema."""


class ChoiceReader(AnswerReader[Single | YesNo]):
    def read(self, sent: Any) -> Value | None:
        chosen = _require_string(sent)
        if not chosen:
            return None
        return chosen if chosen in self.question.values else refuse("not_a_choice")

    def json_schema(self) -> JsonObject:
        return {"type": "string", "enum": list(self.question.values)}


class RatingReader(AnswerReader[Rating]):
    def read(self, sent: Any) -> Value | None:
        question = self.question
        if sent == "" or (question.dont_know and sent == DONT_KNOW):
            return sent or None
        if type(sent) is not int:
            refuse("wrong_type")
        _check_range(sent, question.minimum, question.maximum)
        return sent

    def json_schema(self) -> JsonObject:
        scale = {"type": "integer", "minimum": self.question.minimum, "maximum": self.question.maximum}
        return {"anyOf": [scale, {"type": "string", "enum": [DONT_KNOW]}]} if self.question.dont_know else scale


class NumberReader(AnswerReader[Number]):
    def read(self, sent: Any) -> Value | None:
        if sent == "":
            return None
        if type(sent) not in (int, float):
            refuse("wrong_type")
        _check_range(sent, self.question.minimum, self.question.maximum)
        if _count_decimals(sent) > self.question.decimals:
            refuse("too_many_decimals", maximum=self.question.decimals)
        # One number, one way to store it: 3 and 3.0 must not be two different bodies.
        return int(sent) if sent == int(sent) else sent

    def json_schema(self) -> JsonObject:
        kind = "number" if self.question.decimals else "integer"
        return {"type": kind, "minimum": self.question.minimum, "maximum": self.question.maximum}


class DateReader(AnswerReader[Date]):
    def read(self, sent: Any) -> Value | None:
        day = _require_string(sent)
        if not day:
            return None
        if not _is_day(day):
            refuse("bad_date")
        _check_range(day, self.question.minimum, self.question.maximum)
        return day

    def json_schema(self) -> JsonObject:
        return {"type": "string", "format": "date"}


class MultipleReader(AnswerReader[Multiple]):
    def read(self, sent: Any) -> tuple[str, ...] | None:
        chosen = _read_choices(sent, self.question.values)
        question = self.question
        if chosen and len(chosen) < question.min_choices:
            refuse("too_few_choices", minimum=question.min_choices)
        if len(chosen) > question.max_choices:
            refuse("too_many_choices", maximum=question.max_choices)
        if len(chosen) > 1 and any(choice.exclusive and choice.value in chosen for choice in question.choices):
            refuse("exclusive_choice")
        # In the declared order: the order of ticking says something about a person that nobody question.
        return tuple(value for value in question.values if value in chosen) or None

    def json_schema(self) -> JsonObject:
        return _build_list_schema(self.question.values, 0, self.question.max_choices)


class RankingReader(AnswerReader[Ranking]):
    def read(self, sent: Any) -> tuple[str, ...] | None:
        ranked = _read_choices(sent, self.question.values)
        if ranked and len(ranked) < self.question.top:
            refuse("too_few_choices", minimum=self.question.top)
        if len(ranked) > self.question.top:
            refuse("too_many_choices", maximum=self.question.top)
        return ranked or None

    def json_schema(self) -> JsonObject:
        return _build_list_schema(self.question.values, 0, self.question.top)


class TextReader(AnswerReader[FreeText]):
    def read(self, sent: Any) -> str | None:
        text = _require_string(sent)
        if not text.strip():
            return None
        if CONTROLS.search(text):
            refuse("bad_characters")
        if len(text) > self.question.max_length:
            refuse("too_long", maximum=self.question.max_length)
        if len(text) < self.question.min_length:
            refuse("too_short", minimum=self.question.min_length)
        return text

    def json_schema(self) -> JsonObject:
        return {"type": "string", "maxLength": self.question.max_length}


READERS: Mapping[type[Question], Callable[[Any], AnswerReader[Any]]] = {
    Single: ChoiceReader,
    YesNo: ChoiceReader,
    Rating: RatingReader,
    Number: NumberReader,
    Date: DateReader,
    Multiple: MultipleReader,
    Ranking: RankingReader,
    FreeText: TextReader,
}


def reader_for(question: Question) -> AnswerReader[Any]:
    """What reads this question's answer."""
    return READERS[type(question)](question)


def _require_string(sent: Any) -> str:
    return sent if isinstance(sent, str) else refuse("wrong_type")


def _read_choices(sent: Any, values: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(sent, list) or not all(isinstance(choice, str) for choice in sent):
        refuse("wrong_type")
    if not set(sent) <= set(values):
        refuse("not_a_choice")
    if len(set(sent)) < len(sent):
        refuse("duplicate_choice")
    return tuple(sent)


def _check_range(sent: Any, minimum: float | str, maximum: float | str) -> None:
    if not minimum <= sent <= maximum:
        refuse("out_of_range", minimum=minimum, maximum=maximum)


def _count_decimals(number: int | float) -> int:
    # Through its shortest writing: 0.1 has one decimal, whatever the binary fraction behind it.
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _is_day(day: str) -> bool:
    try:
        return bool(ISO_DAY.fullmatch(day) and date.fromisoformat(day))
    except ValueError:
        return False


def _build_list_schema(values: Sequence[str], minimum: int, maximum: int) -> JsonObject:
    items = {"type": "string", "enum": list(values)}
    return {"type": "array", "items": items, "uniqueItems": True, "minItems": minimum, "maxItems": maximum}
