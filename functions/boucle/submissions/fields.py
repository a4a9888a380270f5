"""The readers of answers as fields of a marshmallow schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from marshmallow import ValidationError
from marshmallow.fields import Field

from boucle.core.questionnaire.model import Question
from boucle.core.questionnaire.values import Answer
from boucle.core.strictjson import JsonObject
from boucle.submissions.readers import InvalidValue, ValueIssue, reader_for


def refuse(code: str, **limits: int | float | str) -> NoReturn:
    """Refuse a field. Always raises ValidationError."""
    raise ValidationError([ValueIssue(code, limits)])


class QuestionField(Field[Answer | None]):
    """Reads the answer to one question, which stands under `name` in what is loaded; None when nothing was answered."""

    default_error_messages = {"null": "wrong_type"}  # noqa: RUF012  # marshmallow's own idiom

    def __init__(self, question: Question, name: str) -> None:
        super().__init__(data_key=question.id, attribute=name)
        self.reader = reader_for(question)

    def json_schema(self) -> JsonObject:
        return self.reader.json_schema()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Answer | None:
        try:
            return self.reader.read(value)
        except InvalidValue as invalid:
            raise ValidationError([invalid.issue]) from None
