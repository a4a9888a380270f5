"""What is posted to ask after a response, or to withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field

from boucle.core.answers import Problem
from boucle.intake.envelope import CODES, StrictSchema, envelope_problems
from boucle.intake.fields import refuse
from boucle.intake.readers import JsonSchema

MAX_LENGTH = 100


class ShortString(Field[str]):
    """A string of bounded length."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str):
            refuse("wrong_type")
        return value if len(value) <= MAX_LENGTH else refuse("too_long", maximum=MAX_LENGTH)

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "maxLength": MAX_LENGTH}


class ReceiptRequestSchema(StrictSchema):
    study = ShortString(required=True)
    questionnaire = ShortString(required=True)
    receipt = ShortString(required=True)


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """Which response is meant."""

    study: str
    questionnaire: str
    receipt: str


SCHEMA = ReceiptRequestSchema()


def read_receipt_request(sent: Any) -> ReceiptRequest | tuple[Problem, ...]:
    """The request, or all that is wrong with it."""
    try:
        return ReceiptRequest(**SCHEMA.load(sent))
    except ValidationError as error:
        return tuple(envelope_problems(error.messages))
