"""Whatever the network does, an answer that was sent is stored once, and its page says so in the end.

A few dozen random runs here; `make faults` does 200. A run that fails says its number: `FAULTS_FROM=7 FAULTS=1` runs
that one alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from wsgiref.types import WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browsers.form_acts import FORM, FORM_ANSWERS, as_list, go_on, open_form, wait_until_cached
from support.browsers.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RUNS = int(os.environ.get("FAULTS", "24"))
FIRST = int(os.environ.get("FAULTS_FROM", "0"))
POST = "POST"
TYPED = [("_mode", "self"), *((name, choice) for name, value in FORM_ANSWERS.items() for choice in as_list(value))]


class BadNetwork:
    """Loses requests and answers by chance, and now and then is away altogether."""

    def __init__(self, chance: Random, phone: BrowserContext) -> None:
        self.chance = chance
        self.phone = phone

    def fate(self, environ: WSGIEnvironment) -> str:
        """Posts mostly fare badly; pages mostly well, or nothing would ever open."""
        weights = (2, 3, 3) if environ["REQUEST_METHOD"] == POST else (17, 2, 1)
        return self.chance.choices(("answered", "lost", "unheard"), weights)[0]

    def mishap(self, tab: Page) -> Page:
        """One thing that happens to a phone; the tab in which the person goes on."""
        happening: Callable[[Page], Page] = self.chance.choice(
            (self._cut, self._back, self._reload, self._reopen, self._retry)
        )
        return happening(tab)

    def _cut(self, tab: Page) -> Page:
        self.phone.set_offline(True)
        return tab

    def _back(self, tab: Page) -> Page:
        self.phone.set_offline(False)
        return tab

    def _reload(self, tab: Page) -> Page:
        _visit(tab)
        return tab

    def _reopen(self, tab: Page) -> Page:
        tab.close(run_before_unload=False)
        opened = self.phone.new_page()
        _visit(opened)
        return opened

    def _retry(self, tab: Page) -> Page:
        # By script: the button may go while a hand moves towards it.
        tab.evaluate("(document.getElementById('_retry') || document.body).click()")
        return tab


def _visit(tab: Page) -> None:
    # A page that a bad network does not bring at all is kept by the worker; if even that is not there yet, again later.
    try:
        tab.goto(FORM)
    except Exception as away:
        assert "net::ERR" in str(away)  # noqa: PT017  anything else is a failure of the test itself


@pytest.mark.parametrize("run", range(FIRST, FIRST + RUNS))
def test_nothing_is_lost_and_nothing_is_doubled(browser: Browser, site: LiveSite, run: int) -> None:
    chance = Random(run)
    phone = browser.new_context(base_url=site.address)
    network = BadNetwork(chance, phone)
    tab = phone.new_page()
    open_form(tab)
    wait_until_cached(tab)
    tab.evaluate("typed => { Form.fill(typed); Form.open(4); Form.keep(); }", TYPED)
    site.fate = network.fate
    if chance.random() < 0.5:
        phone.set_offline(True)
    go_on(tab)
    for _ in range(chance.randint(1, 5)):
        tab.wait_for_timeout(chance.randint(0, 150))
        tab = network.mishap(tab)
    site.fate = lambda environ: "answered"
    phone.set_offline(False)
    if chance.random() < 0.5:
        tab = network._reopen(tab)
    expect(tab.locator("#_received .code")).to_be_visible(timeout=15_000)
    phone.close()
    assert [response.answers for response in site.list_stored()] == [FORM_ANSWERS]
