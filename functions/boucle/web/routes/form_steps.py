"""The form without script: check your answers, confirm or change them, get the receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request

from boucle.core.ports import Doubt
from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import Problem, settle
from boucle.core.study.model import Wave
from boucle.submissions.admission import FORM_FIELD, SPENT, Admission, InvitationSpent, admission
from boucle.submissions.form import CONSENT, RESERVED, Typed, decode
from boucle.submissions.form_token import Minted, signed, verified
from boucle.submissions.submission import Submission
from boucle.web.context import Office, Version
from boucle.web.errors import Refused
from boucle.web.outcomes import accepted
from boucle.web.requests import concerns, page_answer

CONFIRM, CHANGE = "confirm", "change"
KEPT = (CONSENT, FORM_FIELD)
"""Of the names that are reserved, those of what people typed."""
TRAP = "_website"
"""A field of the form that people do not see; programs that fill in everything fill it in too."""
READING_SECONDS = 2.0
"""Between seeing one's answers again and confirming them: the way down the page alone takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as somebody filled it."""

    version: Version
    by_invitation: bool
    typed: Typed
    """The fields to show again: all but those of the flow itself."""
    language: str
    mode: str
    step: str
    minted: Minted | None
    """The id that we minted for it, once a check page has been shown."""
    trapped: bool
    """Whether a field is filled in that people do not see."""

    def doubt(self, minted: Minted, seconds: float) -> Doubt | None:
        """What speaks against counting it at once; whoever copies from paper may be as quick as they like."""
        if minted.trapped:
            return Doubt.TRAP
        quick = seconds - minted.shown / 1000 < READING_SECONDS
        return Doubt.HASTE if quick and self.mode != "paper" else None


@dataclass(frozen=True, slots=True)
class FormSteps:
    """Each step is one POST to the same address; nothing is kept between them but what the page itself holds."""

    office: Office
    mint: Callable[[], UUID]
    seconds: Callable[[], float]

    def take(self, version: Version, typed: Typed) -> Response:
        """The next page. Raises Refused."""
        concerns(version.study, _first(typed, "_language"))
        wave = self.office.open_wave(version)
        filled = self._filled(version, wave, typed)
        taken, wrong, consents = _settled(filled)
        admitted = self._admission(wave, filled)
        problems = (*admitted.problems(FORM_FIELD), *wrong)
        if problems or filled.step == CHANGE:
            return self._form_again(filled, () if filled.step == CHANGE else problems)
        if filled.step != CONFIRM or filled.minted is None:
            return self._check(filled, taken)
        submission = Submission(
            id=filled.minted.id,
            language=filled.language,
            mode=filled.mode,
            taken=taken,
            consents=consents,
            invitation=admitted.code,
            doubt=filled.doubt(filled.minted, self.seconds()),
        )
        return self._store(wave, filled, submission)

    def _store(self, wave: Wave, filled: Filled, submission: Submission) -> Response:
        """The receipt, once it is stored. Raises Refused."""
        study, asked = filled.version.study, filled.version.questionnaire
        judged = self.office.judged(wave, submission, request.remote_addr or "")
        try:
            stored = self.office.reception.take(study, wave, asked, judged)
        except InvitationSpent:
            return self._form_again(filled, Admission(problem=SPENT).problems(FORM_FIELD))
        receipt = accepted(stored, by_invitation=filled.by_invitation).receipt
        return page_answer(self.office.renderer.receipt(study, asked, filled.language, receipt))

    def _admission(self, wave: Wave, filled: Filled) -> Admission:
        version, typed = filled.version, _first(filled.typed, FORM_FIELD)
        return admission(self.office.reception.keyring, version.study, wave, version.questionnaire.id, typed)

    def _filled(self, version: Version, wave: Wave, typed: Typed) -> Filled:
        token = _first(typed, "_id")
        return Filled(
            version=version,
            by_invitation=version.questionnaire.id in wave.invited,
            typed={name: typed[name] for name in typed if not name.startswith(RESERVED) or name.startswith(KEPT)},
            language=_first(typed, "_language") or version.questionnaire.languages[0],
            mode=_first(typed, "_mode") or modes_of(version.questionnaire)[0],
            step=_first(typed, "_step"),
            minted=verified(self.office.form_key, version.study, version.questionnaire, token),
            trapped=bool(_first(typed, TRAP)),
        )

    def _form_again(self, filled: Filled, problems: Sequence[Problem]) -> Response:
        version = filled.version
        page = self.office.renderer.form(
            version.study,
            version.questionnaire,
            filled.language,
            typed=filled.typed,
            problems=problems,
            mode=filled.mode,
            by_invitation=filled.by_invitation,
        )
        return page_answer(page, 422 if problems else 200)

    def _check(self, filled: Filled, taken: Path) -> Response:
        version = filled.version
        minted = Minted(str(self.mint()), int(self.seconds() * 1000), filled.trapped)
        page = self.office.renderer.check(
            version.study,
            version.questionnaire,
            filled.language,
            taken=taken,
            typed=filled.typed,
            token=signed(self.office.form_key, version.study, version.questionnaire, minted),
            mode=filled.mode,
        )
        return page_answer(page)


def _settled(filled: Filled) -> tuple[Path, Sequence[Problem], frozenset[str]]:
    """The path, the problems and the consents; the same schema reads a form as reads JSON. Raises Refused."""
    decoded = decode(filled.version.questionnaire, filled.typed)
    body = {
        "language": filled.language,
        "mode": filled.mode,
        "answers": decoded.answers,
        "consent": list(decoded.consents),
    }
    envelope = filled.version.reader.read_form(body)
    if envelope.misfits:
        raise Refused("invalid", misfits=envelope.misfits)
    malformed = (*decoded.malformed, *envelope.malformed)
    return (*settle(filled.version.questionnaire, envelope.answers, malformed), envelope.consents)


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")
