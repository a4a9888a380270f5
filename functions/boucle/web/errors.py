"""Every way in which a request is refused: its code, its status, its page, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.validation import Problem
from boucle.core.study.model import Study
from boucle.languages.catalogues import PROBLEMS, marked
from boucle.submissions.admission import MISSING, SPENT, UNKNOWN

RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """How a refusal is said: an HTTP status, the page for people, and a sentence for programs."""

    status: int
    page: str
    message: str


REASONS: Mapping[str, Reason] = {
    "not_json": Reason(400, "invalid", marked("The body is not a JSON document as the standard has it.")),
    "not_a_form": Reason(400, "invalid", marked("The body is not a form in UTF-8.")),
    "bad_request": Reason(400, "invalid", marked("The request could not be read.")),
    "foreign_origin": Reason(403, "refused", marked("The request came from another site.")),
    "unknown": Reason(404, "unknown", marked("There is nothing at this address")),
    "unknown_receipt": Reason(404, "unknown", marked("We find no answers under this code")),
    "not_open": Reason(404, "not_open", marked("This questionnaire is not open yet")),
    "method_not_allowed": Reason(405, "unknown", marked("This address does not take this method.")),
    "conflict": Reason(409, "conflict", marked("These answers were already sent")),
    "closed": Reason(410, "closed", marked("This questionnaire is closed")),
    "withdrawn": Reason(410, "withdrawn", marked("These answers were withdrawn")),
    "too_large": Reason(413, "too_large", marked("Your answers are too long")),
    "unsupported": Reason(415, "unsupported", marked("These answers came in an unknown format")),
    "invalid": Reason(422, "invalid", marked("Some answers need attention.")),
    "too_many_codes": Reason(429, "too_many_codes", marked("Too many codes that are none were tried")),
    "overloaded": Reason(429, "overloaded", marked("Many people are answering right now")),
    "store_away": Reason(503, "overloaded", marked("Answers cannot be stored right now.")),
    "failed": Reason(500, "failed", marked("Something went wrong on our side")),
}

MISFITS: Mapping[str, str] = {
    "required": marked("This field is required."),
    "unknown_field": marked("This field is not known here."),
    "unknown_question": marked("This question is not known here."),
    "wrong_type": marked("This field is of another type."),
    "not_a_choice": marked("This value is not one of those allowed."),
    "not_a_uuid4": marked("This is not a random UUID (version 4)."),
    "too_long": marked("This field is too long."),
    **{code: PROBLEMS[code] for code in (MISSING, UNKNOWN, SPENT)},
    "wrong_proof": marked("The proof of work is missing or wrong."),
}
"""What is said of a field of the body that is no answer."""


class Refused(Exception):
    """A request that is not done, and why; `problems` are of questions, `misfits` of the body's own fields."""

    def __init__(
        self,
        code: str,
        *,
        problems: Sequence[Problem] = (),
        misfits: Sequence[Problem] = (),
        where: str | None = None,
        headers: Mapping[str, str] | None = None,
        about: tuple[Study, str] | None = None,
        invited: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.problems = tuple(problems)
        self.misfits = tuple(misfits)
        self.where = where
        self.headers = dict(headers or {})
        self.about = about
        """The study and the language of what was sent, where nobody has said so yet."""
        self._invited = invited

    @property
    def reason(self) -> Reason:
        return REASONS[self.code]

    @property
    def page(self) -> str:
        """The page for people; that of somebody whose invitation has served says so."""
        return f"{self.reason.page}_invited" if self._invited else self.reason.page


def come_back_later(code: str, seconds: int = RETRY_AFTER_SECONDS) -> Refused:
    """A refusal that says when to try again."""
    return Refused(code, headers={"Retry-After": str(seconds)})
