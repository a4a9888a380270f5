"""Answering by invitation, in the real browser: by a link, by typing, on a bad network, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.identity.invitations import Invitations
from support.browsers.form_acts import (
    FORM,
    FORM_ANSWERS,
    FORMS,
    answer_all,
    choose,
    go_on,
    open_form,
    wait_until_cached,
)
from support.browsers.live_site import LiveSite, build_quietly
from support.builders import DEMONSTRATION, REPOSITORY, copy_unpublished_surveys

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def inviting(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration's site, its candidates invited, built once."""
    folder = tmp_path_factory.mktemp("inviting")
    surveys = copy_unpublished_surveys(folder)
    file = surveys / DEMONSTRATION / "study.json"
    study = json.loads(file.read_text("utf-8"))
    study["waves"][0]["invitations"] = {"candidats": {"invited": 500}}
    file.write_text(json.dumps(study), "utf-8")
    settings = Settings(home=folder / "home", surveys=surveys, site=REPOSITORY / "site")
    build_quietly(settings)
    return settings


@pytest.fixture
def site(inviting: Settings) -> Iterator[LiveSite]:
    live = LiveSite(read_surveys(inviting.surveys)[DEMONSTRATION], Path(inviting.built_folder))
    yield live
    live.close()


@pytest.fixture
def code(site: LiveSite) -> str:
    return Invitations(site.keyring.derive_invitation_key(DEMONSTRATION, "candidats", "2026")).make_code(1)


def another(phone: BrowserContext, browser: Browser, site: LiveSite) -> Page:
    """A tab of somebody else's phone."""
    tab = browser.new_context(base_url=site.address).new_page()
    tab.set_default_timeout(8000)
    return tab


def test_the_link_fills_the_code_in_which_no_address_ever_sends(tab: Page, site: LiveSite, code: str) -> None:
    asked: list[str] = []
    site.fate = lambda environ: (
        asked.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ.get('HTTP_REFERER')}") or "answered"  # type: ignore[func-returns-value]
    )
    open_form(tab, f"{FORM}#i={code}")
    expect(tab.get_by_label("Le code de votre invitation")).to_have_value(code)
    assert tab.url == f"{site.address}{FORM}"
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received .code")).to_be_visible()
    assert [response.answers for response in site.list_stored()] == [FORM_ANSWERS]
    assert len(site.used_invitations.codes) == 1
    assert not [url for url in asked if code in url]
    expect(tab.locator("#_correct")).to_be_hidden()
    expect(tab.get_by_text("Votre invitation a servi.")).to_be_visible()


def test_a_second_use_is_refused_beside_the_field_and_what_was_answered_is_kept(
    tab: Page, phone: BrowserContext, browser: Browser, site: LiveSite, code: str
) -> None:
    for one_tab in (tab, another(phone, browser, site)):
        open_form(one_tab, f"{FORM}#i={code}")
        answer_all(one_tab)
        go_on(one_tab)
    expect(one_tab.locator("#_errors a")).to_contain_text("Ce code a déjà servi")
    expect(one_tab.locator("#_invitation")).to_have_value(code)
    expect(one_tab.locator("#_invitation")).to_have_attribute("aria-invalid", "true")
    assert len(site.list_stored()) == len(site.used_invitations.codes) == 1
    other = Invitations(site.keyring.derive_invitation_key(DEMONSTRATION, "candidats", "2026")).make_code(2)
    one_tab.locator("#_invitation").fill(other.lower())
    while one_tab.locator("#message").is_hidden():
        go_on(one_tab)
    expect(one_tab.locator("#message")).to_have_value("Merci.")
    go_on(one_tab)
    expect(one_tab.locator("#_received .code")).to_be_visible()
    assert len(site.list_stored()) == len(site.used_invitations.codes) == 2
    one_tab.context.close()


@pytest.mark.parametrize(
    ("language", "missing"),
    [("fr", "Saisissez le code de votre invitation"), ("en", "Type the code"), ("ar", "اكتب رمز دعوتك")],
)
def test_without_a_code_it_is_said_on_the_first_section_in_every_language(
    tab: Page, site: LiveSite, language: str, missing: str
) -> None:
    open_form(tab, FORMS[language])
    go_on(tab)
    expect(tab.locator("#_errors a").first).to_contain_text(missing)
    expect(tab.locator("#_errors li")).to_have_count(2)
    tab.locator("#_errors a").first.click()
    expect(tab.locator("#_invitation")).to_be_focused()
    tab.locator("#_invitation").fill("K7QF")
    choose(tab, "accompagne", "no")
    go_on(tab)
    expect(tab.locator("#_invitation--error")).to_be_visible()
    assert site.seen[f"POST /api/responses/{DEMONSTRATION}/candidats/1.0.0"] == 0


@pytest.mark.parametrize("language", FORMS)
def test_without_script_the_code_is_typed_and_serves_once(
    browser: Browser, site: LiveSite, code: str, language: str
) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    tab = context.new_page()
    for served in (False, True):
        tab.goto(FORMS[language])
        tab.locator("#_invitation").fill(code.lower().replace("-", " "))
        for name, value in {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "no"}.items():
            choose(tab, name, value)
        tab.locator("#message").fill("Merci.")
        go_on(tab)
        tab.locator("form[method=post] button").first.click()
        expect(tab.locator("#_invitation--error" if served else ".done .code")).to_be_visible()
    expect(tab.locator("#message")).to_have_value("Merci.")
    context.close()
    assert len(site.list_stored()) == len(site.used_invitations.codes) == 1


def test_a_scanner_that_opens_the_link_ten_times_uses_nothing_up(
    tab: Page, browser: Browser, site: LiveSite, code: str
) -> None:
    for with_script in (True, False) * 5:
        context = browser.new_context(base_url=site.address, java_script_enabled=with_script)
        context.new_page().goto(f"{FORM}#i={code}")
        context.close()
    assert not site.used_invitations.codes
    open_form(tab, f"{FORM}#i={code}")
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received .code")).to_be_visible()


def test_when_the_answer_is_lost_on_the_way_the_same_code_serves_the_same_submission(
    tab: Page, site: LiveSite, code: str
) -> None:
    open_form(tab, f"{FORM}#i={code}")
    answer_all(tab)
    fates = iter(["lost", "unheard"])
    site.fate = lambda environ: next(fates, "answered") if environ["REQUEST_METHOD"] == "POST" else "answered"
    go_on(tab)
    for _ in range(2):
        expect(tab.locator("#_waiting")).to_be_visible()
        tab.locator("#_retry").click()
    expect(tab.locator("#_received .code")).to_be_visible()
    assert len(site.list_stored()) == len(site.used_invitations.codes) == 1


def test_a_reload_finds_the_code_and_nothing_of_it_stays_once_the_receipt_was_noted(
    phone: BrowserContext, tab: Page, code: str
) -> None:
    open_form(tab, f"{FORM}#i={code}")
    wait_until_cached(tab)
    tab.reload()
    expect(tab.locator("#_invitation")).to_have_value(code)
    open_form(tab, f"{FORM}#i={code}")
    answer_all(tab)
    go_on(tab)
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    open_form(tab)
    expect(tab.locator("#_invitation")).to_have_value("")
    left = tab.evaluate(
        """async () => JSON.stringify([localStorage, sessionStorage, await Outbox.all(),
        (await (await caches.open('boucle-1')).keys()).map(each => each.url)])"""
    )
    assert code not in left
