"""What the form does against programs, and that people meet none of it."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from boucle.content.surveys import read_surveys
from boucle.pages.common import scripts
from boucle.pages.common.shells import shells_of
from boucle.pages.common.styles import content_security_policy
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.study.site_pages import render_form_pages
from support.browsers.form_acts import FORM, FORM_ANSWERS, FORMS, answer_all, choose, go_on, open_form
from support.browsers.live_site import LiveSite
from support.builders import DEMONSTRATION, SURVEYS

pytestmark = pytest.mark.browser

BITS = 12
ASK_THE_WORKER = """([worker, bits, about]) => new Promise((done) => {
    const at = new Worker(worker);
    at.onmessage = ({ data }) => done(data);
    at.postMessage({ bits, about });
})"""
DRIVEN = 20
SENT = "#_received:not([hidden])"


def doubts(site: LiveSite) -> list[str | None]:
    return [response.held for response in site.store.responses.values()]


@pytest.mark.parametrize("language", FORMS)
def test_nobody_meets_the_hidden_field(tab: Page, language: str) -> None:
    """Neither by eye, nor by keyboard, nor by what a screen reader is told."""
    open_form(tab, FORMS[language])
    trap = tab.locator("[name=_website]")
    box = trap.evaluate("each => each.closest('p').getBoundingClientRect().toJSON()")
    assert (box["width"], box["height"]) == (1, 1)
    reached = set()
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.name || ''"))
    assert "_mode" in reached
    assert "_website" not in reached
    told = tab.locator("#_form").aria_snapshot()
    assert "textbox" not in told.partition("progress")[0]
    assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_program_that_fills_everything_or_hurries_is_held_back(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    answer_all(tab)
    tab.evaluate("document.querySelector('[name=_website]').value = 'https://spam.example'")
    go_on(tab)
    tab.wait_for_selector(SENT)
    assert doubts(site) == ["trap"]


def test_a_browser_driven_at_full_speed_is_held_back_every_time(tab: Page, site: LiveSite) -> None:
    """As the methodology page says."""
    for _ in range(DRIVEN):
        open_form(tab)
        answer_all(tab)
        go_on(tab)
        tab.locator("#_noted").click()
        tab.wait_for_selector("#_form:not([hidden])")
    assert doubts(site) == ["haste"] * DRIVEN


def test_a_person_is_not(tab: Page, site: LiveSite) -> None:
    """Half a second an answer: the quickest reader takes longer."""
    open_form(tab)
    answer_all(tab)
    tab.wait_for_timeout(3500)
    go_on(tab)
    tab.wait_for_selector(SENT)
    assert doubts(site) == [None]


def test_whoever_is_faster_than_reading_is_held_back(tab: Page, site: LiveSite) -> None:
    tab.clock.install()  # no time passes, whatever the machine does
    open_form(tab)
    answer_all(tab)
    go_on(tab)
    tab.clock.run_for(1000)
    tab.wait_for_selector(SENT)
    assert doubts(site) == ["haste"]


def test_a_paper_copied_in_at_speed_counts(tab: Page, site: LiveSite) -> None:
    tab.clock.install()
    open_form(tab, f"{FORM}?paper")
    choose(tab, "accompagne", "no")
    choose(tab, "entreprise_insertion", "yes")
    choose(tab, "connait_iae", "no")
    choose(tab, "raconter", "souvent")
    choose(tab, "freins", "attente")
    go_on(tab)
    tab.clock.run_for(1000)
    tab.wait_for_selector(SENT)
    assert doubts(site) == [None]


def test_where_a_wave_asks_for_work_the_form_does_it(browser: Browser, site_folder: Path) -> None:
    study = read_surveys(SURVEYS)[DEMONSTRATION]
    asking = replace(study, waves=tuple(replace(wave, proof_of_work=BITS) for wave in study.waves))
    site = LiveSite(asking, site_folder)
    page = render_form_pages(PageRenderer(shells_of(site_folder)), asking, site.clock.now().date())[
        f"{FORM[1:]}index.html"
    ]
    context = browser.new_context(base_url=site.address)
    headers = {"Content-Type": "text/html", "Content-Security-Policy": content_security_policy()}
    context.route(f"**{FORM}", lambda route: route.fulfill(body=page, headers=headers))
    tab = context.new_page()
    open_form(tab)
    address = tab.locator("#_form").get_attribute("action") or ""
    answer_all(tab)
    go_on(tab)
    tab.wait_for_selector(SENT)
    assert len(site.list_stored()) == 1
    unworked = {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": FORM_ANSWERS}
    assert "wrong_proof" in context.request.post(address, data=unworked).text()
    context.close()
    site.close()


def test_the_workers_sums_are_those_of_the_library(tab: Page) -> None:
    """Of any length, to the bit: a wrong one would never be found by the server."""
    open_form(tab)
    chance = random.Random(1)
    worker = scripts.address(scripts.PROOF)
    for bits in range(11):
        about = "x/" + "".join(chance.choices("abc-0/9", k=chance.randrange(130)))
        proof = tab.evaluate(
            ASK_THE_WORKER,
            [worker, bits, about],
        )
        seed = sha256(about.encode()).hexdigest()[:32]
        tried = (sha256(f"{seed}{n}".encode()).digest() for n in range(int(proof) + 1))
        zeros = [int.from_bytes(digest) >> (256 - bits) == 0 for digest in tried]
        assert zeros == [False] * int(proof) + [True]
