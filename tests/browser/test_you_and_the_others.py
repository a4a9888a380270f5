"""One's own choices beside those of others: computed in the page, on request; nothing is sent or kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copytree
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from boucle.content.surveys import read_surveys
from boucle.pages.common.shells import shells_of
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.page import render_results_pages
from support.browsers.form_acts import as_list, choose, go_on, open_form
from support.browsers.live_site import LiveSite
from support.builders import DEMONSTRATION, SURVEYS
from support.release_samples import make_release, series_of

pytestmark = pytest.mark.browser

FORM = f"/{DEMONSTRATION}/professionnels/"
CANDIDATES = f"/{DEMONSTRATION}/candidats/"
STUDY = read_surveys(SURVEYS)[DEMONSTRATION]
ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "criteres": ("communication", "reseau"),
    "qualite": "8",
    "redemander": "souvent",
    "outils_partages": "yes",
    "structure": "autre",
}
COMPARE = "#_compare"
HELD = """async () => {
  const done = (asked) => new Promise((ready) => { asked.onsuccess = () => ready(asked.result); });
  const { state } = history;
  const kept = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, state };
  kept.caches = [];
  for (const name of await caches.keys()) {
    for (const each of await (await caches.open(name)).keys()) kept.caches.push(name + ' ' + each.url);
  }
  kept.databases = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name, version));
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      kept.databases.push([name, store, JSON.stringify(await done(all))]);
    }
    database.close();
  }
  kept.caches.sort();
  return JSON.stringify(kept);
}"""
"""Everything that this origin keeps on the device."""


@pytest.fixture
def site(site_folder: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """The demonstration's site once it has published."""
    folder = tmp_path / "site"
    copytree(site_folder, folder)
    releases = {
        series_of(STUDY, questionnaire): make_release(STUDY, questionnaire, 367) for questionnaire in STUDY.counted_ids
    }
    for address, page in render_results_pages(PageRenderer(shells_of(folder)), STUDY, releases).items():
        file = folder / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page)
    live = LiveSite(STUDY, folder)
    yield live
    live.close()


def answer(tab: Page, address: str = FORM, mode: str = "self") -> None:
    """Fill the professionals' form in, whatever its sections, and send it."""
    open_form(tab, address)
    choose(tab, "_mode", mode)
    while tab.locator("#_received").is_hidden():
        for name, values in ANSWERS.items():
            for value in as_list(values):
                box = tab.locator(f'#_form [name="{name}"][value="{value}"]')
                if box.is_visible():
                    box.check()
        go_on(tab)
        tab.wait_for_timeout(50)
        if tab.locator("#_going").is_visible():
            tab.wait_for_selector("#_received:not([hidden])")


def test_own_choices_stand_in_the_published_figures(tab: Page) -> None:
    answer(tab)
    tab.locator(COMPARE).click()
    told = tab.locator("#_others")
    expect(told.locator("h2")).to_be_focused()
    expect(told.locator(".notice")).to_be_hidden()
    criteria = told.locator("#professionnels-criteres")
    expect(criteria.locator("tr", has_text="Vous")).to_have_count(2)
    expect(criteria.locator("tr", has_text="Vous").first).to_contain_text("74")
    mark = told.locator("#professionnels-qualite tr", has_text="Vous")
    expect(mark.locator("th > span")).to_have_text("8")
    expect(told.locator("#professionnels-structure .you")).to_have_count(1)
    # Nothing that was not answered, and nothing that leads away from the code.
    expect(told.locator("#professionnels-friction")).to_have_count(0)
    assert told.locator("section.figure").count() == len(ANSWERS)
    expect(told.locator("a")).to_have_count(0)


def test_asking_twice_shows_it_once(tab: Page) -> None:
    answer(tab)
    for _ in range(2):
        tab.locator(COMPARE).click()
        expect(tab.locator("#_others h2")).to_be_focused()
    expect(tab.locator("#_others")).to_have_count(1)
    expect(tab.locator("#professionnels-criteres .you")).to_have_count(2)


def test_nothing_is_sent_or_kept(tab: Page) -> None:
    asked: list[Request] = []
    answer(tab)
    tab.wait_for_load_state("networkidle")
    before = tab.evaluate(HELD)
    tab.context.on("request", lambda request: asked.append(request))
    tab.locator(COMPARE).click()
    expect(tab.locator("#_others h2")).to_be_focused()
    tab.wait_for_load_state("networkidle")
    assert {(sent_request.method, sent_request.post_data) for sent_request in asked} == {("GET", None)}
    addresses = {(parts := urlsplit(sent_request.url)).path + parts.query[:2] for sent_request in asked}
    assert addresses == {
        "/_boucle/others.jsv=",
        f"/_boucle/others/{DEMONSTRATION}.professionnels.fr.html",
        f"/{DEMONSTRATION}/results/",
    }
    assert tab.evaluate(HELD) == before


def test_it_is_offered_neither_to_candidates_nor_in_assisted_mode_nor_from_paper(tab: Page, site: LiveSite) -> None:
    for mode in ("assisted", "paper"):
        answer(tab, mode=mode)
        expect(tab.locator(COMPARE)).to_be_hidden()
        tab.locator("#_noted").click()
    assert (
        COMPARE[1:] not in tab.request.get(f"{site.address}/_boucle/sending/{DEMONSTRATION}.candidats.fr.html").text()
    )


def test_it_is_not_offered_on_a_shared_device(tab: Page) -> None:
    open_form(tab, FORM)
    tab.locator("#_shared").check()
    for name, values in ANSWERS.items():
        for value in as_list(values):
            tab.locator(f'#_form [name="{name}"][value="{value}"]').evaluate("each => { each.checked = true; }")
    while tab.locator("#_received").is_hidden():
        go_on(tab)
        tab.wait_for_timeout(50)
        if tab.locator("#_going").is_visible():
            tab.wait_for_selector("#_received:not([hidden])")
    expect(tab.locator(COMPARE)).to_be_hidden()


def test_it_is_not_offered_to_who_opens_the_page_later(tab: Page) -> None:
    answer(tab)
    tab.reload()
    tab.wait_for_selector("#_received:not([hidden])")
    expect(tab.locator(COMPARE)).to_be_hidden()


def test_it_goes_with_the_code_when_the_answers_are_corrected(tab: Page) -> None:
    answer(tab)
    tab.locator(COMPARE).click()
    expect(tab.locator("#_others h2")).to_be_focused()
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    tab.locator("#_correct").click()
    expect(tab.locator("#_form")).to_be_visible()
    expect(tab.locator("#_others")).to_have_count(0)


def test_without_network_it_says_so_and_the_code_stays(tab: Page) -> None:
    answer(tab)
    tab.context.set_offline(True)
    tab.locator(COMPARE).click()
    expect(tab.locator("#_undone")).to_be_visible()
    expect(tab.locator("#_received .code")).to_be_visible()
