"""`/api/receipts` and `/api/withdrawals`: a person comes back with their code, which never stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from boucle.core.identity.receipts import normalised_receipt
from boucle.core.ports import Counted, Standing, Waiting
from boucle.core.study.model import Study
from boucle.web.context import Office
from boucle.web.errors import Refused
from boucle.web.requests import concerns, is_form, json_answer, language_for, page_answer, sent_fields, sent_json

if TYPE_CHECKING:
    from boucle.submissions.receipt_request import ReceiptRequest


def receipts_blueprint(office: Office) -> Blueprint:
    """The routes for people who hold a code."""
    blueprint = Blueprint("receipts", __name__)
    throttle = office.throttle

    @blueprint.post("/api/receipts")
    def ask() -> Response:
        study, asked, form = _request(office)
        standing = throttle.tried(
            request.remote_addr, lambda: office.reception.standing(study, asked.questionnaire, asked.receipt)
        )
        if form:
            return _standing_page(office, study, asked, standing)
        if standing is None:
            raise Refused("unknown_receipt")
        return json_answer(described(standing))

    @blueprint.post("/api/withdrawals")
    def withdraw() -> Response:
        study, asked, form = _request(office)
        found = throttle.tried(
            request.remote_addr, lambda: office.reception.withdraw(study, asked.questionnaire, asked.receipt)
        )
        if form and not found:
            return _standing_page(office, study, asked, None)
        if not found:
            raise Refused("unknown_receipt")
        if form:
            return page_answer(office.renderer.notice(study, language_for(office), "withdrawal_done"))
        return Response(status=204)

    return blueprint


def described(standing: Standing) -> dict[str, object]:
    """Where a response stands, and the release that first counted it."""
    match standing:
        case Waiting():
            return {"status": "waiting"}
        case Counted(cohort=cohort):
            return {"status": "counted", "release": cohort}
        case _:
            return {"status": "withdrawn"}


def _request(office: Office) -> tuple[Study, ReceiptRequest, bool]:
    from boucle.submissions.receipt_request import read_receipt_request  # with marshmallow: a cold start does without

    form = is_form()
    asked = read_receipt_request(_form_body(office) if form else sent_json())
    if isinstance(asked, tuple):
        raise Refused("invalid", misfits=asked)
    study = office.study_of(asked.study, asked.questionnaire)
    if not form:
        concerns(study)
    return study, asked, form


def _form_body(office: Office) -> dict[str, str]:
    typed = sent_fields()
    body = {name: values[0] for name, values in typed.items() if not name.startswith("_")}
    if study := office.studies.get(body.get("study", "")):
        concerns(study, next(iter(typed.get("_language", ())), None))
    return body


def _standing_page(office: Office, study: Study, asked: ReceiptRequest, standing: Standing | None) -> Response:
    code = normalised_receipt(asked.receipt) or asked.receipt
    page = office.renderer.standing(study, asked.questionnaire, language_for(office), code, standing)
    return page_answer(page, 404 if standing is None else 200)
