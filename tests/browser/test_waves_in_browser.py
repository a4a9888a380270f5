"""A wave that follows another, in the real browser: a draft stays in its wave, a form opened anew is of the next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.identity.invitations import Invitations
from boucle.pages.common.shells import shells_of
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.study.site_pages import render_form_pages
from support.browsers.form_acts import FORM, FORM_ANSWERS, answer_all, choose, go_on, open_form, wait_until_cached
from support.browsers.live_site import LiveSite, build_quietly
from support.builders import DEMONSTRATION, REPOSITORY, copy_unpublished_surveys

pytestmark = pytest.mark.browser

BEFORE, AFTER = "2026", "ete"
LAST, FIRST, PAST_GRACE = date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 8)
MESSAGES = {
    "fr": "Vous aviez commencé dans une enquête qui est terminée.",
    "en": "You began in a survey that is over.",
    "ar": "بدأتم الإجابة في استطلاع انتهى.",
}
OPEN: dict[str, object] = {}
INVITED: dict[str, object] = {"invitations": {"candidats": {"invited": 500}}}
RULES = [(OPEN, OPEN), (OPEN, INVITED), (INVITED, OPEN), (INVITED, INVITED)]


def make_site(folder: Path, before: dict[str, object], after: dict[str, object]) -> LiveSite:
    """The demonstration's site with two waves; the second opens the day after the first closes."""
    surveys = copy_unpublished_surveys(folder)
    file = surveys / DEMONSTRATION / "study.json"
    study = json.loads(file.read_text("utf-8"))
    [wave] = study["waves"]
    periods = ((BEFORE, "2026-03-01", str(LAST), before), (AFTER, str(FIRST), "2026-12-31", after))
    study["waves"] = [
        {
            **{key: wave[key] for key in wave if key not in {"population", "known_profile", "expected"}},
            "id": id,
            "opens": opens,
            "closes": closes,
            "questionnaires": {name: [{"version": "1.0.0", "from": opens}] for name in wave["questionnaires"]},
            **rules,
        }
        for id, opens, closes, rules in periods
    ]
    file.write_text(json.dumps(study), "utf-8")
    settings = Settings(home=folder / "home", surveys=surveys, site=REPOSITORY / "site")
    build_quietly(settings)
    return LiveSite(read_surveys(surveys)[DEMONSTRATION], Path(settings.built_folder))


