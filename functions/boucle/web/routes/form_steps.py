"""The form without script: check your answers, confirm or change them, get the receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request

from boucle.core.ports import Doubt
from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue, settle
from boucle.core.study.model import Wave
from boucle.submissions.admission import FORM_FIELD, USED, Admission, InvitationUsed, check_admission
from boucle.submissions.form import CONSENT, RESERVED, Typed, decode
from boucle.submissions.form_token import FormToken, sign_token, verify_token
from boucle.submissions.submission import Submission
from boucle.web.context import ApiContext, Version
from boucle.web.errors import HttpError
from boucle.web.outcomes import require_stored
from boucle.web.requests import make_page_response, remember_subject

CONFIRM, CHANGE = "confirm", "change"
PRESERVED_NAMES = (CONSENT, FORM_FIELD)
"""Of the names that are reserved, those of what people typed."""
TRAP_FIELD = "_website"
"""A field of the form that people do not see; programs that fill in everything fill it in too."""
MIN_READING_SECONDS = 2.0
"""Between seeing one's answers again and confirming them: the way down the page alone takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form as somebody filled it."""

    version: Version
    by_invitation: bool
    typed: Typed
    """The fields to show again: all but those of the flow itself."""
    language: str
    mode: str
    step: str
    minted: FormToken | None
    """The id that we minted for it, once a check page has been shown."""
    trapped: bool
    """Whether a field is filled in that people do not see."""

    def find_doubt(self, minted: FormToken, seconds: float) -> Doubt | None:
        """What speaks against counting it at once; whoever copies from paper may be as quick as they like."""
        if minted.trapped:
            return Doubt.TRAP
        quick = seconds - minted.shown / 1000 < MIN_READING_SECONDS
        return Doubt.HASTE if quick and self.mode != "paper" else None


@dataclass(frozen=True, slots=True)
class FormSteps:
    """Each step is one POST to the same address; nothing is kept between them but what the page itself holds."""

    context: ApiContext
    mint: Callable[[], UUID]
    seconds: Callable[[], float]

    def handle_post(self, version: Version, typed: Typed) -> Response:
        """The next page. Raises HttpError."""
        remember_subject(version.study, _first_value(typed, "_language"))
        wave = self.context.find_open_wave(version)
        filled = self._read_form(version, wave, typed)
        path, wrong, consents = _settle_form(filled)
        admitted = self._check_admission(wave, filled)
        problems = (*admitted.issues_of(FORM_FIELD), *wrong)
        if problems or filled.step == CHANGE:
            return self._show_form(filled, () if filled.step == CHANGE else problems)
        if filled.step != CONFIRM or filled.minted is None:
            return self._show_check_page(filled, path)
        submission = Submission(
            id=filled.minted.id,
            language=filled.language,
            mode=filled.mode,
            path=path,
            consents=consents,
            invitation=admitted.code,
            doubt=filled.find_doubt(filled.minted, self.seconds()),
        )
        return self._store(wave, filled, submission)

    def _store(self, wave: Wave, filled: FilledForm, submission: Submission) -> Response:
        """The receipt, once it is stored. Raises HttpError."""
        study, asked = filled.version.study, filled.version.questionnaire
        screened = self.context.screen_volume(wave, submission, request.remote_addr or "")
        try:
            stored = self.context.submissions.submit(study, wave, asked, screened)
        except InvitationUsed:
            return self._show_form(filled, Admission(issue_code=USED).issues_of(FORM_FIELD))
        receipt = require_stored(stored, by_invitation=filled.by_invitation).receipt
        return make_page_response(self.context.renderer.render_receipt(study, asked, filled.language, receipt))

    def _check_admission(self, wave: Wave, filled: FilledForm) -> Admission:
        version, typed = filled.version, _first_value(filled.typed, FORM_FIELD)
        return check_admission(self.context.submissions.keyring, version.study, wave, version.questionnaire.id, typed)

    def _read_form(self, version: Version, wave: Wave, typed: Typed) -> FilledForm:
        token = _first_value(typed, "_id")
        return FilledForm(
            version=version,
            by_invitation=version.questionnaire.id in wave.invited,
            typed={
                name: typed[name] for name in typed if not name.startswith(RESERVED) or name.startswith(PRESERVED_NAMES)
            },
            language=_first_value(typed, "_language") or version.questionnaire.languages[0],
            mode=_first_value(typed, "_mode") or modes_of(version.questionnaire)[0],
            step=_first_value(typed, "_step"),
            minted=verify_token(self.context.form_key, version.study, version.questionnaire, token),
            trapped=bool(_first_value(typed, TRAP_FIELD)),
        )

    def _show_form(self, filled: FilledForm, issues: Sequence[AnswerIssue]) -> Response:
        version = filled.version
        page = self.context.renderer.render_form(
            version.study,
            version.questionnaire,
            filled.language,
            typed=filled.typed,
            issues=issues,
            mode=filled.mode,
            by_invitation=filled.by_invitation,
        )
        return make_page_response(page, 422 if issues else 200)

    def _show_check_page(self, filled: FilledForm, path: Path) -> Response:
        version = filled.version
        minted = FormToken(str(self.mint()), int(self.seconds() * 1000), filled.trapped)
        page = self.context.renderer.render_check(
            version.study,
            version.questionnaire,
            filled.language,
            path=path,
            typed=filled.typed,
            token=sign_token(self.context.form_key, version.study, version.questionnaire, minted),
            mode=filled.mode,
        )
        return make_page_response(page)


def _settle_form(filled: FilledForm) -> tuple[Path, Sequence[AnswerIssue], frozenset[str]]:
    """The path, the problems and the consents; the same schema reads a form as reads JSON. Raises HttpError."""
    decoded = decode(filled.version.questionnaire, filled.typed)
    body = {
        "language": filled.language,
        "mode": filled.mode,
        "answers": decoded.answers,
        "consent": list(decoded.consents),
    }
    envelope = filled.version.reader.read_form(body)
    if envelope.field_issues:
        raise HttpError("invalid", field_issues=envelope.field_issues)
    malformed = (*decoded.malformed, *envelope.malformed)
    return (*settle(filled.version.questionnaire, envelope.answers, malformed), envelope.consents)


def _first_value(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")
