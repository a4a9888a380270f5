"""Budgets, as a browser meets them: bytes after gzip, requests at first view, nothing from elsewhere, no cookie."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from boucle.content.surveys import read_surveys
from boucle.pages.common import addresses, scripts, styles
from support.browsers.form_acts import answer_all, go_on, open_form, wait_until_cached
from support.browsers.live_site import LiveSite
from support.builders import DEMONSTRATION, SURVEYS

pytestmark = pytest.mark.browser

KB = 1024
STUDY = read_surveys(SURVEYS)[DEMONSTRATION]
HTML_A_QUESTION = 5 * KB / 12
PAGES = [
    (addresses.form(STUDY, questionnaire.id, language), len(questionnaire.questions))
    for questionnaire in STUDY.questionnaires
    for language in questionnaire.languages
    if not questionnaire.is_guide
]
"""Those of respondents: a guide of interviews is for colleagues, at a desk."""


def weight(content: bytes | str) -> int:
    return len(gzip.compress(content.encode() if isinstance(content, str) else content))


def first_view(phone: BrowserContext, address: str) -> list[str]:
    """What a first visit fetches until the form can be used, by path: all that starts before its `load` event."""
    tab = phone.new_page()
    tab.goto(address, wait_until="load")
    early: list[str] = tab.evaluate(
        "() => { const { loadEventStart } = performance.getEntriesByType('navigation')[0];"
        "return performance.getEntriesByType('resource').filter(each => each.startTime < loadEventStart)"
        ".map(each => new URL(each.name).pathname); }"
    )
    tab.close()
    return [address, *early]


def file_of(site: LiveSite, path: str) -> bytes:
    return (site.folder / (f"{path}index.html" if path.endswith("/") else path).lstrip("/")).read_bytes()


@pytest.mark.parametrize(("address", "questions"), PAGES)
def test_a_form_holds_its_budgets(phone: BrowserContext, site: LiveSite, address: str, questions: int) -> None:
    files = {path: file_of(site, path) for path in first_view(phone, address)}
    page = files[address].decode()
    bare = page
    for sheet in styles.read_sheets().values():
        bare = bare.replace(sheet, "")
    script = sum(weight(content) for path, content in files.items() if path.endswith(".js"))
    assert len(files) <= 4
    assert weight(bare) <= HTML_A_QUESTION * max(questions, 12)
    assert weight(styles.read_sheets()["page"] + styles.read_sheets()["form"]) <= 3 * KB
    assert script <= 4 * KB
    assert sum(map(weight, files.values())) <= 12 * KB


def test_the_worker_holds_its_budget() -> None:
    fetched = ("worker.js", "_boucle/outbox.js")
    assert sum(weight(scripts.read_scripts()[name]) for name in fetched) <= 1.5 * KB


def test_nothing_comes_from_elsewhere_and_no_cookie_is_set(phone: BrowserContext, site: LiveSite) -> None:
    asked: set[str] = set()
    phone.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    tab = phone.new_page()
    open_form(tab)
    wait_until_cached(tab)
    answer_all(tab)
    go_on(tab)
    tab.wait_for_selector("#_received:not([hidden])")
    assert asked == {urlsplit(site.address).netloc}
    assert phone.cookies() == []


def test_the_policy_holds_on_every_page_and_stops_what_it_forbids(phone: BrowserContext, site: LiveSite) -> None:
    stopped: list[str] = []
    for address in _every_page(site):
        other = phone.new_page()
        other.on("console", lambda said: stopped.append(said.text) if "Content Security Policy" in said.text else None)
        answer = other.goto(address)
        policy = answer.headers.get("content-security-policy", "") if answer else ""
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        other.close()
    assert stopped == []
    tab = phone.new_page()
    open_form(tab)
    ran = tab.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';"
        "document.head.append(made); return window.ran === 1; }"
    )
    assert not ran


def _every_page(site: LiveSite) -> Iterator[str]:
    for file in sorted(site.folder.rglob("index.html")):
        yield f"/{file.parent.relative_to(site.folder)}/".replace("/./", "/")
