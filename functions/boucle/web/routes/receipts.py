"""`/api/receipts` and `/api/withdrawals`: a person comes back with their code, which never stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from boucle.core.identity.receipts import normalise_receipt
from boucle.core.ports import Counted, Standing, Waiting
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
    remember_subject,
)

if TYPE_CHECKING:
    from boucle.submissions.receipt_request import ReceiptRequest


def make_receipts_blueprint(context: ApiContext) -> Blueprint:
    """The routes for people who hold a code."""
    blueprint = Blueprint("receipts", __name__)
    throttle = context.throttle

    @blueprint.post("/api/receipts")
    def ask() -> Response:
        study, asked, form = _read_request(context)
        standing = throttle.look_up(
            request.remote_addr, lambda: context.submissions.read_standing(study, asked.questionnaire, asked.receipt)
        )
        if form:
            return _make_standing_page(context, study, asked, standing)
        if standing is None:
            raise HttpError("unknown_receipt")
        return make_json_response(describe_standing(standing))

    @blueprint.post("/api/withdrawals")
    def withdraw() -> Response:
        study, asked, form = _read_request(context)
        found = throttle.look_up(
            request.remote_addr, lambda: context.submissions.withdraw(study, asked.questionnaire, asked.receipt)
        )
        if form and not found:
            return _make_standing_page(context, study, asked, None)
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
    from boucle.submissions.receipt_request import read_receipt_request  # with marshmallow: a cold start does without

    form = is_form()
    asked = read_receipt_request(_read_form_body(context) if form else read_json_body())
    if isinstance(asked, tuple):
        raise HttpError("invalid", field_issues=asked)
    study = context.study_of(asked.study, asked.questionnaire)
    if not form:
        remember_subject(study)
    return study, asked, form


def _read_form_body(context: ApiContext) -> dict[str, str]:
    typed = read_form_fields()
    body = {name: values[0] for name, values in typed.items() if not name.startswith("_")}
    if study := context.studies.get(body.get("study", "")):
        remember_subject(study, next(iter(typed.get("_language", ())), None))
    return body


def _make_standing_page(
    context: ApiContext, study: Study, receipt_request: ReceiptRequest, standing: Standing | None
) -> Response:
    code = normalise_receipt(receipt_request.receipt) or receipt_request.receipt
    page = context.renderer.render_standing(study, receipt_request.questionnaire, language_for(context), code, standing)
    return make_page_response(page, 404 if standing is None else 200)
