"""Nothing is found on what is published: charts, themes, decisions, articles, figures alone; nor on the other pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.pages.actions.page import render_actions_pages
from boucle.pages.common.shells import shells_of
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.free_texts import NO_FREE_TEXTS
from boucle.pages.results.page import render_results_pages
from boucle.pages.themes.page import render_themes_pages
from support.browsers.audits import find_violations, validate_html
from support.browsers.live_site import LiveSite, build_quietly
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS
from support.documents.published_folders import publish_demonstration
from support.release_samples import make_release, series_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [("fr", "light"), ("ar", "dark"), ("en", "forced")]
NARROW: ViewportSize = {"width": 320, "height": 800}
TODAY = date(2026, 11, 23)
STUDY = read_surveys(SURVEYS)[DEMONSTRATION]
ARTICLE = "qu-est-ce-qu-un-parcours-de-qualite"


@pytest.fixture(scope="module")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site once figures are out, as the build and the job write it."""
    home = tmp_path_factory.mktemp("published")
    data = publish_demonstration(home / "published", STUDY)
    settings = Settings(home=home, surveys=SURVEYS, site=REPOSITORY / "site")
    folder = home / "site"
    copytree(build_quietly(settings), folder)
    copytree(data, folder, dirs_exist_ok=True)
    renderer = PageRenderer(shells_of(folder))
    newest = {
        series_of(STUDY, questionnaire): make_release(STUDY, questionnaire) for questionnaire in STUDY.counted_ids
    }
    pages = {
        **render_results_pages(renderer, STUDY, newest),
        **render_actions_pages(renderer, STUDY, newest, NO_FREE_TEXTS, TODAY),
        **render_themes_pages(renderer, STUDY, newest, NO_FREE_TEXTS, TODAY),
    }
    for address, content in pages.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        (folder / address).write_bytes(content)
    return folder


@pytest.fixture
def published(published_folder: Path) -> Iterator[LiveSite]:
    live = LiveSite(STUDY, published_folder)
    yield live
    live.close()


def addresses_in(folder: Path, language: str) -> list[str]:
    """Every page for people in a language; of the single figures, the first of each audience."""
    prefix = "" if language == STUDY.languages[0] else f"{language}/"
    others = tuple(f"{other_language}/" for other_language in STUDY.languages[1:] if f"{other_language}/" != prefix)
    pages = [str(index.parent.relative_to(folder)) + "/" for index in sorted(folder.rglob("index.html"))]
    mine = [
        quoted for quoted in pages if quoted.startswith(prefix) and not (prefix == "" and quoted.startswith(others))
    ]
    embeds = sorted((folder / "_boucle" / "embed").rglob(f"*.{language}.html"))
    return [mine_path.replace("./", "") for mine_path in mine] + [
        str(embed.relative_to(folder)) for embed in embeds[::12]
    ]


def open_everything(tab: Page) -> None:
    """What a reader can unfold is looked at too."""
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_nothing_is_wrong_with_any_page_for_people(
    browser: Browser, published: LiveSite, language: str, look: str
) -> None:
    context = browser.new_context(
        base_url=published.address,
        viewport=NARROW,
        color_scheme="dark" if look == "dark" else "light",
        forced_colors="active" if look == "forced" else "none",
    )
    tab = context.new_page()
    found = {}
    seen = addresses_in(published.folder, language)
    for address in seen:
        tab.goto(f"/{address}")
        open_everything(tab)
        if wrong := find_violations(tab, language):
            found[address] = wrong
    context.close()
    assert found == {}
    assert {"results/", "privacy/", "actions/", "receipt/", "accessibilite/"} <= {
        f"{seen_address.rstrip('/').rpartition('/')[2]}/" for seen_address in seen
    }
    assert any("embed" in seen_address for seen_address in seen)
    assert language != "fr" or any(ARTICLE in seen_address for seen_address in seen)


def test_what_is_published_is_valid_html(published_folder: Path, tmp_path: Path) -> None:
    pages = [path for path in published_folder.rglob("*.html") if not {"shell", "sending"} & set(path.parts)]
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.read_bytes())
    assert len(pages) > 100
    assert validate_html(tmp_path) == ""
