"""Journeys through the demonstration's form, as people make them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browsers.form_acts import FORM, FORM_ANSWERS, FORMS, answer_all, choose, go_on, open_form
from support.browsers.live_site import LiveSite

pytestmark = pytest.mark.browser

CODE = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
SHOWN = "document.querySelector('.part:not([hidden]) h2').textContent"


@pytest.mark.parametrize("language", FORMS)
def test_answers_go_from_the_first_section_to_the_receipt(tab: Page, site: LiveSite, language: str) -> None:
    open_form(tab, FORMS[language])
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received .code")).to_have_text(CODE)
    (stored,) = site.list_stored()
    assert (stored.answers, stored.mode) == (FORM_ANSWERS, "self")


@pytest.mark.parametrize("language", FORMS)
def test_without_script_the_same_page_leads_to_the_receipt(browser: Browser, site: LiveSite, language: str) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(FORMS[language])
    for name, value in {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "no"}.items():
        choose(tab, name, value)
    go_on(tab)
    tab.locator("form[method=post] button").first.click()
    expect(tab.locator(".done .code")).to_have_text(CODE)
    context.close()
    assert len(site.list_stored()) == 1


def test_what_is_wrong_is_said_above_with_the_focus_and_beside_the_question(tab: Page) -> None:
    open_form(tab)
    go_on(tab)
    expect(tab.locator("#_errors")).to_be_focused()
    assert tab.title().startswith("Erreur\u202f: ")
    link = tab.locator("#_errors a")
    assert tab.locator("#accompagne--error").inner_text().endswith("Répondez à cette question.")
    assert "Répondez à cette question." in link.inner_text()
    described = tab.locator("fieldset", has=tab.locator("#accompagne")).get_attribute("aria-describedby") or ""
    assert described.split() == ["accompagne--hint", "accompagne--error"]
    link.click()
    expect(tab.locator("#accompagne")).to_be_focused()
    choose(tab, "accompagne", "no")
    go_on(tab)
    expect(tab.locator("#_errors")).to_be_hidden()
    assert tab.locator("#_form .error").count() == 0


def test_a_conditional_question_shows_when_it_applies_and_its_answer_counts_only_then(
    tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    expect(tab.locator("#note")).to_be_hidden()
    choose(tab, "accompagne", "yes")
    choose(tab, "note", "9")
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received")).to_be_visible()
    assert site.list_stored()[0].answers == FORM_ANSWERS


def test_the_back_button_goes_to_the_section_before_and_forgets_nothing(tab: Page) -> None:
    open_form(tab)
    first = tab.evaluate(SHOWN)
    choose(tab, "accompagne", "no")
    go_on(tab)
    second = tab.evaluate(SHOWN)
    choose(tab, "raconter", "souvent")
    tab.go_back()
    assert tab.evaluate(SHOWN) == first
    expect(tab.locator('[name="accompagne"][value="no"]')).to_be_checked()
    tab.go_forward()
    assert tab.evaluate(SHOWN) == second
    expect(tab.locator('[name="raconter"][value="souvent"]')).to_be_checked()
    tab.locator("#_back").click()
    assert tab.evaluate(SHOWN) == first


def test_a_reload_in_the_middle_finds_the_section_and_the_answers(tab: Page) -> None:
    open_form(tab)
    choose(tab, "accompagne", "no")
    go_on(tab)
    choose(tab, "raconter", "souvent")
    shown = tab.evaluate(SHOWN)
    tab.reload()
    assert tab.evaluate(SHOWN) == shown
    expect(tab.locator('[name="raconter"][value="souvent"]')).to_be_checked()


def test_a_draft_survives_a_crash_and_is_there_in_another_language(phone: BrowserContext, tab: Page) -> None:
    open_form(tab)
    choose(tab, "accompagne", "yes")
    choose(tab, "note", "7")
    crashing = tab
    phone.new_cdp_session(crashing).send("Page.enable")
    crashing.close(run_before_unload=False)
    other = phone.new_page()
    open_form(other, FORMS["ar"])
    expect(other.locator('[name="note"][value="7"]')).to_be_checked()
    expect(other.locator("#_kept")).to_be_visible()


def test_a_draft_can_be_erased_and_does_not_come_back(tab: Page) -> None:
    open_form(tab)
    choose(tab, "accompagne", "yes")
    tab.locator("#_erase").click()
    tab.wait_for_load_state()
    expect(tab.locator("#_kept")).to_be_hidden()
    expect(tab.locator('[name="accompagne"][value="yes"]')).not_to_be_checked()
    assert tab.evaluate("localStorage.length") == 0


def test_a_draft_expires(tab: Page) -> None:
    open_form(tab)
    choose(tab, "accompagne", "yes")
    tab.evaluate(
        """() => { const [name] = Object.keys(localStorage);
        const draft = JSON.parse(localStorage[name]); draft.time -= 8 * 864e5;
        addEventListener('pagehide', () => { localStorage[name] = JSON.stringify(draft); }); }"""
    )
    tab.reload()
    expect(tab.locator('[name="accompagne"][value="yes"]')).not_to_be_checked()
    assert tab.evaluate("localStorage.length") == 0


def reach(tab: Page, selector: str) -> None:
    """Move the focus with Tab until it is there."""
    for _ in range(80):
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached")


def test_the_whole_form_can_be_answered_with_the_keyboard_alone(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    reach(tab, "[name=accompagne]")
    for key in ("Space", "ArrowDown"):
        tab.keyboard.press(key)
    sections = tab.locator(".part").count()
    for section in range(sections):
        for required in ("entreprise_insertion", "connait_iae"):
            if tab.locator(f"#{required}").is_visible():
                reach(tab, f"[name={required}]")
                tab.keyboard.press("Space")
        reach(tab, "[type=submit]")
        tab.keyboard.press("Enter")
        expect(tab.locator("#_progress")).to_have_js_property("value", min(section + 2, sections))
    expect(tab.locator("#_received h2")).to_be_focused()
    assert site.list_stored()[0].answers["accompagne"] == "no"


def test_a_double_tap_on_send_is_one_response(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    answer_all(tab)
    tab.locator("#_form [type=submit]").dblclick()
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_two_tabs_are_two_responses(phone: BrowserContext, tab: Page, site: LiveSite) -> None:
    other = phone.new_page()
    for one_tab in (tab, other):
        open_form(one_tab)
    for one_tab in (tab, other):
        answer_all(one_tab)
    for one_tab in (tab, other):
        go_on(one_tab)
        expect(one_tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 2


def test_a_sent_answer_is_corrected_by_withdrawing_it_and_starting_from_what_it_was(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    answer_all(tab)
    go_on(tab)
    tab.locator("#_correct").click()
    expect(tab.locator('[name="accompagne"][value="no"]')).to_be_checked()
    assert len(site.list_stored()) == 0
    answer_all(tab)
    choose(tab, "age", "de_26_a_44")
    go_on(tab)
    expect(tab.locator("#_received")).to_be_visible()
    assert [response.answers for response in site.list_stored()] == [{**FORM_ANSWERS, "age": "de_26_a_44"}]


def test_a_code_that_was_noted_leaves_nothing_on_the_device(tab: Page) -> None:
    open_form(tab)
    answer_all(tab)
    go_on(tab)
    tab.reload()
    expect(tab.locator("#_received .code")).to_have_text(CODE)
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    open_form(tab)
    expect(tab.locator("#_received")).to_be_hidden()
    assert tab.evaluate("async () => [localStorage.length, (await Outbox.all()).length]") == [0, 0]


def test_the_page_of_errors_from_the_server_has_the_script_too(tab: Page, site: LiveSite) -> None:
    tab.goto(FORM)
    tab.evaluate("document.getElementById('_form').submit()")
    tab.wait_for_url("**/api/responses/**")
    expect(tab.locator("#_errors")).to_be_visible()
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1
