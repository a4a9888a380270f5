"""Three hundred texts with planted personal data go through the desk by keyboard; none of it is published."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

import verbatims
from boucle.cli.moderate import Silent
from boucle.jobs.quotes import QuotePublisher
from boucle.storage.memory import MemorySink
from boucle.storage.moderation import SqliteBook
from boucle.verbatims.desk import Desk
from boucle.verbatims.desk_app import Guide, desk_app
from builders import DEMONSTRATION
from verbatims import KEY, Clock, Seconds, Shelf, stored

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT = 300
REFUSED_EVERY = 30
GUIDE = Guide({"ecoute": "Une posture d'écoute", "reseau": "Un travail en réseau"}, "Prévenir l'astreinte.")


@dataclass
class Open:
    """A desk that is served."""

    link: str
    book: SqliteBook
    shelf: Shelf


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Open]:
    planted = verbatims.many(COUNT, seed=3)
    shelf = Shelf([stored(each.text, KEY, number=number) for number, each in enumerate(planted)])
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        desk = Desk(
            studies={DEMONSTRATION: verbatims.STUDY},
            shelf=shelf,
            keys=[KEY],
            book=book,
            moderator="Ana",
            clock=Clock(),
            seconds=Seconds(),
        )
        server = make_server(
            "127.0.0.1", 0, desk_app(desk, {DEMONSTRATION: GUIDE}, "once"), threaded=True, request_handler=Silent
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Open(f"http://127.0.0.1:{server.server_port}/?token=once", book, shelf)
        server.shutdown()
        thread.join()
        server.server_close()


def test_three_hundred_texts_go_through_the_desk_and_no_planted_item_is_published(
    served: Open, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(served.link)
    for number in range(COUNT):
        page.locator("blockquote").wait_for()
        if number == 0:
            page.keyboard.press("1")
            assert page.locator("[name=theme]").first.is_checked()
        if number % REFUSED_EVERY == REFUSED_EVERY - 1:
            page.locator("#reason").select_option("Hors sujet")
            page.locator("h1").click()
            key = "r"
        else:
            key = "a"
        with page.expect_navigation():
            page.keyboard.press(key)
    assert page.locator("#nothing").is_visible()
    assert re.search(rf"{COUNT} sur {COUNT}", page.locator("#progress").inner_text())
    page.close()

    sink = MemorySink()
    publisher = QuotePublisher(
        there=served.shelf.keys,
        book=served.book,
        quotes=served.book,
        sink=sink,
        clock=Clock(),
        bits=secrets.randbits,
        demonstration=True,
    )
    publisher.publish(verbatims.STUDY)
    [content] = sink.files.values()
    shown = [each["text"] for each in json.loads(content)["verbatims"]]
    assert len(shown) == COUNT - COUNT // REFUSED_EVERY
    every = {item for each in verbatims.many(COUNT, seed=3) for item in each.planted}
    assert len(every) > 100
    assert [item for item in every if any(item in text for text in shown)] == []
