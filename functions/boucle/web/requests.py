"""One request and its answer: who asks, in which language, what was sent, and how each kind of client is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, g, request

from boucle.core.strictjson import NotStandardJson, parse
from boucle.core.study.model import Study
from boucle.submissions.form import Typed, typed_fields
from boucle.web.context import Office
from boucle.web.errors import MISFITS, Refused
from boucle.web.ports import Words

MAX_BODY_BYTES = 64 * 1024
MAX_READ_BYTES = MAX_BODY_BYTES + 1
"""What Flask may read: of a body of no announced length it silently drops the rest, so one byte more tells."""
MAX_FORM_FIELDS = 2000
LAST_RESORT_LANGUAGE = "en"

JSON, FORM, PROBLEM = "application/json", "application/x-www-form-urlencoded", "application/problem+json"


def concerns(study: Study, language: object = None) -> None:
    """Remember what a request is about, for whatever has to be said to it."""
    g.study = study
    g.language = language if language in study.languages else None


def is_form() -> bool:
    """Whether a form was posted. Raises Refused when it is neither a form nor JSON."""
    if request.mimetype not in (JSON, FORM):
        raise Refused("unsupported", headers={"Accept-Post": f"{JSON}, {FORM}"})
    return request.mimetype == FORM


def sent_json() -> Any:
    """The JSON document that was posted. Raises Refused."""
    try:
        return parse(_body())
    except NotStandardJson as error:
        raise Refused("not_json", where=str(error)) from None


def sent_fields() -> Typed:
    """The fields of the form that was posted. Raises Refused."""
    try:
        body = _body().decode("utf-8")
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        raise Refused("not_a_form") from None
    return typed_fields(pairs)


def _body() -> bytes:
    body = request.get_data(cache=False, parse_form_data=False)
    if len(body) > MAX_BODY_BYTES:
        raise Refused("too_large")
    return body


def wants_page() -> bool:
    """Whether a person reads the answer: a form was sent, or a browser asks."""
    if request.mimetype in (JSON, FORM):
        return request.mimetype == FORM
    return request.accept_mimetypes["text/html"] > request.accept_mimetypes[JSON]


def json_answer(content: Mapping[str, object], status: int = 200, mimetype: str = JSON) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, mimetype=mimetype)


def page_answer(page: str, status: int = 200) -> Response:
    return Response(page, status, mimetype="text/html")


def language_for(office: Office) -> str:
    """The language to answer in: the submission's, else one that the client reads, else the study's first."""
    if chosen := g.get("language"):
        return str(chosen)
    study = g.get("study") or next(iter(office.studies.values()), None)
    languages = study.languages if study else (LAST_RESORT_LANGUAGE,)
    return request.accept_languages.best_match(languages) or languages[0]


def refusal_answer(office: Office, refused: Refused) -> Response:
    """A refusal as a page for people, as problem+json for programs, with the same status."""
    language = language_for(office)
    if wants_page():
        answer = page_answer(office.renderer.notice(g.get("study"), language, refused.page), refused.reason.status)
    else:
        problem = _problem_document(refused, office.speak(language))
        answer = json_answer(problem, refused.reason.status, PROBLEM)
        answer.content_language.add(language)
    answer.headers.update(refused.headers)
    return answer


def _problem_document(refused: Refused, words: Words) -> dict[str, object]:
    """RFC 9457, with our stable code and every error."""
    status = HTTPStatus(refused.reason.status)
    document: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    document |= {"code": refused.code, "detail": words(refused.reason.message)}
    if refused.where:
        document["where"] = refused.where
    if errors := [*_field_errors(refused, words), *_question_errors(refused, words)]:
        document["errors"] = errors
    return document


def _field_errors(refused: Refused, words: Words) -> Iterator[dict[str, object]]:
    for each in refused.misfits:
        yield {"field": each.question, "code": each.code, **each.limits, "detail": words(MISFITS[each.code])}


def _question_errors(refused: Refused, words: Words) -> Iterator[dict[str, object]]:
    for each in refused.problems:
        yield {"question": each.question, "code": each.code, **each.limits, "detail": words.problem(each)}
