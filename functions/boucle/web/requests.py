"""One request and its answer: who asks, in which language, what was sent, and how each kind of client is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, g, request

from boucle.core.questionnaire.form_fields import Typed
from boucle.core.strictjson import NotStandardJson, parse
from boucle.core.study.model import Study
from boucle.submissions.form import group_fields
from boucle.web.context import ApiContext
from boucle.web.errors import FIELD_ISSUE_MESSAGES, HttpError
from boucle.web.ports import WebTranslator

MAX_BODY_BYTES = 64 * 1024
MAX_READ_BYTES = MAX_BODY_BYTES + 1
"""What Flask may read: of a body of no announced length it silently drops the rest, so one byte more tells."""
MAX_FORM_FIELDS = 2000
LAST_RESORT_LANGUAGE = "en"

SENDER = "boucle.sender"
"""Where the WSGI environment says which network asks."""
JSON, FORM, PROBLEM_JSON = "application/json", "application/x-www-form-urlencoded", "application/problem+json"


def remember_subject(study: Study, language: object = None) -> None:
    """Remember what a request is about, for whatever answers it."""
    g.study = study
    g.language = language if language in study.languages else None


def read_sender() -> str:
    """The network that asks; "" for this machine itself."""
    sender: str = request.environ[SENDER]
    return sender


def is_form() -> bool:
    """Whether a form was posted. Raises HttpError when it is neither a form nor JSON."""
    if request.mimetype not in (JSON, FORM):
        raise HttpError("unsupported", headers={"Accept-Post": f"{JSON}, {FORM}"})
    return request.mimetype == FORM


def read_json_body() -> Any:
    """The JSON document that was posted. Raises HttpError."""
    try:
        return parse(_read_body())
    except NotStandardJson as error:
        raise HttpError("not_json", where=str(error)) from None


def read_form_fields() -> Typed:
    """The fields of the form that was posted. Raises HttpError."""
    try:
        body = _read_body().decode("utf-8")
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        raise HttpError("not_a_form") from None
    return group_fields(pairs)


def _read_body() -> bytes:
    """What was posted. Raises HttpError when it is longer than the limit."""
    body = request.get_data(cache=False, parse_form_data=False)
    if len(body) > MAX_BODY_BYTES:
        raise HttpError("too_large")
    return body


def wants_page() -> bool:
    """Whether a person reads the answer: a form was sent, or a browser asks."""
    if request.mimetype in (JSON, FORM):
        return request.mimetype == FORM
    return request.accept_mimetypes["text/html"] > request.accept_mimetypes[JSON]


def make_json_response(content: Mapping[str, object], status: int = 200, mimetype: str = JSON) -> Response:
    """A document as an answer to a program."""
    return Response(json.dumps(content, ensure_ascii=False), status, mimetype=mimetype)


def make_page_response(page: str, status: int = 200) -> Response:
    """A whole page as an answer to a person."""
    return Response(page, status, mimetype="text/html")


def language_for(context: ApiContext) -> str:
    """The language to answer in: the submission's, else one that the client reads, else the study's first."""
    if chosen := g.get("language"):
        return str(chosen)
    study = g.get("study") or next(iter(context.studies.values()), None)
    languages = study.languages if study else (LAST_RESORT_LANGUAGE,)
    return request.accept_languages.best_match(languages) or languages[0]


def make_error_response(context: ApiContext, error: HttpError) -> Response:
    """A refusal as a page for people, as problem+json for programs, with the same status."""
    language = language_for(context)
    if wants_page():
        answer = make_page_response(
            context.renderer.render_notice(g.get("study"), language, error.page), error.kind.status
        )
    else:
        problem = _build_problem_details(error, context.translator_for(language))
        answer = make_json_response(problem, error.kind.status, PROBLEM_JSON)
        answer.content_language.add(language)
    answer.headers.update(error.headers)
    return answer


def _build_problem_details(error: HttpError, translate: WebTranslator) -> dict[str, object]:
    """RFC 9457, with our stable code and every error."""
    status = HTTPStatus(error.kind.status)
    document: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    document |= {"code": error.code, "detail": translate(error.kind.message)}
    if error.where:
        document["where"] = error.where
    if errors := [*_build_field_errors(error, translate), *_build_question_errors(error, translate)]:
        document["errors"] = errors
    return document


def _build_field_errors(error: HttpError, translate: WebTranslator) -> Iterator[dict[str, object]]:
    for issue in error.field_issues:
        yield {
            "field": issue.question,
            "code": issue.code,
            **issue.limits,
            "detail": translate(FIELD_ISSUE_MESSAGES[issue.code]),
        }


def _build_question_errors(error: HttpError, translate: WebTranslator) -> Iterator[dict[str, object]]:
    for issue in error.answer_issues:
        yield {
            "question": issue.question,
            "code": issue.code,
            **issue.limits,
            "detail": translate.describe_issue(issue),
        }
