"""The shell of desks, around an application that has one page: whom it answers, and what it adds."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from boucle.desks.serving import LOOPBACK, make_local_server
from boucle.desks.shell import COOKIE, protect_desk
from support.documents.pages_read import find_objections, read_page

TOKEN = "one-time"
HERE = "http://127.0.0.1:8765"
PAGE = (
    '{% extends "desk_page.html" %}{% block title %}A desk{% endblock %}{% block main %}<h1>A desk</h1>{% endblock %}'
)


@pytest.fixture
def app() -> Flask:
    app = Flask("a desk of its own")
    protect_desk(app, TOKEN, command="boucle something")
    app.add_url_rule("/", view_func=lambda: render_template_string(PAGE))
    return app


@pytest.fixture
def holder(app: Flask) -> FlaskClient:
    """The browser that came with the link."""
    client = app.test_client()
    assert client.get(f"/?token={TOKEN}", base_url=HERE).status_code == HTTPStatus.FOUND
    return client


def test_whoever_came_with_the_link_holds_the_desk(holder: FlaskClient) -> None:
    page = holder.get("/", base_url=HERE)
    assert page.status_code == HTTPStatus.OK
    assert read_page(page.text).one("h1").text == "A desk"
    assert find_objections(page.text) == []


def test_the_link_lets_nobody_else_in_afterwards_and_names_the_command_for_another(
    app: Flask, holder: FlaskClient
) -> None:
    late = app.test_client().get(f"/?token={TOKEN}", base_url=HERE)
    assert late.status_code == HTTPStatus.FORBIDDEN
    assert "relancez boucle something" in late.text
    assert holder.get("/", base_url=HERE).status_code == HTTPStatus.OK


@pytest.mark.parametrize("address", ["/", "/?token=", "/?token=guess", "/desk.css", "/nothing"])
def test_nothing_is_answered_without_the_link(app: Flask, address: str) -> None:
    assert app.test_client().get(address, base_url=HERE).status_code == HTTPStatus.FORBIDDEN


def test_a_guessed_session_opens_nothing(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(COOKIE, "guess", domain="127.0.0.1")
    assert client.get("/", base_url=HERE).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("http://127.0.0.1:8765", HTTPStatus.OK),
        ("http://desk.example:8765", HTTPStatus.FORBIDDEN),
        ("http://127.0.0.1.example:8765", HTTPStatus.FORBIDDEN),
        ("http://127.0.0.1", HTTPStatus.FORBIDDEN),
    ],
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(holder: FlaskClient, host: str, status: HTTPStatus) -> None:
    cookie = holder.get_cookie(COOKIE, domain="127.0.0.1")
    assert cookie
    answer = holder.get("/", base_url=host, headers={"Cookie": f"{COOKIE}={cookie.value}"})
    assert answer.status_code == status


def test_a_form_of_another_site_is_refused(holder: FlaskClient) -> None:
    origins = {HERE: HTTPStatus.OK, "http://127.0.0.1:9999": HTTPStatus.FORBIDDEN, "null": HTTPStatus.FORBIDDEN}
    for origin, status in origins.items():
        assert holder.get("/", base_url=HERE, headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize("address", ["/", "/desk.css", "/nothing"])
def test_every_answer_is_kept_by_no_cache_and_may_load_its_own_files_only(holder: FlaskClient, address: str) -> None:
    headers = holder.get(address, base_url=HERE).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_look_is_served_with_it(holder: FlaskClient) -> None:
    styles = holder.get("/desk.css", base_url=HERE)
    assert styles.mimetype == "text/css"
    assert ":focus-visible" in styles.text


@pytest.fixture
def served(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    server = make_local_server(app, 0, is_silent=request.param)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        assert server.server_address[0] == LOOPBACK
        yield f"http://{LOOPBACK}:{server.server_port}/?token={TOKEN}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("served", "lines"), [(True, 0), (False, 1)], indirect=["served"])
def test_a_silent_server_logs_no_address(served: str, lines: int, caplog: pytest.LogCaptureFixture) -> None:
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            """Stay where the link leads."""

    with caplog.at_level("INFO", logger="werkzeug"), pytest.raises(urllib.error.HTTPError) as answered:
        urllib.request.build_opener(NoRedirect).open(served)
    assert answered.value.code == HTTPStatus.FOUND
    answered.value.close()
    assert len([line for line in caplog.messages if TOKEN in line]) == lines
