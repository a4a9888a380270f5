"""Nothing is found in any state of the pages, and each defect would be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from support.browsers.audits import find_axe_violations, find_own_violations, find_violations, validate_html
from support.browsers.form_acts import FORM, FORMS, answer_all, choose, go_on, open_form
from support.browsers.live_site import LiveSite

pytestmark = pytest.mark.browser

LOOKS = [("fr", "light"), ("en", "light"), ("ar", "dark")]
NARROW = 320


@pytest.fixture
def narrow(browser: Browser, site: LiveSite) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.address, viewport={"width": NARROW, "height": 640})
    context.set_default_timeout(8000)
    yield context
    context.close()


def states(tab: Page, site: LiveSite, language: str) -> Iterator[str]:
    """The page in each of its states, one after the other."""
    phone = tab.context
    open_form(tab, FORMS[language])
    yield "empty"
    go_on(tab)
    expect(tab.locator("#_errors")).to_be_focused()
    yield "error"
    choose(tab, "_mode", "assisted")
    choose(tab, "accompagne", "yes")
    yield "shared"
    choose(tab, "_mode", "self")
    tab.locator("[data-tool=together]").first.click()
    expect(tab.locator(".also").first).to_be_visible()
    yield "two languages"
    answer_all(tab)
    yield "last section"
    phone.set_offline(True)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    yield "waiting"
    phone.set_offline(False)
    expect(tab.locator("#_received")).to_be_visible()
    yield "received"
    tab.locator("#_correct").click()
    answer_all(tab)
    site.clock.time = datetime(2028, 3, 1, tzinfo=UTC)
    go_on(tab)
    expect(tab.locator("#_refused")).to_be_visible()
    yield "refused"


def states_without_script(tab: Page, language: str) -> Iterator[str]:
    """The server's own pages, and those that nobody fills in."""
    home = FORMS[language].removesuffix(FORM.removeprefix("/"))
    tab.goto(FORMS[language])
    go_on(tab)
    yield "errors"
    for name, value in {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "no"}.items():
        choose(tab, name, value)
    tab.locator("#message").fill("Merci.")
    go_on(tab)
    yield "check"
    tab.locator("form[method=post] button").first.click()
    yield "receipt"
    for page in ("", "accessibilite/", "parcours-de-qualite/results/", "parcours-de-qualite/receipt/"):
        tab.goto(home + page)
        yield page or "home"


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_nothing_is_wrong_in_any_state_of_the_form(
    narrow: BrowserContext, site: LiveSite, tmp_path: Path, language: str, scheme: str
) -> None:
    tab = narrow.new_page()
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for state in states(tab, site, language):
        (tmp_path / f"{state}.html").write_text(tab.content(), "utf-8")
        if wrong := find_violations(tab, language):
            found[state] = wrong
    assert found == {}
    assert validate_html(tmp_path) == ""


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_nothing_is_wrong_with_the_pages_of_the_site_and_of_the_server(
    browser: Browser, site: LiveSite, language: str, scheme: str
) -> None:
    context = browser.new_context(
        base_url=site.address, viewport={"width": NARROW, "height": 640}, java_script_enabled=False
    )
    tab = context.new_page()
    looking = browser.new_context(
        viewport={"width": NARROW, "height": 640}, color_scheme="dark" if scheme == "dark" else "light"
    ).new_page()
    found = {}
    for state in states_without_script(tab, language):
        looking.set_content(tab.content())
        if wrong := find_violations(looking, language):
            found[state] = wrong
    looking.context.close()
    context.close()
    assert found == {}


def test_with_text_twice_as_large_nothing_overflows(narrow: BrowserContext) -> None:
    tab = narrow.new_page()
    for address in FORMS.values():
        open_form(tab, address)
        tab.evaluate("document.documentElement.style.fontSize = '225%'")
        for _ in range(2):
            assert tab.evaluate("document.documentElement.scrollWidth") <= NARROW
            choose(tab, "accompagne", "yes")


def test_forced_colours_keep_borders_and_focus(tab: Page) -> None:
    tab.emulate_media(forced_colors="active")
    open_form(tab)
    assert find_own_violations(tab, "fr") == []


DEFECTS: dict[str, str] = {
    "a fieldset turned into a div": "const old = document.querySelector('.q fieldset');"
    "const made = document.createElement('div'); made.append(...old.childNodes); old.replaceWith(made)",
    "another language": "document.documentElement.lang = 'en'",
    "another direction": "document.documentElement.dir = 'rtl'",
    "a hint that nothing names": "document.querySelector('.q fieldset').removeAttribute('aria-describedby')",
    "a description that leads nowhere": "document.querySelector('.mode').setAttribute('aria-describedby', 'nowhere')",
    "no autocomplete": "const i = document.createElement('input'); i.type = 'text'; i.ariaLabel = 'x';"
    " document.querySelector('.q').append(i); document.forms[0].append(i)",
    "a title without the error": "document.title = 'Questionnaire'",
    "an error that nothing names": "document.querySelector('.q .error').id = 'elsewhere'",
    "a drawing without a name": "document.querySelector('h1').innerHTML += '<svg width=\"9\" height=\"9\"></svg>'",
    "no focus to see": "document.querySelectorAll('.o').forEach(each => { each.style.outline = '0'; })",
    "an overflow": "document.querySelector('h1').style.width = '700px'",
    "a pale border": "document.querySelector('.o').style.borderColor = '#eee'",
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_that_tools_miss_would_be_found(tab: Page, defect: str) -> None:
    open_form(tab)
    go_on(tab)
    expect(tab.locator("#_errors")).to_be_focused()
    assert find_own_violations(tab, "fr") == []
    tab.evaluate(f"() => {{ {DEFECTS[defect]} }}")
    assert find_own_violations(tab, "fr") != []


def test_axe_would_find_what_it_looks_for(tab: Page) -> None:
    open_form(tab)
    tab.evaluate("document.getElementById('message--hint').style.color = '#bbb'")
    tab.evaluate("document.querySelector('textarea').closest('.q').querySelector('label').remove(); Form.open(4)")
    found = {violation.partition(":")[0] for violation in find_axe_violations(tab)}
    assert found >= {"label", "color-contrast"}


def test_the_pages_are_valid_html(site: LiveSite, site_folder: Path, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    tab = context.new_page()
    answers: list[str] = []

    def note(route: Route) -> None:
        response = route.fetch()
        answers.append(response.text())
        route.fulfill(response=response)

    tab.route("**/api/**", note)
    assert len([*states_without_script(tab, "fr")]) > 5
    context.close()
    pages = [*site_folder.rglob("*.html")]
    for number, answer in enumerate(answers):
        (tmp_path / f"answer-{number}.html").write_text(answer, "utf-8")
    for number, page in enumerate(path for path in pages if "_boucle" not in path.parts):
        (tmp_path / f"page-{number}.html").write_bytes(page.read_bytes())
    wrong = validate_html(tmp_path)
    assert len(answers) >= 3
    assert wrong == ""
