"""Every route and every refusal, through every way in: what answers carry, and what the log must never hold.

Routes come from the application itself, refusals from their list: a new one that nothing drives fails here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from boucle.core.ports import StoreUnavailable
from boucle.entrypoints.server.asyncio_frontend import call_application
from boucle.web.errors import HTTP_ERROR_KINDS
from boucle.web.rate_limits import FREE_ATTEMPTS
from boucle.web.security import PLAIN_HEADERS
from boucle.web.static_site import put_site_before
from support.api import EVERY_TYPE, STUDY, ApiInstallation, address, make_submission
from support.builders import make_study, make_wave
from support.documents.html_forms import read_post_forms
from support.streets import HOST, FrontHarness, Headers, RsgiProtocol, RsgiScope

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ADDRESS, AGENT, ID = "203.0.113.9", "Mozilla/9", "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11"
SECRETS = ("Confidence", ADDRESS, AGENT, "confidentielle", ID)
NAMED = {"study": "etude", "questionnaire": "candidats"}
SENT_HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Cookie": "Confidence=1"}


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: str
    kind: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ServedAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str | None:
        """The stable code of a problem."""
        document = json.loads(self.body) if self.headers.get("Content-Type", "").endswith("json") and self.body else {}
        return document.get("code") if isinstance(document, dict) else None


Ask = Callable[[Sent], ServedAnswer]


def through_wsgi(here: ApiInstallation) -> Ask:
    """As on Lambda: the WSGI application alone."""

    def ask(sent: Sent) -> ServedAnswer:
        client = here.app.test_client()
        answer = client.open(
            sent.path,
            method=sent.method,
            data=sent.body,
            content_type=sent.kind or None,
            headers={**SENT_HEADERS, **sent.headers},
            environ_base={"REMOTE_ADDR": ADDRESS},
        )
        return ServedAnswer(answer.status_code, dict(answer.headers), answer.data)

    return ask


def through_the_front(here: ApiInstallation) -> Ask:
    """As the embedded server does."""
    street = FrontHarness(here)

    async def ask_server(sent: Sent) -> ServedAnswer:
        protocol = RsgiProtocol([sent.body])
        headers = {**SENT_HEADERS, "Host": HOST, "Content-Length": str(len(sent.body)), **sent.headers}
        if sent.kind:
            headers["Content-Type"] = sent.kind
        scope: Any = RsgiScope(headers=Headers({name.lower(): value for name, value in headers.items()}))
        scope.method, scope.path, scope.client = sent.method, sent.path, f"{ADDRESS}:4000"
        answering: Any = protocol
        await street.front.__rsgi__(scope, answering)
        return ServedAnswer(protocol.status, protocol.headers, protocol.body)

    return lambda sent: asyncio.run(ask_server(sent))


WAYS = {"the application alone": through_wsgi, "the embedded server's front": through_the_front}


def post(path: str, body: object) -> Sent:
    return Sent("POST", path, JSON, json.dumps(body).encode())


def fill_form(path: str, fields: Mapping[str, str]) -> Sent:
    return Sent("POST", path, FORM, urlencode(fields).encode())


def make_answers(sent: Mapping[str, object]) -> dict[str, object]:
    return make_submission({"accompagne": "no", "message": "Confidence"}, **sent)


def responses(ask: Ask, here: ApiInstallation) -> Iterator[ServedAnswer]:
    """Everything that may be sent to a questionnaire, good and bad."""
    where, secret = address(), make_answers({"id": ID})
    yield from map(ask, (post(where, secret), post(where, secret), post(where, {**secret, "mode": "assisted"})))
    yield ask(post(where, {**make_answers({}), "signs": ["trap"]}))
    form = {"accompagne": "no", "message": "Confidence", "_language": "fr"}
    check = ask(fill_form(where, form))
    yield check
    yield ask(Sent("POST", where, FORM, read_post_forms(check.body.decode())[0].encode()))
    yield ask(fill_form(where, {**form, "note": "Confidence"}))
    yield from (ask(Sent("POST", where, kind, b"Confidence=%ff")) for kind in (JSON, FORM, "", "text/Confidence"))
    yield from (ask(Sent("POST", where, kind, b"Confidence" * 9000)) for kind in (JSON, FORM))
    yield ask(replace(post(where, secret), headers={"Origin": "https://confidentielle.example"}))
    yield ask(post(where, {"accompagne": "Confidence"}))
    yield ask(Sent("GET", where))
    yield ask(Sent("DELETE", where))
    yield ask(post(address("9.9.9"), secret))
    yield ask(post(where, make_answers({"wave": "2020"})))
    yield from ask_at_other_times(ask, here, post(where, secret))


def ask_at_other_times(ask: Ask, here: ApiInstallation, sent: Sent) -> Iterator[ServedAnswer]:
    """On days when the wave is not open, and while the store is away or broken."""
    today = here.clock.time
    for day in (datetime(2020, 1, 1, tzinfo=UTC), datetime(2029, 6, 1, tzinfo=UTC)):
        here.clock.time = day
        yield ask(sent)
    here.clock.time = today
    here.store.away = True
    yield ask(sent)
    yield ask(fill_form("/api/receipts", {**NAMED, "receipt": "K7QF-2M9T-XW4C-3B8N"}))
    here.store.away = False


def codes(ask: Ask, here: ApiInstallation) -> Iterator[ServedAnswer]:
    """Everything that may be done with a code."""
    body = make_answers({})
    receipt = json.loads(ask(post(address(), body)).body)["receipt"]
    for path in ("/api/receipts", "/api/withdrawals"):
        for code in (receipt, "Confidence"):
            yield ask(post(path, {**NAMED, "receipt": code}))
            yield ask(fill_form(path, {**NAMED, "receipt": code}))
        yield ask(post(path, {**NAMED, "receipt": 5}))
        yield ask(Sent("GET", path))
    yield from (ask(post("/api/receipts", {**NAMED, "receipt": "Confidence"})) for _ in range(FREE_ATTEMPTS))
    yield ask(post(address(), body))


DRIVEN: Mapping[str, Callable[[Ask, ApiInstallation], Iterator[ServedAnswer]]] = {
    "/api/responses/<study>/<questionnaire>/<version>": responses,
    "/api/receipts": codes,
    "/api/withdrawals": codes,
    "/api/health": lambda ask, here: iter([ask(Sent("GET", "/api/health"))]),
    "/api/openapi.json": lambda ask, here: iter([ask(Sent("GET", "/api/openapi.json"))]),
}
ELSEWHERE = {"overloaded", "failed", "bad_request", "not_a_form"}
"""A crowd meets the first, a broken store (below) the second, odd HTTP the third; the last is said as a page only."""


def drive(way: str, here: ApiInstallation) -> list[ServedAnswer]:
    """Everything, in one installation."""
    ask = WAYS[way](here)
    ask(Sent("GET", "/api/confidentielle"))
    return [answered for drives in dict.fromkeys(DRIVEN.values()) for answered in drives(ask, here)]


def installation() -> ApiInstallation:
    taken = make_study(EVERY_TYPE, waves=(make_wave(("candidats", "1.0.0", "2026-01-05")),))
    return ApiInstallation(taken, monotonic=lambda: 1000.0)


def test_every_route_is_driven() -> None:
    rules = {rule.rule for rule in installation().app.url_map.iter_rules()}
    assert rules == set(DRIVEN)


def test_the_description_knows_every_route_and_no_other() -> None:
    here = installation()
    described = (here.client.get("/api/openapi.json").json or {})["paths"]
    rules = {re.sub(r"<(\w+)>", r"{\1}", rule) for rule in DRIVEN}
    assert set(described) | {"/api/openapi.json"} == rules


@pytest.mark.parametrize("way", WAYS)
def test_every_refusal_is_met(way: str) -> None:
    """So that what the log holds was seen for each of them."""
    seen = {refusal.code for refusal in drive(way, installation())} - {None}
    assert seen == set(HTTP_ERROR_KINDS) - ELSEWHERE


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_sent_or_given_is_logged_whatever_happens(
    way: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = drive(way, installation())
    given = {
        receipt for answer in answers for receipt in re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", answer.body.decode())
    }
    assert given
    broken = installation()
    broken.store.put = _fail  # type: ignore[method-assign]  # a store whose every call says what it was given
    broken.store.read_standing = _fail  # type: ignore[method-assign]
    ask = WAYS[way](broken)
    failures = [
        ask(post(address(), make_answers({"id": ID}))),
        ask(post("/api/receipts", {**NAMED, "receipt": min(given)})),
    ]
    assert {failure.code for failure in failures} == {"failed"}
    said = caplog.text + "".join(capfd.readouterr())
    assert "RuntimeError at test_every_route.py" in said
    assert [secret for secret in (*SECRETS, *given) if secret in said] == []


def _fail(*given: object, **more: object) -> Any:
    raise RuntimeError(f"{given} {more}")


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_says_how_it_may_be_used(way: str) -> None:
    for answer in drive(way, installation()):
        held = {name: answer.headers.get(name) for name in PLAIN_HEADERS}
        assert held == dict(PLAIN_HEADERS)
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not {"Set-Cookie", "Server", "X-Powered-By"} & set(answer.headers)
        if answer.status in {429, 503}:
            assert int(answer.headers["Retry-After"]) > 0


def test_a_secure_origin_asks_for_https_on_every_answer() -> None:
    here = ApiInstallation(public_origin="https://enquete.example")
    ask = through_wsgi(here)
    said = [ask(Sent("GET", path)).headers for path in ("/api/health", "/api/x", "/api/receipts")]
    assert all("max-age" in reply["Strict-Transport-Security"] for reply in said)


def test_the_site_in_front_says_the_same(tmp_path: Path) -> None:
    here = ApiInstallation()
    (tmp_path / "index.html").write_text("<p>", "utf-8")
    policy = "default-src 'none'; frame-ancestors 'none'"
    put_site_before(
        here.app, published=tmp_path / "none", built=tmp_path, page_policy=policy, framed_policy="default-src 'none'"
    )
    for method, path in (("GET", "/"), ("GET", "/nothing"), ("POST", "/"), ("GET", "/../x"), ("HEAD", "/")):
        environ = here.client.options(path).request.environ | {"REQUEST_METHOD": method}
        _, headers, _ = call_application(here.app.wsgi_app, environ)
        assert {name: dict(headers).get(name) for name in PLAIN_HEADERS} == dict(PLAIN_HEADERS)
        assert "Content-Security-Policy" in dict(headers)


def test_what_the_front_answers_by_itself_says_so_too() -> None:
    """A head without a body, a body that never comes, a crowd that is too large."""
    street = FrontHarness(ApiInstallation(), body_timeout_seconds=0.01, max_under_way=0)
    crowded = asyncio.run(street.ask(b"{}"))
    late = asyncio.run(FrontHarness(ApiInstallation(), body_timeout_seconds=0.01).ask(b"{}", pause=0.1))
    assert (crowded.status, late.status) == (429, 408)
    assert "Retry-After" in crowded.headers
    assert crowded.headers["X-Content-Type-Options"] == late.headers["X-Content-Type-Options"] == "nosniff"


def test_the_studies_of_these_tests_are_open() -> None:
    """Else everything above would be one refusal."""
    assert STUDY.waves[0].opens < ApiInstallation().clock.time.date()
    assert issubclass(StoreUnavailable, Exception)
