"""What is posted to ask after a response, or to withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from boucle.core.questionnaire.validation import AnswerIssue
from boucle.submissions.envelope import ShortString, StrictSchema, find_envelope_issues


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


def read_receipt_request(sent: Any) -> ReceiptRequest | tuple[AnswerIssue, ...]:
    """The request, or all that is wrong with it."""
    try:
        return ReceiptRequest(**SCHEMA.load(sent))
    except ValidationError as error:
        return tuple(find_envelope_issues(error.messages))
