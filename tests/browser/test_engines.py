"""The form in the engines that people still have, and in those that are no Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.browsers.engines import ENGINES, OLD_ENGINES, Engine, open_engine, wait_until
from support.browsers.form_acts import FORM, FORMS, IS_READY_SCRIPT
from support.browsers.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CODE = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
SEND = "#_form [type=submit]"
REQUIRED = ("entreprise_insertion", "connait_iae")


def is_shown(tab: Engine, id: str) -> bool:
    found: bool = tab.js(f"(e => !!e && e.getClientRects().length > 0)(document.getElementById('{id}'))")
    return found


def open_form(tab: Engine, site: LiveSite, language: str = "fr") -> None:
    tab.open(site.address + FORMS[language])
    wait_until(tab, f"({IS_READY_SCRIPT})()")


def pick(tab: Engine, name: str, value: str) -> None:
    tab.click(f'[name={name}][value="{value}"]')


def part(tab: Engine) -> int:
    at: int = tab.js("document.getElementById('_progress').value")
    return at


def answer_to_the_last(tab: Engine) -> None:
    """What must be answered, section by section; Send is not pressed."""
    pick(tab, "accompagne", "no")
    while tab.js("document.querySelector('#_form [type=submit]').textContent === document.forms._form.dataset.next"):
        for name in REQUIRED:
            if is_shown(tab, name):
                pick(tab, name, "yes")
        before = part(tab)
        tab.click(SEND)
        wait_until(tab, f"document.getElementById('_progress').value > {before}")


@pytest.mark.parametrize("name", ENGINES)
def test_a_question_appears_answers_are_sent_and_the_receipt_is_shown(
    name: str, site: LiveSite, tmp_path: Path
) -> None:
    with open_engine(name, tmp_path) as tab:
        open_form(tab, site)
        assert not is_shown(tab, "note")
        pick(tab, "accompagne", "yes")
        assert is_shown(tab, "note")
        pick(tab, "note", "7")
        answer_to_the_last(tab)
        tab.click(SEND)
        wait_until(tab, "!document.getElementById('_received').hidden")
        assert CODE.match(tab.js("document.querySelector('#_received .code').textContent"))
    (stored,) = site.list_stored()
    assert stored.answers == {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "yes"}


@pytest.mark.parametrize("name", ENGINES)
def test_answers_wait_when_they_cannot_leave_and_a_reload_forgets_nothing(
    name: str, site: LiveSite, tmp_path: Path
) -> None:
    with open_engine(name, tmp_path) as tab:
        open_form(tab, site, "ar")
        assert tab.js("document.documentElement.scrollWidth <= innerWidth")
        pick(tab, "accompagne", "yes")
        pick(tab, "note", "9")
        open_form(tab, site, "ar")
        assert tab.js("document.querySelector('[name=note][value=\"9\"]').checked")
        answer_to_the_last(tab)
        site.fate = lambda environ: "lost" if environ["REQUEST_METHOD"] == "POST" else "answered"
        tab.click(SEND)
        wait_until(tab, "!document.getElementById('_waiting').hidden")
        assert len(site.list_stored()) == 0
        site.fate = lambda environ: "answered"
        tab.click("#_retry")
        wait_until(tab, "!document.getElementById('_received').hidden")
    assert len(site.list_stored()) == 1


@pytest.mark.parametrize("name", OLD_ENGINES)
def test_without_script_an_old_engine_shows_every_question(name: str, site: LiveSite, tmp_path: Path) -> None:
    with open_engine(name, tmp_path, scripts=False) as tab:
        tab.open(site.address + FORM)
        assert is_shown(tab, "note") == (name != "Chromium 106")  # the first of the three that knows `:has()`
        assert tab.js("document.documentElement.scrollWidth <= innerWidth")
        assert not is_shown(tab, "_progress")
