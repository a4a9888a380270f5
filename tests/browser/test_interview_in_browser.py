"""Somebody writes down an interview: one page, consent first, and a code for the person who was met."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browsers.live_site import LiveSite
from support.builders import DEMONSTRATION

pytestmark = pytest.mark.browser


def test_an_interview_is_written_down_on_one_page_and_sent(tab: Page, site: LiveSite) -> None:
    tab.goto(f"/{DEMONSTRATION}/entretiens-prescripteurs/")
    notes = tab.locator("#usages")
    expect(notes).to_be_hidden()
    tab.get_by_text("Oui", exact=True).click()
    notes.fill("Elle appelle un collègue.")
    tab.locator("[name='_consent.usages']").check()
    tab.locator("button[type=submit]").click()
    received = tab.locator("#_received")
    expect(received).to_be_visible(timeout=15_000)
    expect(received).to_contain_text("jamais comptées")
    assert [text.question for text in site.store.texts.values()] == ["usages"]
