"""Where a device has no voice for the language, recordings are played; where it has one, they stay away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from support.browsers.form_acts import FORM, choose, open_form
from support.browsers.live_site import OLD_PHONE, LiveSite, build_quietly
from support.builders import DEMONSTRATION, REPOSITORY
from support.recorded import record_surveys

pytestmark = pytest.mark.browser

RECORDED = ("accompagne", "accompagne--yes", "raconter", "raconter--jamais", "raconter--parfois")
SOUND = "/_boucle/audio/"
NO_VOICE = "Object.defineProperty(window, 'speechSynthesis', { value: { getVoices: () => [], cancel: () => {} } });"
NO_SPEECH = "delete window.speechSynthesis; Object.defineProperty(window, 'speechSynthesis', { value: undefined });"
A_VOICE = """window.heard = [];
Object.defineProperty(window, 'speechSynthesis', { value: { cancel: () => {}, speak: (said) => heard.push(said.text),
  getVoices: () => [{ lang: 'fr-FR', localService: true }] } });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };"""
LISTENER = """window.played = [];
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function () {
  this.addEventListener('ended', () => played.push(this.duration), { once: true });
  return play.call(this);
};"""
"""Notes each sound that was played to its end, and how long it was."""


@pytest.fixture(scope="module")
def recorded_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("recorded")
    surveys = record_surveys(folder, "fr", *RECORDED)
    settings = Settings(home=folder / "home", surveys=surveys, site=REPOSITORY / "site")
    return surveys, build_quietly(settings)


@pytest.fixture
def heard_site(recorded_folder: tuple[Path, Path]) -> Iterator[LiveSite]:
    surveys, built = recorded_folder
    live = LiveSite(read_surveys(surveys)[DEMONSTRATION], built)
    yield live
    live.close()


@pytest.fixture
def ear(browser: Browser, heard_site: LiveSite) -> Iterator[Page]:
    context = browser.new_context(base_url=heard_site.address, viewport=OLD_PHONE)
    context.set_default_timeout(8000)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    tab.add_init_script(LISTENER)
    yield tab
    context.close()
    assert wrong == []


def listen(tab: Page) -> None:
    tab.get_by_role("button", name="Écouter", exact=True).click()


def sounds_asked(site: LiveSite) -> int:
    return sum(times for asked, times in site.seen.items() if SOUND in asked and asked.endswith(".opus"))


@pytest.mark.parametrize("silence", [NO_VOICE, NO_SPEECH], ids=["no voice", "no speech at all"])
def test_without_a_voice_a_question_and_its_choices_are_played_to_their_end(
    ear: Page, heard_site: LiveSite, silence: str
) -> None:
    ear.add_init_script(silence)
    open_form(ear)
    assert sounds_asked(heard_site) == 0
    listen(ear)
    question = ear.locator("fieldset", has=ear.locator("#accompagne")).locator(".say").first
    expect(question).to_be_visible()
    assert sounds_asked(heard_site) == 0
    question.click()
    ear.wait_for_function("() => played.length === 2")
    assert all(duration > 0.2 for duration in ear.evaluate("played"))


def test_what_is_not_recorded_offers_nothing_to_press(ear: Page) -> None:
    ear.add_init_script(NO_VOICE)
    open_form(ear)
    listen(ear)
    expect(ear.get_by_role("button", name="Écouter: Oui")).to_be_visible()
    expect(ear.get_by_role("button", name="Écouter: Non")).to_have_count(0)


def test_a_voice_of_the_device_is_preferred(ear: Page, heard_site: LiveSite) -> None:
    ear.add_init_script(A_VOICE)
    open_form(ear)
    listen(ear)
    ear.get_by_role("button", name="Écouter: Oui").first.click()
    assert ear.evaluate("heard") == ["Oui"]
    assert not [asked for asked in heard_site.seen if SOUND in asked]


def test_a_language_without_recordings_and_without_voice_offers_no_listening(ear: Page) -> None:
    ear.add_init_script(NO_VOICE)
    open_form(ear, f"/ar{FORM}")
    expect(ear.locator("[data-tool=listen]")).to_be_hidden()


def test_no_cache_keeps_what_was_heard(ear: Page, heard_site: LiveSite) -> None:
    ear.add_init_script(NO_VOICE)
    open_form(ear)
    choose(ear, "_mode", "assisted")
    listen(ear)
    ear.get_by_role("button", name="Écouter: Oui").first.click()
    ear.wait_for_function("() => played.length === 1")
    kept = ear.evaluate(
        """async () => { const all = await Promise.all((await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map((each) => each.url))); return all.flat(); }"""
    )
    assert [url for url in kept if SOUND in url] == []


@pytest.mark.parametrize("what", ["the list of recordings", "a recording"])
def test_whoever_cannot_hear_what_the_network_lost_is_told_and_may_try_again(ear: Page, what: str) -> None:
    ear.add_init_script(NO_VOICE)
    open_form(ear)
    speaker = ear.locator("#_form .say").first
    listen(ear)
    expect(speaker).to_be_visible()

    def ask() -> None:
        speaker.click() if what == "a recording" else listen(ear)

    if what == "the list of recordings":
        ear.get_by_role("button", name="Arrêter", exact=True).click()
    ear.context.set_offline(True)
    ask()
    told = ear.get_by_role("alert").filter(has_text="Réessayez quand il y a du réseau")
    expect(told).to_be_visible()
    ear.context.set_offline(False)
    ask()
    expect(told).to_have_count(0)
    expect(speaker).to_be_visible()
