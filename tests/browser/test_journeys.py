"""Journeys through the demonstration's form, as people make them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from live_site import LiveSite

pytestmark = pytest.mark.browser

FORMS = {
    "fr": "/parcours-de-qualite/candidats/",
    "en": "/en/parcours-de-qualite/candidats/",
    "ar": "/ar/parcours-de-qualite/candidats/",
}
CODE = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")


def choose(tab: Page, name: str, value: str) -> None:
    tab.locator(f'[name="{name}"][value="{value}"]').check()


def go_on(tab: Page) -> None:
    tab.locator("#_form [type=submit]").click()


def answer_all(tab: Page) -> None:
    """The whole form, as somebody who is not accompanied and writes a message."""
    choose(tab, "accompagne", "no")
    go_on(tab)
    choose(tab, "raconter", "souvent")
    go_on(tab)
    choose(tab, "entreprise_insertion", "yes")
    choose(tab, "connait_iae", "no")
    go_on(tab)
    choose(tab, "freins", "attente")
    while tab.locator("#message").is_hidden():
        go_on(tab)
    tab.locator("#message").fill("Merci.")


@pytest.mark.parametrize("language", FORMS)
def test_answers_go_from_the_first_section_to_the_receipt(tab: Page, site: LiveSite, language: str) -> None:
    tab.goto(FORMS[language])
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received .code")).to_have_text(CODE)
    (stored,) = site.received()
    assert stored.answers == {
        "accompagne": "no",
        "raconter": "souvent",
        "entreprise_insertion": "yes",
        "connait_iae": "no",
        "freins": ("attente",),
    }
