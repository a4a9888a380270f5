"""What people do on the demonstration's form, in the words of its questions."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Page

FORM = "/parcours-de-qualite/candidats/"
FORMS = {"fr": FORM, "en": f"/en{FORM}", "ar": f"/ar{FORM}"}
IS_READY_SCRIPT = "() => typeof Sending !== 'undefined' && !!document.getElementById('_shared')"
IS_CACHED_SCRIPT = """async () =>
  ((await navigator.serviceWorker.getRegistration() || {}).active || {}).state === 'activated'
  && (await (await caches.open('boucle-1')).keys()).length > 5"""
FORM_ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "accompagne": "no",
    "raconter": "souvent",
    "entreprise_insertion": "yes",
    "connait_iae": "no",
    "freins": ("attente",),
}


def as_list(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """The values of a field, one or several."""
    return value if isinstance(value, tuple) else (value,)


def open_form(tab: Page, address: str = FORM) -> None:
    """Open a form, and wait until it can send."""
    tab.goto(address)
    tab.wait_for_function(IS_READY_SCRIPT)


def wait_until_cached(tab: Page) -> None:
    """Wait until the form would open without network."""
    # Evaluated again and again: what waits for a function takes a promise for an answer.
    while not tab.evaluate(IS_CACHED_SCRIPT):
        tab.wait_for_timeout(20)


def choose(tab: Page, name: str, value: str) -> None:
    tab.locator(f'[name="{name}"][value="{value}"]').check()


def go_on(tab: Page) -> None:
    tab.locator("#_form [type=submit]").click()


def answer_all(tab: Page) -> None:
    """The whole form, as somebody who is not accompanied and writes a message; Send is not pressed."""
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
