"""Events as API Gateway and EventBridge send them to a function."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

JSON = {"content-type": "application/json", "accept": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
HOST = "abcdef.execute-api.eu-west-3.amazonaws.com"


def make_v1_event(
    method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A REST API's event: the stage is told apart from the path, and the Host is Amazon's."""
    named = {
        "Host": HOST,
        "X-Forwarded-For": "203.0.113.7, 70.132.1.1",
        "X-Forwarded-Proto": "https",
        **(headers or {}),
    }
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": named,
        "multiValueHeaders": {name: [value] for name, value in named.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": {"PATH": "/nowhere"},
        "requestContext": {"stage": "api", "path": f"/api{path}", "identity": {"sourceIp": "203.0.113.7"}},
        "body": body,
        "isBase64Encoded": False,
    }


def make_v2_event(
    method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """An HTTP API's event."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": HOST, "x-forwarded-for": "203.0.113.7", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"},
            "stage": "$default",
            "domainName": HOST,
        },
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
    }


def encode_body(event: dict[str, Any]) -> dict[str, Any]:
    """The same event, its body as API Gateway sends what it takes for binary."""
    return {**event, "body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}


def make_scheduled_event(rule: str) -> dict[str, Any]:
    """The event of an EventBridge rule."""
    return {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "resources": [f"arn:aws:events:eu-west-3:123456789012:rule/{rule}"],
        "detail": {},
    }


def as_json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)


def as_form(fields: Mapping[str, Any]) -> str:
    return urlencode(fields, doseq=True)
