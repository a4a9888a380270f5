"""`/api/responses/...`: answers come in, as JSON or as a form."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response

from boucle.core.addresses import responses_address
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.pages.common.addresses import form as form_address
from boucle.submissions.admission import INVITATION_MEMBER
from boucle.submissions.submission import Envelope, InvalidSubmission, build_submission
from boucle.submissions.submit import SubmitResult
from boucle.web.context import ApiContext, Version
from boucle.web.errors import SUCCESS_STATUSES, HttpError, make_outcome_error
from boucle.web.requests import (
    is_form,
    language_for,
    make_json_response,
    read_form_fields,
    read_json_body,
    read_sender,
    remember_subject,
)
from boucle.web.routes.form_steps import FormSteps

RESPONSES_ROUTE = responses_address("<study>", "<questionnaire>", "<version>")


def make_responses_blueprint(context: ApiContext, mint: Callable[[], UUID], seconds: Callable[[], float]) -> Blueprint:
    """The routes that take answers; `mint` makes the submission ids of forms, `seconds` tells how long one took."""
    blueprint = Blueprint("responses", __name__)
    steps = FormSteps(context, mint, seconds)

    @blueprint.get(RESPONSES_ROUTE)
    def show_form(study: str, questionnaire: str, version: str) -> Response:
        """A page of the form flow was reloaded: back to the form."""
        found = context.find_version(study, questionnaire, version)
        remember_subject(found.study)
        address = form_address(found.study, found.questionnaire.id, language_for(context))
        return Response(status=303, headers={"Location": address})

    @blueprint.post(RESPONSES_ROUTE)
    def submit(study: str, questionnaire: str, version: str) -> Response:
        found = context.find_version(study, questionnaire, version)
        remember_subject(found.study)
        if is_form():
            return steps.handle_post(found, read_form_fields())
        return submit_json(context, found, read_json_body())

    return blueprint


def submit_json(context: ApiContext, version: Version, body: object) -> Response:
    """Store a submission sent by a program; 201 the first time, 200 when it is sent again. Raises HttpError."""
    envelope = version.reader.read(body)
    remember_subject(version.study, envelope.language)
    try:
        result = _submit_envelope(context, version, envelope)
    except (HttpError, InvalidSubmission) as refusal:
        # What was taken once is not refused later, whatever has closed, or changed its rules, since.
        repeated = context.find_repeat(version, envelope)
        if repeated is None:
            raise _make_invalid_error(refusal) if isinstance(refusal, InvalidSubmission) else refusal from None
        result = repeated
    if result.outcome not in SUCCESS_STATUSES:
        raise make_outcome_error(result.outcome, invited=version.study.invites(version.questionnaire.id))
    return make_json_response({"receipt": result.receipt}, SUCCESS_STATUSES[result.outcome])


def _submit_envelope(context: ApiContext, version: Version, envelope: Envelope) -> SubmitResult:
    """What becomes of what was read. Raises HttpError and InvalidSubmission."""
    intake = context.find_intake(version, envelope.wave)
    admission = context.check_admission(version, intake.wave, envelope.invitation)
    submission = build_submission(version.questionnaire, envelope, admission=admission)
    return context.submissions.submit(
        version.study,
        intake.wave,
        version.questionnaire,
        submission,
        others=intake.others,
        sender=read_sender(),
    )


def _make_invalid_error(invalid: InvalidSubmission) -> HttpError:
    """Every issue, by question or by field; none of questions where no answers could be read at all."""
    field_issues = _find_field_issues(invalid)
    no_answers = any(issue.question in {"", "answers"} for issue in field_issues)
    return HttpError("invalid", answer_issues=() if no_answers else invalid.answer_issues, field_issues=field_issues)


def _find_field_issues(invalid: InvalidSubmission) -> tuple[AnswerIssue, ...]:
    """What is wrong with the body's own fields; of the invitation, only what the schema has not said already."""
    if any(issue.question == INVITATION_MEMBER for issue in invalid.field_issues):
        return invalid.field_issues
    return (*invalid.field_issues, *invalid.admission.issues_of(INVITATION_MEMBER))
