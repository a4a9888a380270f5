"""`/api/responses/...`: answers come in, as JSON or as a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, request

from boucle.core.ports import PutOutcome
from boucle.core.questionnaire.validation import Problem, settle
from boucle.pages.common.addresses import form as form_address
from boucle.submissions.admission import FREE, JSON_FIELD, SPENT, Admission, InvitationSpent, admission
from boucle.submissions.proof import proven
from boucle.submissions.submission import TOLD, Submission
from boucle.web.context import Office, Version
from boucle.web.errors import Refused
from boucle.web.outcomes import accepted
from boucle.web.requests import concerns, is_form, json_answer, language_for, sent_fields, sent_json
from boucle.web.routes.form_steps import FormSteps

if TYPE_CHECKING:
    from boucle.submissions.envelope import Envelope


def responses_blueprint(office: Office, mint: Callable[[], UUID], seconds: Callable[[], float]) -> Blueprint:
    """The routes that take answers; `mint` makes the submission ids of forms, `seconds` tells how long one took."""
    blueprint = Blueprint("responses", __name__)
    steps = FormSteps(office, mint, seconds)

    @blueprint.get("/api/responses/<study>/<questionnaire>/<version>")
    def show_form(study: str, questionnaire: str, version: str) -> Response:
        """A page of the form flow was reloaded: back to the form."""
        asked = office.version(study, questionnaire, version)
        concerns(asked.study)
        address = form_address(asked.study, asked.questionnaire.id, language_for(office))
        return Response(status=303, headers={"Location": address})

    @blueprint.post("/api/responses/<study>/<questionnaire>/<version>")
    def take(study: str, questionnaire: str, version: str) -> Response:
        asked = office.version(study, questionnaire, version)
        concerns(asked.study)
        return steps.take(asked, sent_fields()) if is_form() else take_json(office, asked, sent_json())

    return blueprint


def take_json(office: Office, asked: Version, sent: object) -> Response:
    """Store a submission sent by a program; 201 the first time, 200 when it is sent again. Raises Refused."""
    envelope = asked.reader.read(sent)
    concerns(asked.study, envelope.language)
    wave = office.open_wave(asked)
    admitted = admission(office.reception.keyring, asked.study, wave, asked.questionnaire.id, envelope.invitation)
    submission = settled(asked, envelope, admitted)
    bits = wave.proof_of_work
    if bits and not proven(asked.study.id, asked.questionnaire.id, submission.id, submission.proof, bits):
        raise Refused("invalid", misfits=[Problem("proof", "wrong_proof", {"bits": bits})])
    submission = office.judged(wave, submission, request.remote_addr or "")
    try:
        stored = office.reception.take(asked.study, wave, asked.questionnaire, submission)
    except InvitationSpent:
        raise Refused("invalid", misfits=Admission(problem=SPENT).problems(JSON_FIELD)) from None
    receipt = accepted(stored, by_invitation=admitted is not FREE).receipt
    return json_answer({"receipt": receipt}, 201 if stored.outcome is PutOutcome.STORED else 200)


def settled(asked: Version, envelope: Envelope, admitted: Admission = FREE) -> Submission:
    """The submission in an envelope, when nothing is wrong with it. Raises Refused."""
    taken, problems = settle(asked.questionnaire, envelope.answers, envelope.malformed)
    misfits = _misfits(envelope, admitted)
    if envelope.id is None or envelope.language is None or envelope.mode is None or misfits or problems:
        no_answers = any(each.question in {"", "answers"} for each in misfits)
        raise Refused("invalid", problems=() if no_answers else problems, misfits=misfits)
    return Submission(
        id=envelope.id,
        language=envelope.language,
        mode=envelope.mode,
        taken=taken,
        consents=envelope.consents,
        invitation=admitted.code,
        proof=envelope.proof,
        doubt=next((each for each in TOLD if each.value in envelope.signs), None),
    )


def _misfits(envelope: Envelope, admitted: Admission) -> tuple[Problem, ...]:
    """What is wrong with the body's own fields; of the invitation, only what the schema has not said already."""
    said = {each.question for each in envelope.misfits}
    return (*envelope.misfits, *(() if JSON_FIELD in said else admitted.problems(JSON_FIELD)))
