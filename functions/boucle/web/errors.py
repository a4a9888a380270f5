"""Every way in which a request is refused: its code, its status, its page, and its message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boucle.core.ports import PutOutcome
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study
from boucle.languages.catalogues import ISSUE_MESSAGES, gettext_noop
from boucle.submissions.admission import MISSING, UNKNOWN, USED

RETRY_AFTER_SECONDS = 2

SUCCESS_STATUSES = {PutOutcome.STORED: 201, PutOutcome.REPLAYED: 200}
"""The status of a submission whose answers are in the store; `make_outcome_error` says what became of any other."""
OUTCOME_CODES = {PutOutcome.CONFLICT: "conflict", PutOutcome.WITHDRAWN: "withdrawn"}


@dataclass(frozen=True, slots=True)
class HttpErrorKind:
    """How a refusal is put: an HTTP status, the page for people, and a sentence for programs."""

    status: int
    page: str
    message: str


HTTP_ERROR_KINDS: Mapping[str, HttpErrorKind] = {
    "not_json": HttpErrorKind(400, "invalid", gettext_noop("The body is not a JSON document as the standard has it.")),
    "not_a_form": HttpErrorKind(400, "invalid", gettext_noop("The body is not a form in UTF-8.")),
    "bad_request": HttpErrorKind(400, "invalid", gettext_noop("The request could not be read.")),
    "foreign_origin": HttpErrorKind(403, "refused", gettext_noop("The request came from another site.")),
    "unknown": HttpErrorKind(404, "unknown", gettext_noop("There is nothing at this address")),
    "unknown_receipt": HttpErrorKind(404, "unknown", gettext_noop("We find no answers under this code")),
    "not_open": HttpErrorKind(404, "not_open", gettext_noop("This questionnaire is not open yet")),
    "method_not_allowed": HttpErrorKind(405, "unknown", gettext_noop("This address does not take this method.")),
    "conflict": HttpErrorKind(409, "conflict", gettext_noop("These answers were already sent")),
    "closed": HttpErrorKind(410, "closed", gettext_noop("This questionnaire is closed")),
    "wave_over": HttpErrorKind(410, "closed", ISSUE_MESSAGES["wave_over"]),
    "withdrawn": HttpErrorKind(410, "withdrawn", gettext_noop("These answers were withdrawn")),
    "too_large": HttpErrorKind(413, "too_large", gettext_noop("Your answers are too long")),
    "unsupported": HttpErrorKind(415, "unsupported", gettext_noop("These answers came in an unknown format")),
    "invalid": HttpErrorKind(422, "invalid", gettext_noop("Some answers need attention.")),
    "too_many_codes": HttpErrorKind(429, "too_many_codes", gettext_noop("Too many codes that are none were tried")),
    "overloaded": HttpErrorKind(429, "overloaded", gettext_noop("Many people are answering right now")),
    "store_away": HttpErrorKind(503, "overloaded", gettext_noop("Answers cannot be stored right now.")),
    "failed": HttpErrorKind(500, "failed", gettext_noop("Something went wrong on our side")),
}

FIELD_ISSUE_MESSAGES: Mapping[str, str] = {
    "required": gettext_noop("This field is required."),
    "unknown_field": gettext_noop("This field is not known here."),
    "unknown_question": gettext_noop("This question is not known here."),
    "wrong_type": gettext_noop("This field is of another type."),
    "not_a_choice": gettext_noop("This value is not one of those allowed."),
    "not_a_uuid4": gettext_noop("This is not a random UUID (version 4)."),
    "too_long": gettext_noop("This field is too long."),
    **{code: ISSUE_MESSAGES[code] for code in (MISSING, UNKNOWN, USED)},
    "wrong_proof": gettext_noop("The proof of work is missing or wrong."),
}
"""What is said of a field of the body that is no answer, by the code of the issue."""


class HttpError(Exception):
    """A request that is not done, and why; `answer_issues` of questions, `field_issues` of the body's own fields."""

    def __init__(
        self,
        code: str,
        *,
        answer_issues: Sequence[AnswerIssue] = (),
        field_issues: Sequence[AnswerIssue] = (),
        where: str | None = None,
        headers: Mapping[str, str] | None = None,
        about: tuple[Study, str] | None = None,
        invited: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.answer_issues = tuple(answer_issues)
        self.field_issues = tuple(field_issues)
        self.where = where
        self.headers = dict(headers or {})
        self.about = about
        """The study and the language of what was sent, where `remember_subject` was not called."""
        self._invited = invited

    @property
    def kind(self) -> HttpErrorKind:
        return HTTP_ERROR_KINDS[self.code]

    @property
    def page(self) -> str:
        """The page for people; that of somebody whose invitation has served says so."""
        return f"{self.kind.page}_invited" if self._invited else self.kind.page


def make_outcome_error(
    outcome: PutOutcome, *, about: tuple[Study, str] | None = None, invited: bool = False
) -> HttpError:
    """The refusal of a submission that the store did not take; who needed an invitation (`invited`) has none left."""
    return HttpError(OUTCOME_CODES[outcome], about=about, invited=invited)


def make_retry_later_error(
    code: str, seconds: int = RETRY_AFTER_SECONDS, *, about: tuple[Study, str] | None = None
) -> HttpError:
    """A refusal that says in how many seconds to try again."""
    return HttpError(code, headers={"Retry-After": str(seconds)}, about=about)
