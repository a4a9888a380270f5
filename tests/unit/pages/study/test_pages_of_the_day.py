"""What the job renders into the built site: the same page in other languages, and forms as the day has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from boucle.config.settings import Settings
from boucle.content.surveys import read_study
from boucle.core.study.model import Study
from boucle.pages.common import shells
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.page import render_results_pages
from boucle.pages.study.site_pages import render_form_pages
from boucle.site_build.build import build_site
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS, make_questionnaire, make_study, make_wave, make_yes_no
from support.documents.html_forms import read_post_forms
from support.following_waves import SPRING, SUMMER, make_following_study
from support.release_samples import make_release, series_of

OPEN = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> PageRenderer:
    """It renders into a site that was really built."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), surveys=SURVEYS, site=REPOSITORY / "site")
    return PageRenderer(shells.shells_of(build_site(settings, OPEN).folder))


def test_a_published_page_leads_to_itself_in_every_other_language(renderer: PageRenderer, demonstration: Study) -> None:
    documents = {series_of(demonstration, "candidats"): make_release(demonstration, "candidats")}
    page = render_results_pages(renderer, demonstration, documents)[f"{DEMONSTRATION}/results/index.html"].decode()
    assert f'<a href="/ar/{DEMONSTRATION}/results/" lang="ar"' in page
    assert "@@" not in page


def test_a_page_without_a_built_site_leads_there_too(demonstration: Study) -> None:
    pages = render_form_pages(PageRenderer(), demonstration, OPEN)
    assert (
        f'<a href="/en/{DEMONSTRATION}/candidats/" lang="en"' in pages[f"{DEMONSTRATION}/candidats/index.html"].decode()
    )


def test_the_form_of_the_day_is_the_one_that_was_built(
    renderer: PageRenderer, demonstration: Study, tmp_path: Path
) -> None:
    """But for what the theme says of where one is."""
    built = build_site(Settings(home=tmp_path, surveys=SURVEYS, site=REPOSITORY / "site"), OPEN).folder
    for address, page in render_form_pages(renderer, demonstration, OPEN).items():
        assert page.decode().partition("<main")[2] == (built / address).read_text("utf-8").partition("<main")[2]


@pytest.mark.parametrize("turned", [1, -1], ids=["as they follow", "written the other way round"])
def test_the_form_of_the_day_names_the_wave_that_is_open(turned: int) -> None:
    study = make_following_study()
    study = replace(study, waves=study.waves[::turned])

    def wave_on(*day: int) -> str | None:
        page = render_form_pages(PageRenderer(), study, date(2026, *day))["etude/candidats/index.html"].decode()
        return next((dict(form.fields)["_wave"] for form in read_post_forms(page)), None)

    days = ((2, 28), (3, 1), (6, 30), (7, 1), (7, 7), (10, 7), (10, 8))
    assert [wave_on(*day) for day in days] == [None, SPRING, SPRING, SUMMER, SUMMER, SUMMER, None]


def test_a_version_opens_and_a_wave_closes_by_themselves() -> None:
    first, second = (make_questionnaire(make_yes_no("accompagne"), version=number) for number in ("1.0.0", "1.1.0"))
    opens = (("candidats", "1.0.0", "2026-01-05"), ("candidats", "1.1.0", "2026-02-01"))
    asked = make_study(first, second, waves=(make_wave(*opens, closes="2026-03-31"),))

    def page(day: date) -> str:
        return render_form_pages(PageRenderer(), asked, day)["etude/candidats/index.html"].decode()

    assert 'action="/api/responses/etude/candidats/1.0.0"' in page(date(2026, 1, 31))
    assert 'action="/api/responses/etude/candidats/1.1.0"' in page(date(2026, 2, 1))
    assert "/api/responses/" in page(date(2026, 4, 7)), "its days of grace"
    assert "/api/responses/" not in page(date(2026, 4, 8))
