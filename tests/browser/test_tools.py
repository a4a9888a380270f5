"""Listening, two languages at once, and keying paper in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browsers.form_acts import FORM, FORMS, choose, open_form
from support.browsers.live_site import LiveSite

pytestmark = pytest.mark.browser

VOICES = """
window.heard = [];
const voices = [{ lang: 'fr-FR', localService: true }, { lang: 'ar', localService: false }];
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => voices, cancel: () => {}, speak: (said) => heard.push([said.lang, said.text]) } });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
"""A device with a French voice of its own, and an Arabic one that would need a server."""


def test_each_question_and_choice_can_be_listened_to(tab: Page) -> None:
    tab.add_init_script(VOICES)
    open_form(tab)
    tab.get_by_role("button", name="Écouter", exact=True).click()
    tab.get_by_role("button", name="Écouter: Oui").first.click()
    tab.locator("fieldset", has=tab.locator("#accompagne")).locator(".say").first.click()
    (_, choice), (language, question) = tab.evaluate("heard")
    assert (language, choice) == ("fr", "Oui")
    assert question.startswith("Aujourd'hui, est-ce qu'un professionnel")
    assert question.endswith("Oui. Non")
    tab.get_by_role("button", name="Arrêter", exact=True).click()
    expect(tab.locator(".say")).to_have_count(0)


def test_listening_is_not_offered_where_only_a_server_has_the_voice(tab: Page) -> None:
    tab.add_init_script(VOICES)
    open_form(tab, FORMS["ar"])
    expect(tab.locator("[data-tool=listen]")).to_be_hidden()


def test_two_languages_stand_together_and_part_again(tab: Page) -> None:
    open_form(tab, FORMS["ar"])
    french = tab.locator("[data-tool=together][lang=fr]")
    french.click()
    also = tab.locator("legend", has_text="هل يرافقكم").locator(".also")
    expect(also).to_have_attribute("dir", "ltr")
    expect(also).to_have_text(
        "Aujourd'hui, est-ce qu'un professionnel ou une professionnelle vous accompagne vers l'emploi ?"
    )
    without = """[...document.querySelectorAll('.part legend, .part .o > span')]
        .filter(each => !each.querySelector('[lang=fr]'))"""
    assert tab.evaluate(without) == []
    french.click()
    expect(tab.locator(".also")).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "missing"),
    [("listen", "**/tools.js*"), ("together][lang=en", "**/tools.js*"), ("together][lang=en", f"**/en{FORM}")],
)
def test_what_needs_the_network_says_so_and_may_be_tried_again(tab: Page, button: str, missing: str) -> None:
    failures: list[str] = []
    tab.on("pageerror", lambda error: failures.append(str(error)))
    tab.add_init_script(VOICES)
    tab.add_init_script("delete Navigator.prototype.serviceWorker")  # nothing is kept yet
    open_form(tab)
    tab.route(missing, lambda route: route.abort())
    tool = tab.locator(f"[data-tool={button}]")
    tool.click()
    expect(tab.get_by_role("alert").filter(has_text="réessayez", visible=True)).to_have_count(1)
    expect(tool).not_to_have_attribute("aria-pressed", "true")
    tab.unroute(missing)
    tool.click()
    expect(tab.locator(".say" if button == "listen" else ".also").first).to_be_visible()
    expect(tab.locator("#_unheard")).to_have_count(0)
    assert failures == []


def test_paper_is_keyed_in_with_digits_and_enter_alone(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    choose(tab, "_mode", "paper")
    tab.wait_for_function("() => typeof Tools !== 'undefined'")
    tab.locator("#accompagne").focus()
    for key in "1", "1", "0", "Enter", "2", "2", "3", "1", "2", "4":
        tab.keyboard.press(key)
    for key in "5", "Enter", "1", "1", "3", "Enter", "1", "Enter", "2", "Enter", "Enter":
        tab.keyboard.press(key)
    expect(tab.locator("#_received h2")).to_be_focused()
    (stored,) = site.list_stored()
    assert stored.mode == "paper"
    assert stored.answers["note"] == 10
    assert stored.answers["referent"] == "no"
    assert stored.answers["interlocuteurs"] == "un"
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    expect(tab.locator("#_mode-paper")).to_be_checked()
    assert tab.url.endswith(f"{FORM}?paper")
