"""The API's description, from the very schemas that read what is sent."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow.fields import Field

from boucle import __version__
from boucle.core.addresses import HEALTH, RECEIPTS, WITHDRAWALS, responses_address
from boucle.core.strictjson import JsonObject
from boucle.submissions.receipt_request import ReceiptRequestSchema
from boucle.web.context import Versions
from boucle.web.errors import HTTP_ERROR_KINDS
from boucle.web.requests import FORM, JSON, PROBLEM_JSON

PROBLEM_DETAILS_SCHEMA: JsonObject = {
    "type": "object",
    "description": "RFC 9457, with a stable code; `errors` holds every error, by question or by field.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(HTTP_ERROR_KINDS)},
        "detail": {"type": "string", "description": "In the submission's language."},
        "where": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "question": {"type": "string"},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
RECEIPT_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["receipt"],
    "properties": {"receipt": {"type": "string", "examples": ["K7QF-2M9T-XW4C-3B8N"]}},
}
STANDING_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "enum": ["waiting", "counted", "withdrawn"]},
        "release": {"type": "integer", "description": "The release that first counted it."},
    },
}
HEALTH_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["status", "version", "demonstration"],
    "properties": {
        "status": {"type": "string"},
        "version": {"type": "string"},
        "demonstration": {"type": "boolean"},
    },
}


def build_openapi_document(versions: Versions) -> JsonObject:
    """The OpenAPI 3.1 document of this installation, every questionnaire version included."""
    plugin = MarshmallowPlugin(schema_name_resolver=_component_name)
    spec = APISpec(title="Boucle", version=__version__, openapi_version="3.1.0", plugins=[plugin])
    if plugin.converter is None:  # pragma: no cover  # APISpec initialises its plugins
        raise RuntimeError("apispec did not initialise its marshmallow plugin")
    plugin.converter.add_attribute_function(_own_schema)  # type: ignore[no-untyped-call]  # apispec's own
    for name, schema in _build_components().items():
        spec.components.schema(name, schema)
    for version in versions.values():
        spec.components.schema(_component_name(version.reader.schema), schema=version.reader.schema)
    spec.components.schema("ReceiptRequest", schema=ReceiptRequestSchema)
    forms = {"get": _describe_form_redirect(), "post": _describe_submission(versions)}
    spec.path(RESPONSES_PATH, operations=forms, parameters=_parameters(versions))
    spec.path(RECEIPTS, operations={"post": _describe_receipt_request()})
    spec.path(WITHDRAWALS, operations={"post": _describe_withdrawal()})
    spec.path(HEALTH, operations={"get": _describe_get("Whether answers can be taken.", "Health", 429, 503)})
    document: JsonObject = spec.to_dict()
    return document


RESPONSES_PATH = responses_address("{study}", "{questionnaire}", "{version}")


def _build_components() -> dict[str, JsonObject]:
    return {
        "Problem": PROBLEM_DETAILS_SCHEMA,
        "Receipt": RECEIPT_SCHEMA,
        "Standing": STANDING_SCHEMA,
        "Health": HEALTH_SCHEMA,
    }


def _component_name(schema: Any) -> str:
    return (schema if isinstance(schema, type) else type(schema)).__name__


def _own_schema(_: object, field: Field[Any], **__: object) -> JsonObject:
    describe = getattr(field, "json_schema", None)
    return describe() if describe else {}


def _parameters(versions: Versions) -> list[JsonObject]:
    known = zip(*versions, strict=True)
    return [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string", "enum": sorted(set(values))}}
        for name, values in zip(("study", "questionnaire", "version"), known, strict=False)
    ]


def _describe_form_redirect() -> JsonObject:
    return {
        "summary": "Go to the form of this questionnaire version.",
        "responses": {
            "303": {"description": "The form's address, in `Location`."},
            **_build_error_responses(403, 404, 429, 500),
        },
    }


def _describe_submission(versions: Versions) -> JsonObject:
    submissions = [_make_reference(_component_name(version.reader.schema)) for version in versions.values()]
    return {
        "summary": "Send the answers to one questionnaire version.",
        "description": "Sending the same submission again stores nothing and gives the same receipt, also once its "
        "wave is over and another one is open. "
        "A form gets the pages of its flow instead.",
        "requestBody": _build_request_body({"anyOf": submissions}),
        "responses": {
            "201": _build_response("Stored.", "Receipt"),
            "200": _build_response("Stored already; or the next page of a form.", "Receipt", page=True),
            **_build_error_responses(400, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503),
        },
    }


def _describe_receipt_request() -> JsonObject:
    return {
        "summary": "Ask where a response stands.",
        "requestBody": _build_request_body(_make_reference("ReceiptRequest")),
        "responses": {
            "200": _build_response("Where it stands.", "Standing", page=True),
            **_build_error_responses(400, 403, 404, 413, 415, 422, 429, 500, 503),
        },
    }


def _describe_withdrawal() -> JsonObject:
    return {
        "summary": "Withdraw a response, however often it is said.",
        "requestBody": _build_request_body(_make_reference("ReceiptRequest")),
        "responses": {
            "204": {"description": "Withdrawn."},
            "200": {"description": "Withdrawn, said as a page to a form.", "content": {"text/html": {}}},
            **_build_error_responses(400, 403, 404, 413, 415, 422, 429, 500, 503),
        },
    }


def _describe_get(summary: str, component: str, *statuses: int) -> JsonObject:
    return {
        "summary": summary,
        "responses": {"200": _build_response(summary, component), **_build_error_responses(*statuses)},
    }


def _build_request_body(schema: JsonObject) -> JsonObject:
    return {"required": True, "content": {JSON: {"schema": schema}, FORM: {"schema": {"type": "object"}}}}


def _build_response(description: str, component: str, page: bool = False) -> JsonObject:
    content: JsonObject = {JSON: {"schema": _make_reference(component)}}
    return {"description": description, "content": content | ({"text/html": {}} if page else {})}


def _build_error_responses(*statuses: int) -> dict[str, JsonObject]:
    return {str(status): _build_error_response(status) for status in statuses}


def _build_error_response(status: int) -> JsonObject:
    codes = ", ".join(code for code, reason in HTTP_ERROR_KINDS.items() if reason.status == status)
    content = {PROBLEM_JSON: {"schema": _make_reference("Problem")}, "text/html": {}}
    return {"description": f"Code {codes}; as a page to a form.", "content": content}


def _make_reference(component: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{component}"}
