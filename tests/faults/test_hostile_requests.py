"""Generated hostile requests, thousands of them: no 5xx, and nothing is stored but what was acknowledged.

The seed is printed. `make faults` sends 50,000: BOUCLE_HOSTILE=50000.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest

from boucle.entrypoints.server.asyncio_frontend import call_application
from support.api import ApiInstallation, address, make_submission

REQUESTS = int(os.environ.get("BOUCLE_HOSTILE", "2000"))
QUESTIONS = ["accompagne", "note", "avis", "freins", "contact", "contact.other", "grille.suivi", "enfants", "distance"]
QUESTIONS += ["debut", "ordre", "message", "_id", "_step", "_language", "_mode", "_consent.message", "fields", "Meta"]
PIECES = [
    "yes",
    "no",
    "",
    "other",
    "aucun",
    "a",
    "2026-02-29",
    "0",
    "-1",
    "3.5",
    "=1+1",
    "\x00",
    "\ud83d",
    "é",
    "\u202e",
]
PIECES += [
    "../../etc/passwd",
    "<script>",
    "' OR 1=1 --",
    "{{7*7}}",
    "${x}",
    "a" * 3000,
    "\r\nSet-Cookie: a=b",
    "9" * 400,
]
LITERALS = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 5000,
    b"[" * 900,
    b'{"a":' * 60,
    b'"\\ud800"',
    b'"\\u0000"',
    b"\xff\xfe",
]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
TYPES += ["application/json; charset=utf-16", "application/json;;", "APPLICATION/JSON", "application/jsonp", "x" * 500]
PATHS = [address(), address("9.9.9"), "/api/receipts", "/api/withdrawals", "/api/health", "/api/openapi.json", "/api/"]
PATHS += [
    "/api/responses/../../x",
    "/api/responses//candidats/1.0.0",
    "/api/responses/etude/candidats/1.0.0/",
    "/\xff\xfe",
]
METHODS = ["POST"] * 8 + ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW"]
HEADERS = ["HTTP_ORIGIN", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "HTTP_CONTENT_ENCODING", "HTTP_RANGE"]
HEADERS += ["HTTP_X_FORWARDED_FOR", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_COOKIE", "HTTP_EXPECT", "HTTP_IF_NONE_MATCH"]


def value(chance: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can say."""
    kind = chance.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return chance.choice(PIECES)
    if kind < 6:
        return chance.choice([None, True, False, 0, -1, 7, 10**16, 10**30, 0.1, -0.0, 1e300])
    if kind < 8:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(PIECES): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def json_body(chance: random.Random) -> bytes:
    """A submission with some of it wrong; now and then with bytes that are no JSON at all."""
    answers = {"accompagne": "no", **{chance.choice(QUESTIONS): value(chance) for _ in range(chance.randrange(4))}}
    body: dict[str, Any] = make_submission(answers)
    if chance.random() < 0.4:
        body[chance.choice([*body, "consent", "more", "receipt", "study"])] = value(chance)
    written = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.3:
        at = chance.randrange(len(written))
        written = written[:at] + chance.choice(LITERALS) + written[at + chance.randrange(8) :]
    return written


def form_body(chance: random.Random) -> bytes:
    pairs = [(chance.choice(QUESTIONS), chance.choice(PIECES)) for _ in range(chance.randrange(12))]
    written = urlencode(pairs, errors="surrogatepass").encode()
    return written + (quote_from_bytes(chance.randbytes(20)).encode() if chance.random() < 0.2 else b"")


def noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(400))


def request(chance: random.Random) -> dict[str, Any]:
    """One request as WSGI has it."""
    body = chance.choices([json_body, form_body, noise], [6, 3, 1])[0](chance)
    kind = TYPES[0] if body[:1] == b"{" and chance.random() < 0.8 else chance.choice(TYPES)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": chance.choice(METHODS),
        "SCRIPT_NAME": "",
        "PATH_INFO": chance.choice(PATHS if chance.random() < 0.3 else PATHS[:1]),
        "QUERY_STRING": chance.choice(["", "", "a=%ff", "language=fr&" * 50]),
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": chance.choice([str(len(body))] * 9 + [str(len(body) + 5), "0", "70000"]),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if chance.random() < 0.2:
        environ[chance.choice(HEADERS)] = chance.choice(PIECES).encode("utf-8", "surrogatepass").decode("latin-1")
    return environ


@pytest.mark.slow
def test_no_request_breaks_the_server_or_stores_what_it_was_not_told_to(caplog: pytest.LogCaptureFixture) -> None:
    seed = int(os.environ.get("BOUCLE_SEED", str(random.randrange(10**6))))
    chance, here, seen = random.Random(seed), ApiInstallation(), Counter[int]()
    receive: Callable[[dict[str, Any]], Any] = lambda environ: call_application(here.app.wsgi_app, environ)  # noqa: E731
    for number in range(REQUESTS):
        status, headers, body = receive(request(chance))
        assert status < 500, f"seed {seed}, request {number}: {status}"
        assert b"Traceback" not in body
        assert not [name for name, _ in headers if name.lower() == "set-cookie"]
        seen[status] += 1
        assert len(here.store.responses) == seen[201]
    print(f"seed {seed}: {dict(sorted(seen.items()))}")
    assert caplog.records == []
    assert seen[201]
    assert seen[422] > REQUESTS / 20
