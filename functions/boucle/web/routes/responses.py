"""`/api/responses/...`: answers come in, as JSON or as a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, request

from boucle.core.ports import PutOutcome
from boucle.core.questionnaire.validation import AnswerIssue, settle
from boucle.pages.common.addresses import form as form_address
from boucle.submissions.admission import JSON_FIELD, NO_CODE_NEEDED, USED, Admission, InvitationUsed, check_admission
from boucle.submissions.proof import is_proven
from boucle.submissions.submission import CLIENT_SIGNS, Submission
from boucle.web.context import ApiContext, Version
from boucle.web.errors import HttpError
from boucle.web.outcomes import require_stored
from boucle.web.requests import (
    is_form,
    language_for,
    make_json_response,
    read_form_fields,
    read_json_body,
    remember_subject,
)
from boucle.web.routes.form_steps import FormSteps

if TYPE_CHECKING:
    from boucle.submissions.envelope import Envelope


def make_responses_blueprint(context: ApiContext, mint: Callable[[], UUID], seconds: Callable[[], float]) -> Blueprint:
    """The routes that take answers; `mint` makes the submission ids of forms, `seconds` tells how long one took."""
    blueprint = Blueprint("responses", __name__)
    steps = FormSteps(context, mint, seconds)

    @blueprint.get("/api/responses/<study>/<questionnaire>/<version>")
    def show_form(study: str, questionnaire: str, version: str) -> Response:
        """A page of the form flow was reloaded: back to the form."""
        asked = context.find_version(study, questionnaire, version)
        remember_subject(asked.study)
        address = form_address(asked.study, asked.questionnaire.id, language_for(context))
        return Response(status=303, headers={"Location": address})

    @blueprint.post("/api/responses/<study>/<questionnaire>/<version>")
    def submit(study: str, questionnaire: str, version: str) -> Response:
        asked = context.find_version(study, questionnaire, version)
        remember_subject(asked.study)
        return (
            steps.handle_post(asked, read_form_fields()) if is_form() else submit_json(context, asked, read_json_body())
        )

    return blueprint


def submit_json(context: ApiContext, version: Version, sent: object) -> Response:
    """Store a submission sent by a program; 201 the first time, 200 when it is sent again. Raises HttpError."""
    envelope = version.reader.read(sent)
    remember_subject(version.study, envelope.language)
    wave = context.find_open_wave(version)
    admitted = check_admission(
        context.submissions.keyring, version.study, wave, version.questionnaire.id, envelope.invitation
    )
    submission = settle_envelope(version, envelope, admitted)
    bits = wave.proof_of_work
    if bits and not is_proven(version.study.id, version.questionnaire.id, submission.id, submission.proof, bits):
        raise HttpError("invalid", field_issues=[AnswerIssue("proof", "wrong_proof", {"bits": bits})])
    submission = context.screen_volume(wave, submission, request.remote_addr or "")
    try:
        stored = context.submissions.submit(version.study, wave, version.questionnaire, submission)
    except InvitationUsed:
        raise HttpError("invalid", field_issues=Admission(issue_code=USED).issues_of(JSON_FIELD)) from None
    receipt = require_stored(stored, by_invitation=admitted is not NO_CODE_NEEDED).receipt
    return make_json_response({"receipt": receipt}, 201 if stored.outcome is PutOutcome.STORED else 200)


def settle_envelope(version: Version, envelope: Envelope, admitted: Admission = NO_CODE_NEEDED) -> Submission:
    """The submission in an envelope, when nothing is wrong with it. Raises HttpError."""
    path, problems = settle(version.questionnaire, envelope.answers, envelope.malformed)
    field_issues = _find_field_issues(envelope, admitted)
    if envelope.id is None or envelope.language is None or envelope.mode is None or field_issues or problems:
        no_answers = any(issue.question in {"", "answers"} for issue in field_issues)
        raise HttpError("invalid", answer_issues=() if no_answers else problems, field_issues=field_issues)
    return Submission(
        id=envelope.id,
        language=envelope.language,
        mode=envelope.mode,
        path=path,
        consents=envelope.consents,
        invitation=admitted.code,
        proof=envelope.proof,
        doubt=next((doubt for doubt in CLIENT_SIGNS if doubt.value in envelope.signs), None),
    )


def _find_field_issues(envelope: Envelope, admitted: Admission) -> tuple[AnswerIssue, ...]:
    """What is wrong with the body's own fields; of the invitation, only what the schema has not said already."""
    named = {issue.question for issue in envelope.field_issues}
    return (*envelope.field_issues, *(() if JSON_FIELD in named else admitted.issues_of(JSON_FIELD)))
