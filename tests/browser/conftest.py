"""A real browser and a live site for the tests of this folder; skipped, and loudly, where there is no browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from support.browsers.live_site import OLD_PHONE, LiveSite, build_quietly
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine can be late: each test of this folder has a second try, which the report lists."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("NO BROWSER: nothing of the forms was tested in one. Run tests/browser/install-chromium.sh")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone of 320 pixels without script, and without a site."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's site, built once."""
    settings = Settings(home=tmp_path_factory.mktemp("site"), surveys=SURVEYS, site=REPOSITORY / "site")
    return build_quietly(settings)


@pytest.fixture
def site(site_folder: Path) -> Iterator[LiveSite]:
    live = LiveSite(read_surveys(SURVEYS)[DEMONSTRATION], site_folder)
    yield live
    live.close()


@pytest.fixture
def phone(browser: Browser, site: LiveSite) -> Iterator[BrowserContext]:
    """A phone with script, of its own for each test."""
    context = browser.new_context(base_url=site.address, viewport=OLD_PHONE, has_touch=True)
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def tab(phone: BrowserContext) -> Iterator[Page]:
    """A tab of that phone, in which no script may fail and nothing may be blocked by the policy."""
    wrong: list[str] = []
    opened = phone.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    assert wrong == []
