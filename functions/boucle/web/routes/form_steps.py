"""The form without script: check your answers, confirm or change them, get the receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response

from boucle.core.ports import Doubt
from boucle.core.privacy.tables import PAPER, modes_of
from boucle.core.questionnaire.form_fields import (
    CONSENT_PREFIX,
    INVITATION_FIELD,
    LANGUAGE_FIELD,
    MODE_FIELD,
    RESERVED_PREFIX,
    STEP_FIELD,
    TOKEN_FIELD,
    TRAP_FIELD,
    WAVE_FIELD,
    Typed,
)
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.intake import Intake, find_intake
from boucle.submissions.form import decode_form
from boucle.submissions.form_token import FormToken, sign_token, verify_token
from boucle.submissions.submission import Envelope, InvalidSubmission, Submission, build_submission
from boucle.submissions.submit import SubmitResult
from boucle.web.context import ApiContext, Version
from boucle.web.errors import SUCCESS_STATUSES, HttpError, make_outcome_error
from boucle.web.requests import make_page_response, read_sender, remember_subject

CONFIRM, CHANGE = "confirm", "change"
PRESERVED_NAMES = (CONSENT_PREFIX, INVITATION_FIELD)
"""Of the names that are reserved, those of what people typed."""
MIN_READING_SECONDS = 2.0
"""Between seeing one's answers again and confirming them: the way down the page alone takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form as somebody filled it."""

    version: Version
    intake: Intake
    """Where its answers go; where the wave that it names takes them no more, where they go if it is sent again."""
    typed: Typed
    """The fields to show again: all but those of the flow itself."""
    language: str
    mode: str
    is_changed: bool
    """Whether somebody saw the answers again and goes back to change them."""
    confirmed: FormToken | None
    """The id that we minted for it, when somebody saw the answers again and confirms them."""
    trapped: bool
    """Whether a field is filled in that people do not see."""

    @property
    def by_invitation(self) -> bool:
        return self.version.questionnaire.id in self.intake.wave.invited

    def find_doubt(self, seconds: float) -> Doubt | None:
        """What speaks against counting it when it is confirmed at `seconds` since 1970; None when nothing does."""
        if self.confirmed is None:
            return None
        if self.confirmed.trapped:
            return Doubt.TRAP
        # Whoever copies from paper may be as quick as they like.
        quick = seconds - self.confirmed.shown / 1000 < MIN_READING_SECONDS
        return Doubt.HASTE if quick and self.mode != PAPER else None


