"""Promises of the results page in a real browser: it fits a phone, bars start where reading starts, columns pair up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from boucle.content.surveys import read_study
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.page import render_results
from support.builders import DEMONSTRATION, SURVEYS
from support.release_samples import make_release, series_of

pytestmark = pytest.mark.browser

ENDS = """all => all.map(each => {
  const bar = each.getBoundingClientRect(), cell = each.closest('svg').getBoundingClientRect();
  return [Math.round(bar.left - cell.left), Math.round(cell.right - bar.right)];
})"""
"""How far each bar is from the left and from the right of its track."""


def show(page: Page, folder: Path, language: str) -> None:
    """Open the demonstration's results as a file: no server, no network."""
    study = read_study(SURVEYS / DEMONSTRATION)
    documents = {
        series_of(study, questionnaire): make_release(study, questionnaire) for questionnaire in study.counted_ids
    }
    (folder / "results.html").write_text(
        PageRenderer().render_page(study, language, render_results(study, language, documents)), "utf-8"
    )
    page.goto((folder / "results.html").as_uri())


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_nothing_overflows_on_a_phone_of_320_pixels(page: Page, tmp_path: Path, language: str) -> None:
    show(page, tmp_path, language)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(("language", "side"), [("fr", 0), ("ar", 1)])
def test_bars_start_where_reading_starts(page: Page, tmp_path: Path, language: str, side: int) -> None:
    show(page, tmp_path, language)
    distances = page.eval_on_selector_all("svg rect:first-child", ENDS)
    assert len(distances) > 100
    assert {distance[side] for distance in distances} == {0}


def test_the_two_audiences_stand_side_by_side_on_a_wide_screen_only(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "fr")
    tops = "all => all.map(each => each.getBoundingClientRect().top)"
    stacked = page.eval_on_selector_all(".card", tops)
    page.set_viewport_size({"width": 1280, "height": 900})
    beside = page.eval_on_selector_all(".card", tops)
    assert stacked[0] < stacked[1]
    assert beside[0] == beside[1]
