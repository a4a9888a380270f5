"""`/api/receipts` and `/api/withdrawals`: a person comes back with their code, which never stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from boucle.core.addresses import RECEIPTS, WITHDRAWALS
from boucle.core.identity.receipts import normalise_receipt
from boucle.core.ports import Counted, Standing, Waiting
from boucle.core.questionnaire.form_fields import LANGUAGE_FIELD, RESERVED_PREFIX
from boucle.core.study.model import Study
from boucle.web.context import ApiContext
from boucle.web.errors import HttpError
from boucle.web.requests import (
    is_form,
    language_for,
    make_json_response,
    make_page_response,
    read_form_fields,
    read_json_body,
    read_sender,
    remember_subject,
)

if TYPE_CHECKING:
    from boucle.submissions.receipt_request import ReceiptRequest


def make_receipts_blueprint(context: ApiContext) -> Blueprint:
    """The routes for people who hold a code."""
    blueprint = Blueprint("receipts", __name__)
    throttle = context.throttle

    @blueprint.post(RECEIPTS)
    def ask() -> Response:
        study, wanted, form = _read_request(context)
        standing = throttle.look_up(
            read_sender(), lambda: context.submissions.read_standing(study, wanted.questionnaire, wanted.receipt)
        )
        if form:
            return _make_standing_page(context, study, wanted, standing)
        if standing is None:
            raise HttpError("unknown_receipt")
        return make_json_response(describe_standing(standing))

    @blueprint.post(WITHDRAWALS)
    def withdraw() -> Response:
        study, wanted, form = _read_request(context)
        found = throttle.look_up(
            read_sender(), lambda: context.submissions.withdraw(study, wanted.questionnaire, wanted.receipt)
        )
        if form and not found:
            return _make_standing_page(context, study, wanted, None)
        if not found:
            raise HttpError("unknown_receipt")
        if form:
            return make_page_response(context.renderer.render_notice(study, language_for(context), "withdrawal_done"))
        return Response(status=204)

    return blueprint


def describe_standing(standing: Standing) -> dict[str, object]:
    """Where a response stands, and the release that first counted it."""
    match standing:
        case Waiting():
            return {"status": "waiting"}
        case Counted(cohort=cohort):
            return {"status": "counted", "release": cohort}
        case _:
            return {"status": "withdrawn"}


def _read_request(context: ApiContext) -> tuple[Study, ReceiptRequest, bool]:
    """The study, the response that is meant, and whether a form asks. Raises HttpError."""
    from boucle.submissions.receipt_request import read_receipt_request  # with marshmallow: a cold start does without

    form = is_form()
    wanted = read_receipt_request(_read_form_body(context) if form else read_json_body())
    if isinstance(wanted, tuple):
        raise HttpError("invalid", field_issues=wanted)
    study = context.find_study(wanted.study, wanted.questionnaire)
    if not form:
        remember_subject(study)
    return study, wanted, form


def _read_form_body(context: ApiContext) -> dict[str, str]:
    typed = read_form_fields()
    body = {name: values[0] for name, values in typed.items() if not name.startswith(RESERVED_PREFIX)}
    if study := context.studies.get(body.get("study", "")):
        remember_subject(study, next(iter(typed.get(LANGUAGE_FIELD, ())), None))
    return body


def _make_standing_page(
    context: ApiContext, study: Study, wanted: ReceiptRequest, standing: Standing | None
) -> Response:
    code = normalise_receipt(wanted.receipt) or wanted.receipt
    page = context.renderer.render_standing(study, wanted.questionnaire, language_for(context), code, standing)
    return make_page_response(page, 404 if standing is None else 200)
