"""The same limits on Lambda as here: an event goes through the guard and Zappa's own WSGI request, to the same end."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest
from zappa.wsgi import create_wsgi_request

from boucle.amazon.event_guard import LambdaStage, admit_request
from boucle.entrypoints.server.asyncio_frontend import call_application
from support import api
from support.amazon.lambda_events import encode_body, make_v1_event, make_v2_event
from support.api import ApiInstallation, make_submission
from support.streets import FrontHarness

ADDRESS = api.address()
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODY = json.dumps(make_submission())
CASES: dict[str, tuple[str, str]] = {
    "a submission": (JSON, BODY),
    "NaN": (JSON, BODY.replace('"no"', "NaN")),
    "a key twice": (JSON, BODY.replace('"no"', '"no", "accompagne": "yes"')),
    "deep nesting": (JSON, "[" * 30_000),
    "a huge integer": (JSON, BODY.replace('"no"', "9" * 5000)),
    "half a pair": (JSON, BODY.replace('"no"', '"\\ud800"')),
    "NUL": (JSON, BODY.replace('"no"', '"\\u0000"')),
    "64 KB": (JSON, BODY.ljust(64 * 1024)),
    "and one more": (JSON, BODY.ljust(64 * 1024 + 1)),
    "a million fields": (FORM, "a=1&" * 1_000_000),
    "many fields": (FORM, "a=1&" * 10_000),
    "multipart": (
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
    ),
    "another type": ("text/plain", BODY),
    "no type": ("", BODY),
    "UTF-16 said": ("application/json; charset=utf-16", BODY),
}


def on_lambda(here: ApiInstallation, event: dict[str, object]) -> int:
    environ = create_wsgi_request(
        admit_request(event, LambdaStage.API), script_name="", trailing_slash=False, binary_support=True
    )
    return call_application(here.app.wsgi_app, environ)[0]


def locally(here: ApiInstallation, kind: str, body: str) -> int:
    return asyncio.run(FrontHarness(here).ask(body.encode(), headers={"content-type": kind})).status


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("version", [make_v1_event, make_v2_event], ids=["REST", "HTTP"])
def test_what_is_refused_here_is_refused_there(name: str, version: object) -> None:
    kind, body = CASES[name]
    make = make_v1_event if version is make_v1_event else make_v2_event
    there, plain = ApiInstallation(), ApiInstallation()
    headers = {"Content-Type": kind} if kind else {}
    status = on_lambda(there, encode_body(make("POST", ADDRESS, body, headers)))
    assert status == locally(plain, kind, body)
    assert status < 500
    assert len(there.store.responses) == len(plain.store.responses) == (status == 201)


def test_what_is_compressed_is_opened_nowhere() -> None:
    bomb = gzip.compress(b" " * 40_000_000).decode("latin-1")
    here = ApiInstallation()
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    assert on_lambda(here, make_v1_event("POST", ADDRESS, bomb, headers)) == 400


def test_a_crowd_is_told_apart_by_what_the_distribution_saw() -> None:
    """The last but one: the client may write what it likes before it, and the last is the distribution itself."""
    event = make_v1_event("POST", ADDRESS, BODY, {"X-Forwarded-For": "198.51.100.1, 203.0.113.7, 70.132.1.1"})
    environ = create_wsgi_request(
        admit_request(event, LambdaStage.API), script_name="", trailing_slash=False, binary_support=True
    )
    assert environ["REMOTE_ADDR"] == "203.0.113.7"
