"""What is posted for one questionnaire version, as one marshmallow schema that is built once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError
from marshmallow.fields import Field, List, Nested

from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import MAX_SHOWN_NAME, AnswerIssue
from boucle.core.questionnaire.values import Answer
from boucle.core.strictjson import JsonObject
from boucle.submissions.fields import QuestionField, refuse
from boucle.submissions.proof import MAX_PROOF_CHARACTERS
from boucle.submissions.readers import ValueIssue
from boucle.submissions.submission import CLIENT_SIGNS, UUID4, Envelope

MAX_LENGTH = 100
"""Of a code, or of a name."""

ERROR_CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "type": "wrong_type",
    "invalid": "wrong_type",
    "null": "wrong_type",
    "required": "required",
}


class SubmissionId(Field[str]):
    """A random UUID (version 4) in its usual writing; lower case after loading."""

    default_error_messages = ERROR_CODES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str):
            refuse("wrong_type")
        return value.lower() if UUID4.fullmatch(value.lower()) else refuse("not_a_uuid4")

    def json_schema(self) -> JsonObject:
        return {"type": "string", "format": "uuid"}


class ChoiceField(Field[str]):
    """One of a few strings."""

    default_error_messages = ERROR_CODES

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str):
            refuse("wrong_type")
        return value if value in self.choices else refuse("not_a_choice")

    def json_schema(self) -> JsonObject:
        return {"type": "string", "enum": list(self.choices)}


class ShortString(Field[str]):
    """A string of bounded length."""

    default_error_messages = ERROR_CODES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str):
            refuse("wrong_type")
        return value if len(value) <= MAX_LENGTH else refuse("too_long", maximum=MAX_LENGTH)

    def json_schema(self) -> JsonObject:
        return {"type": "string", "maxLength": MAX_LENGTH}


class ProofField(Field[str]):
    """A proof of work, where a wave asks for one; anywhere else it is not looked at."""

    default_error_messages = ERROR_CODES

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str) or not value.isascii():
            refuse("wrong_type")
        return value if len(value) <= MAX_PROOF_CHARACTERS else refuse("too_long", maximum=MAX_PROOF_CHARACTERS)

    def json_schema(self) -> JsonObject:
        return {
            "type": "string",
            "maxLength": MAX_PROOF_CHARACTERS,
            "pattern": "^[\\x01-\\x7f]*$",
            "description": "Where a wave asks for work: SHA-256(seed + proof) begins with as many zero bits as "
            "the refusal `wrong_proof` names; the seed is the first 32 hexadecimal digits of "
            "SHA-256(study/questionnaire/id).",
        }


class WaveField(ShortString):
    """The wave of a form. Whether there is one of that id is a question of the day, as whether it is open."""

    def json_schema(self) -> JsonObject:
        return {
            **super().json_schema(),
            "description": "The wave in which the form was opened: it takes the answers until its days of grace are "
            "over. Without it, they go to the wave that is open.",
        }


class StrictSchema(Schema):
    """Refuses what it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown_field", "type": "wrong_type"}  # noqa: RUF012  # marshmallow's own idiom


class AnswersSchema(StrictSchema):
    error_messages = {"unknown": "unknown_question"}  # noqa: RUF012  # marshmallow's own idiom


class EnvelopeReader:
    """Reads what is posted for one questionnaire version."""

    def __init__(self, study: str, questionnaire: Questionnaire, *, by_invitation: bool = False) -> None:
        name = f"{study}.{questionnaire.id}.{questionnaire.version}"
        # Fields stand under plain names: marshmallow would nest `grid.row`, and a question may be called `fields`.
        self._ids = {f"q{at}": question.id for at, question in enumerate(questionnaire.questions)}
        fields: dict[str, Field[Any]] = {
            f"q{at}": QuestionField(question, f"q{at}") for at, question in enumerate(questionnaire.questions)
        }
        answers = AnswersSchema.from_dict(fields, name=f"Answers.{name}")
        invited = {"invitation": ShortString()} if by_invitation else {}
        submission = StrictSchema.from_dict(
            {
                "id": SubmissionId(required=True),
                "language": ChoiceField(questionnaire.languages, required=True),
                "mode": ChoiceField(modes_of(questionnaire), required=True),
                "answers": Nested(answers, required=True, error_messages=ERROR_CODES),
                "consent": List(ChoiceField(questionnaire.free_texts), error_messages=ERROR_CODES),
                **invited,
                "proof": ProofField(),
                "wave": WaveField(),
                "signs": List(ChoiceField([doubt.value for doubt in CLIENT_SIGNS]), error_messages=ERROR_CODES),
            },
            name=f"Submission.{name}",
        )
        self.schema = submission()

    def read(self, sent: Any) -> Envelope:
        """Everything valid in a parsed body, and every issue of what is not. Never raises for what was sent."""
        loaded, errors = self._load(sent)
        return Envelope(
            id=loaded.get("id"),
            language=loaded.get("language"),
            mode=loaded.get("mode"),
            answers=self._map_answers(_as_mapping(loaded.get("answers"))),
            consents=frozenset(consent for consent in loaded.get("consent") or () if isinstance(consent, str)),
            invitation=loaded.get("invitation"),
            proof=loaded.get("proof") or "",
            wave=loaded.get("wave") or None,
            signs=frozenset(sign for sign in loaded.get("signs") or () if isinstance(sign, str)),
            malformed=tuple(_find_answer_issues(errors)),
            field_issues=tuple(find_envelope_issues(errors)),
        )

    def _load(self, sent: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        try:
            return self.schema.load(sent), {}
        except ValidationError as error:
            return _as_mapping(error.valid_data), _as_mapping(error.messages)

    def _map_answers(self, loaded: Mapping[str, Any]) -> Mapping[str, Answer]:
        return {self._ids[name]: answer for name, answer in loaded.items() if answer is not None}


def _as_mapping(loaded: Any) -> Mapping[str, Any]:
    return loaded if isinstance(loaded, Mapping) else {}


def _find_answer_issues(errors: Mapping[str, Any]) -> Iterator[AnswerIssue]:
    for question, messages in _as_mapping(errors.get("answers")).items():
        if question != "_schema":
            yield from _find_issues(question, messages)


def find_envelope_issues(errors: Any) -> Iterator[AnswerIssue]:
    """What is wrong with the fields of a body themselves; a body that is no object has the field ""."""
    for field, messages in _as_mapping(errors).items():
        if field == "answers" and isinstance(messages, Mapping):
            yield from _find_issues(field, messages.get("_schema", ()))
        else:
            yield from _find_issues("" if field == "_schema" else field, messages)


def _find_issues(name: str, messages: Any) -> Iterator[AnswerIssue]:
    match messages:
        case ValueIssue(code, limits):
            yield AnswerIssue(str(name)[:MAX_SHOWN_NAME], code, limits)
        case str(code):
            yield AnswerIssue(str(name)[:MAX_SHOWN_NAME], code)
        case Mapping():
            # The entries of a list, by their number: which entry says nothing more than the field does.
            yield from _find_issues(name, next(iter(messages.values()), ()))
        case _:
            for message in messages:
                yield from _find_issues(name, message)