@pytest.fixture(scope="module", params=RULES[:1], ids=["open"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    live = make_site(tmp_path_factory.mktemp("waves"), *request.param)
    yield live
    live.close()


@pytest.fixture
def site(built: LiveSite) -> LiveSite:
    built.store.responses.clear()
    built.used_invitations.codes.clear()
    turn_to(built, LAST)
    return built


def turn_to(site: LiveSite, day: date) -> None:
    """The day begins, and with it the job lays the form's page of the day over the site."""
    site.clock.time = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    pages = render_form_pages(PageRenderer(shells_of(site.folder)), site.study, day)
    for address, page in pages.items():
        (site.folder / address).write_bytes(page)


def count_by_wave(site: LiveSite) -> Counter[str]:
    return Counter(response.series.wave for response in site.store.responses.values())


def wave_of(tab: Page) -> str:
    return tab.locator("[name=_wave]").input_value()


def expect_receipt(tab: Page, site: LiveSite, wave: str) -> None:
    """The code shown is that of a response in this wave."""
    expect(tab.locator("#_received .code")).to_be_visible()
    receipt = tab.locator("#_received .code span").inner_text()
    posted = tab.request.post(
        "/api/receipts", data={"study": DEMONSTRATION, "questionnaire": "candidats", "receipt": receipt}
    )
    assert posted.json() == {"status": "waiting"}
    assert count_by_wave(site)[wave] == 1


def test_a_draft_goes_to_the_wave_in_which_it_was_begun_and_a_new_form_to_the_one_that_is_open(
    tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    choose(tab, "accompagne", "no")
    assert wave_of(tab) == BEFORE
    turn_to(site, FIRST)
    open_form(tab)
    expect(tab.locator('[name="accompagne"][value="no"]')).to_be_checked()
    assert wave_of(tab) == BEFORE
    answer_all(tab)
    go_on(tab)
    expect_receipt(tab, site, BEFORE)
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    open_form(tab)
    assert wave_of(tab) == AFTER
    answer_all(tab)
    go_on(tab)
    expect_receipt(tab, site, AFTER)
    assert [response.answers for response in site.list_stored()] == [FORM_ANSWERS] * 2


def test_a_page_left_open_over_the_switch_sends_to_its_wave(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    turn_to(site, FIRST)
    answer_all(tab)
    go_on(tab)
    expect_receipt(tab, site, BEFORE)


def test_a_draft_that_is_erased_leaves_its_wave_with_it(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    choose(tab, "accompagne", "no")
    turn_to(site, FIRST)
    open_form(tab)
    with tab.expect_navigation():
        tab.locator("#_erase").click()
    expect(tab.locator('[name="accompagne"][value="no"]')).not_to_be_checked()
    assert wave_of(tab) == AFTER


def test_what_waited_without_network_is_stored_in_its_wave_once(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    answer_all(tab)
    site.fate = lambda environ: "unheard" if environ["REQUEST_METHOD"] == "POST" else "answered"
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    turn_to(site, PAST_GRACE)
    site.fate = lambda environ: "answered"
    tab.locator("#_retry").click()
    expect_receipt(tab, site, BEFORE)
    assert count_by_wave(site) == {BEFORE: 1}


def test_a_form_opened_without_network_is_of_the_wave_of_its_copy(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    wait_until_cached(tab)
    turn_to(site, FIRST)
    phone.set_offline(True)
    tab.goto(FORM)
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    phone.set_offline(False)
    expect_receipt(tab, site, BEFORE)


@pytest.mark.parametrize("language", MESSAGES)
def test_past_the_grace_it_is_said_and_what_was_answered_is_sent_to_the_open_wave_on_request(
    tab: Page, site: LiveSite, language: str
) -> None:
    form = FORM if language == "fr" else f"/{language}{FORM}"
    open_form(tab, form)
    answer_all(tab)
    turn_to(site, PAST_GRACE)
    go_on(tab)
    expect(tab.locator("#_refused h2")).to_contain_text(MESSAGES[language])
    assert not site.store.responses
    with tab.expect_navigation():
        tab.locator("#_again").click()
    expect(tab.locator('[name="accompagne"][value="no"]')).to_be_checked()
    expect(tab.locator("[name=_wave]")).to_have_value("")
    tab.wait_for_function("() => typeof Sending !== 'undefined' && !!document.getElementById('_shared')")
    while tab.locator("#message").is_hidden():
        go_on(tab)
    expect(tab.locator("#message")).to_have_value("Merci.")
    go_on(tab)
    expect_receipt(tab, site, AFTER)
    assert count_by_wave(site) == {AFTER: 1}


def test_on_a_shared_device_which_keeps_nothing_the_answers_are_still_in_the_form(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    choose(tab, "_mode", "assisted")
    answer_all(tab)
    turn_to(site, PAST_GRACE)
    go_on(tab)
    expect(tab.locator("#_refused h2")).to_contain_text(MESSAGES["fr"])
    tab.locator("#_again").click()
    while tab.locator("#message").is_hidden():
        go_on(tab)
    expect(tab.locator("#message")).to_have_value("Merci.")
    go_on(tab)
    expect_receipt(tab, site, AFTER)


@pytest.mark.parametrize("built", RULES[1:], indirect=True, ids=["open, invited", "invited, open", "both invited"])
def test_a_draft_is_answered_by_the_rules_of_its_own_wave(tab: Page, site: LiveSite) -> None:
    codes = {
        wave.id: Invitations(site.keyring.derive_invitation_key(DEMONSTRATION, "candidats", wave.id)).make_code(1)
        for wave in site.study.waves
        if wave.invited
    }
    open_form(tab, f"{FORM}#i={codes[BEFORE]}" if BEFORE in codes else FORM)
    choose(tab, "accompagne", "no")
    turn_to(site, FIRST)
    tab.goto("about:blank")
    open_form(tab)
    answer_all(tab)
    go_on(tab)
    expect_receipt(tab, site, BEFORE)
    expect(tab.get_by_text("Votre invitation a servi.")).to_be_visible(visible=BEFORE in codes)
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    open_form(tab, f"{FORM}#i={codes[AFTER]}" if AFTER in codes else FORM)
    answer_all(tab)
    go_on(tab)
    expect_receipt(tab, site, AFTER)
    assert len(site.used_invitations.codes) == len(codes)