@dataclass(frozen=True, slots=True)
class FormSteps:
    """Each step is one POST to the same address; nothing is kept between them but what the page itself holds."""

    context: ApiContext
    mint: Callable[[], UUID]
    seconds: Callable[[], float]

    def handle_post(self, version: Version, typed: Typed) -> Response:
        """The next page: the form again, the page to check one's answers, or the receipt. Raises HttpError."""
        remember_subject(version.study, _first_value(typed, LANGUAGE_FIELD))
        token = self._read_token(version, typed)
        try:
            intake = self.context.find_intake(version, _first_value(typed, WAVE_FIELD) or None)
        except HttpError as error:
            return self._answer_too_late(version, typed, token, error)
        filled = _read_form(version, intake, typed, token)
        token = filled.confirmed or FormToken(str(self.mint()), int(self.seconds() * 1000), filled.trapped)
        try:
            submission = self._build_submission(filled, token, _first_value(typed, INVITATION_FIELD))
            if filled.is_changed:
                return self._show_form(filled)
            if filled.confirmed is None:
                return self._show_check_page(filled, submission.path, token)
            return self._submit(filled, submission)
        except InvalidSubmission as invalid:
            return self._explain(filled, token, invalid)

    def _answer_too_late(self, version: Version, typed: Typed, token: FormToken | None, error: HttpError) -> Response:
        """The receipt of what was taken in time; else the form again, for the wave that is open. Raises HttpError."""
        intake = find_intake(version.study, version.questionnaire, self.context.clock.now().date())
        if intake is None:
            raise error
        filled = _read_form(version, intake, typed, token)
        if filled.confirmed and (repeated := self._find_repeat(filled, filled.confirmed)):
            return self._show_result(filled, repeated)
        if error.code != "wave_over":
            raise error
        return self._show_form(filled, (AnswerIssue(WAVE_FIELD, error.code),))

    def _find_repeat(self, filled: FilledForm, token: FormToken) -> SubmitResult | None:
        envelope, malformed = self._read_envelope(filled, token)
        return self.context.find_repeat(filled.version, envelope, malformed)

    def _read_envelope(self, filled: FilledForm, token: FormToken) -> tuple[Envelope, Sequence[AnswerIssue]]:
        """What stands in a form, read by the schema that reads JSON, and issues of what could not be put into it."""
        version, doubt = filled.version, filled.find_doubt(self.seconds())
        body, malformed = decode_form(version.questionnaire, filled.typed)
        signs = [doubt.value] if doubt else []
        body |= {"id": token.id, "language": filled.language, "mode": filled.mode, "signs": signs}
        return version.reader.read(body), malformed

    def _build_submission(self, filled: FilledForm, token: FormToken, code: str) -> Submission:
        """The submission in a form. Raises InvalidSubmission."""
        admission = self.context.check_admission(filled.version, filled.intake.wave, code)
        envelope, malformed = self._read_envelope(filled, token)
        return build_submission(filled.version.questionnaire, envelope, admission=admission, malformed=malformed)

    def _submit(self, filled: FilledForm, submission: Submission) -> Response:
        """The receipt, once the submission is stored. Raises HttpError and InvalidSubmission."""
        # A form without script cannot work for a proof: that a person confirmed it on our page stands for one.
        result = self.context.submissions.submit(
            filled.version.study,
            filled.intake.wave,
            filled.version.questionnaire,
            submission,
            others=filled.intake.others,
            sender=read_sender(),
            needs_proof=False,
        )
        return self._show_result(filled, result)

    def _show_result(self, filled: FilledForm, result: SubmitResult) -> Response:
        """The receipt. Raises HttpError."""
        study, questionnaire = filled.version.study, filled.version.questionnaire
        if result.outcome not in SUCCESS_STATUSES:
            raise make_outcome_error(result.outcome, invited=filled.by_invitation)
        page = self.context.renderer.render_receipt(study, questionnaire, filled.language, result.receipt)
        return make_page_response(page)

    def _read_token(self, version: Version, typed: Typed) -> FormToken | None:
        written = _first_value(typed, TOKEN_FIELD)
        return verify_token(self.context.form_key, version.study, version.questionnaire, written)

    def _explain(self, filled: FilledForm, token: FormToken, invalid: InvalidSubmission) -> Response:
        """The form with every issue of what was typed. Raises HttpError for what nobody can type."""
        if filled.confirmed and (repeated := self._find_repeat(filled, token)):
            return self._show_result(filled, repeated)
        if invalid.field_issues:
            raise HttpError("invalid", field_issues=invalid.field_issues)
        issues = (*invalid.admission.issues_of(INVITATION_FIELD), *invalid.answer_issues)
        return self._show_form(filled, () if filled.is_changed else issues)

    def _show_form(self, filled: FilledForm, issues: Sequence[AnswerIssue] = ()) -> Response:
        version = filled.version
        page = self.context.renderer.render_form(
            version.study,
            version.questionnaire,
            filled.language,
            typed=filled.typed,
            issues=issues,
            mode=filled.mode,
            wave=filled.intake.wave,
        )
        return make_page_response(page, 422 if issues else 200)

    def _show_check_page(self, filled: FilledForm, path: Path, token: FormToken) -> Response:
        version = filled.version
        page = self.context.renderer.render_check(
            version.study,
            version.questionnaire,
            filled.language,
            path=path,
            typed=filled.typed,
            token=sign_token(self.context.form_key, version.study, version.questionnaire, token),
            mode=filled.mode,
            wave=filled.intake.wave,
        )
        return make_page_response(page)


def _read_form(version: Version, intake: Intake, typed: Typed, token: FormToken | None) -> FilledForm:
    step = _first_value(typed, STEP_FIELD)
    return FilledForm(
        version=version,
        intake=intake,
        typed={name: typed[name] for name in typed if _is_shown_again(name)},
        language=_first_value(typed, LANGUAGE_FIELD) or version.questionnaire.languages[0],
        mode=_first_value(typed, MODE_FIELD) or modes_of(version.questionnaire)[0],
        is_changed=step == CHANGE,
        confirmed=token if step == CONFIRM else None,
        trapped=bool(_first_value(typed, TRAP_FIELD)),
    )


def _is_shown_again(name: str) -> bool:
    return not name.startswith(RESERVED_PREFIX) or name.startswith(PRESERVED_NAMES)


def _first_value(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")
