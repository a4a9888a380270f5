"""Without network, answers wait on the device and leave once; on a shared device nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from support.browsers.form_acts import FORM, FORM_ANSWERS, answer_all, choose, go_on, open_form, wait_until_cached
from support.browsers.live_site import LiveSite

pytestmark = pytest.mark.browser


def test_without_network_answers_wait_and_leave_when_it_is_back(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    phone.set_offline(True)
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting .unheld")).to_be_visible()
    assert len(site.list_stored()) == 0
    phone.set_offline(False)
    expect(tab.locator("#_received .code")).to_be_visible()
    assert [response.answers for response in site.list_stored()] == [FORM_ANSWERS]


def test_a_form_that_was_opened_opens_again_without_network(phone: BrowserContext, tab: Page, site: LiveSite) -> None:
    open_form(tab)
    wait_until_cached(tab)
    choose(tab, "accompagne", "yes")
    phone.set_offline(True)
    tab.reload()
    expect(tab.locator('[name="accompagne"][value="yes"]')).to_be_checked()
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    tab.reload()
    expect(tab.locator("#_waiting")).to_be_visible()
    phone.set_offline(False)
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_what_waits_leaves_on_the_next_visit(phone: BrowserContext, tab: Page, site: LiveSite) -> None:
    open_form(tab)
    phone.set_offline(True)
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    tab.close()
    phone.set_offline(False)
    later = phone.new_page()
    open_form(later)
    expect(later.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_an_answer_whose_acknowledgement_is_lost_is_stored_once(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    answer_all(tab)
    site.fate = lambda environ: "unheard" if environ["REQUEST_METHOD"] == "POST" else "answered"
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    assert len(site.list_stored()) == 1
    site.fate = lambda environ: "answered"
    tab.locator("#_retry").click()
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_a_portal_that_answers_in_the_place_of_the_server_loses_nothing(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    phone.route("**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Log in</p>"))
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    phone.unroute("**/api/**")
    tab.locator("#_retry").click()
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_when_the_questionnaire_has_closed_the_answers_stay_and_the_page_says_so(tab: Page, site: LiveSite) -> None:
    open_form(tab)
    answer_all(tab)
    site.clock.time = datetime(2028, 3, 1, tzinfo=UTC)
    go_on(tab)
    expect(tab.locator("#_refused h2")).to_have_text("Ce questionnaire est clos")
    tab.reload()
    tab.locator("#_again").click()
    expect(tab.locator('[name="accompagne"][value="no"]')).to_be_checked()


def test_what_only_the_server_finds_wrong_comes_back_to_its_question(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    answer_all(tab)
    tab.locator("#message").fill("x" * 5000)
    tab.evaluate("() => { Rules.readers.text = ([text]) => text; }")
    go_on(tab)
    expect(tab.locator("#message--error")).to_contain_text("Raccourcissez")
    expect(tab.locator("#_errors")).to_be_focused()
    assert len(site.list_stored()) == 0


def test_on_a_shared_device_nothing_is_kept_and_sending_needs_the_network(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    entries = tab.evaluate("history.length")
    choose(tab, "_mode", "assisted")
    expect(tab.locator("#_alone")).to_be_visible()
    assert tab.title() == "Page"
    answer_all(tab)
    assert tab.title() == "Page"
    assert tab.evaluate("[history.length, localStorage.length]") == [entries, 0]
    phone.set_offline(True)
    go_on(tab)
    expect(tab.locator("#_waiting .onlyheld")).to_be_visible()
    kept = "async () => [(await Outbox.all()).length, (await (await caches.open('boucle-1')).keys()).length]"
    assert tab.evaluate(kept) == [0, 0]
    phone.set_offline(False)
    expect(tab.locator("#_received")).to_be_visible()
    assert [response.mode for response in site.list_stored()] == ["assisted"]
    with tab.expect_navigation():
        tab.locator("#_noted").click()
    assert tab.evaluate("localStorage.length") == 0


def test_a_shared_device_forgets_after_five_idle_minutes(tab: Page) -> None:
    tab.clock.install()
    open_form(tab)
    tab.locator("#_shared").check()
    choose(tab, "accompagne", "yes")
    with tab.expect_navigation():
        tab.clock.run_for(5 * 60_000 + 10_000)
    expect(tab.locator('[name="accompagne"][value="yes"]')).not_to_be_checked()


def test_the_quick_exit_leaves_at_once(tab: Page) -> None:
    open_form(tab)
    choose(tab, "_mode", "assisted")
    choose(tab, "accompagne", "yes")
    tab.locator("#_leave").click()
    tab.wait_for_url("about:blank")
    tab.goto(FORM)
    expect(tab.locator('[name="accompagne"][value="yes"]')).not_to_be_checked()


def test_the_worker_is_asked_to_send_what_waits_and_does_so_without_the_page(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    phone.grant_permissions(["background-sync"])
    open_form(tab)
    wait_until_cached(tab)
    phone.set_offline(True)
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    tags = "async () => (await (await navigator.serviceWorker.ready).sync.getTags())"
    assert tab.evaluate(tags) == ["boucle"]
    tab.goto("about:blank")
    phone.set_offline(False)
    sync(phone, site.address)
    wait_until(lambda: len(site.list_stored()) == 1)
    tab.goto(FORM)
    expect(tab.locator("#_received .code")).to_be_visible()
    assert len(site.list_stored()) == 1


def sync(phone: BrowserContext, origin: str) -> None:
    """What the system does for a worker once there is network: Background Sync, whatever page is open."""
    session = phone.new_cdp_session(phone.pages[0])
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(registration["registrationId"] for registration in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    wait_until(lambda: bool(found), phone.pages[0])
    asked = {"origin": origin, "registrationId": found[-1], "tag": "boucle", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", asked)


def wait_until(holds: Callable[[], bool], tab: Page | None = None) -> None:
    late = monotonic() + 10
    while not holds():
        assert monotonic() < late
        if tab:
            tab.wait_for_timeout(50)  # lets the browser's events come in
        else:
            sleep(0.05)


def test_an_update_of_the_site_strands_no_draft(phone: BrowserContext, tab: Page, site: LiveSite) -> None:
    open_form(tab)
    wait_until_cached(tab)
    choose(tab, "accompagne", "yes")
    choose(tab, "note", "7")
    update_site(phone)
    tab.reload()
    assert tab.evaluate("window.updated") is True
    expect(tab.locator('[name="note"][value="7"]')).to_be_checked()
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_received")).to_be_visible()
    assert len(site.list_stored()) == 1


def test_answers_that_wait_during_an_update_of_the_site_leave_as_they_were(
    phone: BrowserContext, tab: Page, site: LiveSite
) -> None:
    open_form(tab)
    wait_until_cached(tab)
    phone.set_offline(True)
    answer_all(tab)
    go_on(tab)
    expect(tab.locator("#_waiting")).to_be_visible()
    update_site(phone)
    phone.set_offline(False)
    tab.reload()
    expect(tab.locator("#_received")).to_be_visible()
    assert [response.answers for response in site.list_stored()] == [FORM_ANSWERS]


def update_site(phone: BrowserContext) -> None:
    """From now on the site serves another script under another name, as after a deployment."""

    def newer(route: Route) -> None:
        answer = route.fetch(url=route.request.url.replace("?v=00000000", ""))
        body = answer.text()
        if route.request.url.endswith("?v=00000000"):
            body += "window.updated = true;"
        route.fulfill(response=answer, body=re.sub(r"(form\.js\?v=)\w{8}", r"\g<1>00000000", body))

    phone.route(re.compile(r"candidats/$|form\.js"), newer)
