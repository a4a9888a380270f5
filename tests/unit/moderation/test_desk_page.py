"""The desk's page: for the moderator of this machine only, usable without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from boucle.moderation.desk_app import Guide, create_desk_app
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support.builders import DEMONSTRATION
from support.documents.pages_read import find_objections, read_page
from support.free_texts import KEY, MemoryTextSource, make_desk, make_stored_text, read_published_quotes

TOKEN = "one-time"
GUIDE = Guide({"ecoute": "Une posture d'écoute"}, "Prévenir l'astreinte.")
HERE = "http://127.0.0.1:8765"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteBook]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        yield book


def browser(book: SqliteBook, *texts: str) -> FlaskClient:
    shelf = MemoryTextSource([make_stored_text(text, KEY) for text in texts])
    return create_desk_app(make_desk(book, shelf), {DEMONSTRATION: GUIDE}, TOKEN).test_client()


def let_in(client: FlaskClient) -> FlaskClient:
    assert client.get(f"/?token={TOKEN}", base_url=HERE).status_code == 302
    return client


def fields(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in read_page(page).all("input"):
        attributes = field.attributes
        if "name" in attributes and (attributes.get("type") != "checkbox" or "checked" in attributes):
            found.setdefault(attributes["name"], []).append(attributes.get("value", ""))
    return found


def test_the_link_opens_the_desk_once(book: SqliteBook) -> None:
    client = browser(book, "texte")
    assert client.get("/", base_url=HERE).status_code == 403
    assert client.get("/?token=guess", base_url=HERE).status_code == 403
    assert let_in(client).get("/", base_url=HERE).status_code == 200
    client.delete_cookie("boucle-desk", domain="127.0.0.1")
    assert client.get(f"/?token={TOKEN}", base_url=HERE).status_code == 403


def test_another_site_reaches_nothing_whatever_name_it_gives_this_machine(book: SqliteBook) -> None:
    client = let_in(browser(book, "texte"))
    assert client.get("/", base_url="http://evil.example:8765").status_code == 403
    assert client.post("/undo", base_url=HERE, headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_form_without_script_redacts_and_approves(book: SqliteBook) -> None:
    client = let_in(browser(book, "Madame Dupont m'a aidé"))
    sent = fields(client.get("/", base_url=HERE).text)
    assert sent["hide"] == ["7:13:name"]
    done = client.post("/decide", base_url=HERE, data={**sent, "verdict": "approved", "theme": "ecoute"})
    assert done.status_code == 303
    assert "Aucun texte" in client.get("/", base_url=HERE).text
    assert read_published_quotes(book) == ["Madame [nom] m'a aidé"]


def test_a_rejection_without_a_reason_comes_back_with_its_text(book: SqliteBook) -> None:
    client = let_in(browser(book, "texte"))
    sent = fields(client.get("/", base_url=HERE).text)
    again = client.post("/decide", base_url=HERE, data={**sent, "verdict": "rejected"})
    assert again.status_code == 422
    assert "pourquoi" in again.text
    assert "texte" in read_page(again.text).one("blockquote").text


def test_later_brings_another_text_first(book: SqliteBook) -> None:
    client = let_in(browser(book, "un", "deux"))
    first = fields(client.get("/", base_url=HERE).text)
    client.post("/decide", base_url=HERE, data={**first, "verdict": "skip"})
    assert fields(client.get("/", base_url=HERE).text)["key"] != first["key"]


def test_undo_brings_the_text_back(book: SqliteBook) -> None:
    client = let_in(browser(book, "texte"))
    sent = fields(client.get("/", base_url=HERE).text)
    client.post("/decide", base_url=HERE, data={**sent, "verdict": "approved"})
    back = client.post("/undo", base_url=HERE, follow_redirects=True)
    assert fields(back.text)["key"] == sent["key"]
    assert read_published_quotes(book) == []


def test_danger_shows_the_study_s_own_route(book: SqliteBook) -> None:
    page = let_in(browser(book, "je veux mourir")).get("/", base_url=HERE).text
    assert "Prévenir l'astreinte." in read_page(page).text


def test_what_somebody_wrote_stays_text(book: SqliteBook) -> None:
    page = let_in(browser(book, "<script>alert(1)</script>")).get("/", base_url=HERE).text
    assert "<script>alert" not in page


def test_its_pages_are_sound_and_kept_by_no_cache(book: SqliteBook) -> None:
    client = let_in(browser(book, "Karim m'a menacé"))
    for address in ("/", "/log"):
        answer = client.get(address, base_url=HERE)
        assert answer.headers["Cache-Control"] == "no-store"
        assert find_objections(answer.text) == []
