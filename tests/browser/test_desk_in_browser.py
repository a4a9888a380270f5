"""The moderators' desk: nothing is found on it in any state, on a narrow screen, in the dark, or without colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from boucle.moderation.desk_app import Guide, create_desk_app
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support.browsers.audits import find_violations, validate_html
from support.builders import DEMONSTRATION
from support.free_texts import KEY, MemoryTextSource, make_desk, make_stored_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "one-time"
TEXTS = ("Madame Dupont m'a aidé, appelez le 06 12 34 56 78", "je dors dehors et je n'ai plus rien à manger")
CODEBOOK = (("Une posture d'écoute", "La personne est prise au sérieux.", ("on m'a écouté",)),)
GUIDE = Guide({"ecoute": "Une posture d'écoute"}, "Prévenir l'astreinte.", CODEBOOK)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        app = create_desk_app(
            make_desk(book, MemoryTextSource([make_stored_text(text, KEY) for text in TEXTS])),
            {DEMONSTRATION: GUIDE},
            TOKEN,
        )
        server = make_server("127.0.0.1", 0, app, threaded=False)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


def refuse_without_a_reason(page: Page) -> None:
    page.get_by_role("button", name="Refuser").click()
    page.locator(".wrong").wait_for()


def decide(page: Page) -> None:
    page.get_by_role("button", name="Classer").click()


def states(page: Page, address: str) -> Iterator[str]:
    """Each thing that a moderator can have before the eyes."""
    page.goto(f"{address}/?token={TOKEN}")
    yield "a text"
    page.locator("summary").click()
    yield "the codebook"
    refuse_without_a_reason(page)
    yield "an error"
    decide(page)
    yield "the next text"
    decide(page)
    page.locator("#nothing").wait_for()
    yield "nothing left"
    page.goto(f"{address}/log")
    yield "the log"


@pytest.mark.parametrize(
    ("width", "colours", "forced"), [(320, "light", "none"), (1280, "dark", "none"), (1280, "light", "active")]
)
def test_nothing_is_found_on_the_desk_in_any_state(
    browser: Browser,
    address: str,
    tmp_path: Path,
    width: int,
    colours: Literal["light", "dark"],
    forced: Literal["active", "none"],
) -> None:
    # The policy lets in no script but the desk's; the checker is one.
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=colours, forced_colors=forced, bypass_csp=True
    )
    context.set_default_timeout(8000)
    page = context.new_page()
    found = {}
    alerts = 0
    for number, state in enumerate(states(page, address)):
        found[state] = find_violations(page, "fr")
        alerts += page.locator(".alert").count()
        (tmp_path / f"{number}.html").write_text(page.content(), "utf-8")
    context.close()
    assert found == {state: [] for state in found}
    assert alerts
    assert validate_html(tmp_path) == ""
