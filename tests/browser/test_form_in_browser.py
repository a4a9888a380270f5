"""Promises of the form in a real browser, without script: it fits, it can be hit, and it reveals."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from boucle.core.questionnaire.validation import AnswerIssue
from boucle.pages.forms.renderer import PageRenderer
from support.every_type import QUESTIONNAIRE, STUDY

pytestmark = pytest.mark.browser

LANGUAGES = ("fr", "ar")
TARGETS = "label.o, button, select, textarea, input[type=text], input[type=date], summary, .summary a"
SMALL = """all => all.filter(each => each.getClientRects().length)
  .filter(each => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < 47.5)
  .map(each => each.outerHTML.slice(0, 80))"""


def show(page: Page, folder: Path, language: str, *problems: AnswerIssue) -> None:
    """Open the form as a file: no server, no network."""
    written = PageRenderer().render_form(STUDY, QUESTIONNAIRE, language, typed={}, issues=problems, mode="self")
    (folder / "form.html").write_text(written, "utf-8")
    page.goto((folder / "form.html").as_uri())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_overflows_on_a_phone_of_320_pixels(page: Page, tmp_path: Path, language: str) -> None:
    show(page, tmp_path, language, *(AnswerIssue(question.id, "required") for question in QUESTIONNAIRE.questions))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_is_at_least_48_pixels(page: Page, tmp_path: Path, language: str) -> None:
    show(page, tmp_path, language, AnswerIssue("age", "wrong_type"))
    page.check("#supported")
    assert page.eval_on_selector_all(TARGETS, SMALL) == []


def test_questions_appear_and_disappear_with_the_answer_that_decides(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "fr")
    assert [page.is_visible(selector) for selector in ("#mark", "#story", "[id='blocks.other']")] == [
        False,
        False,
        False,
    ]
    page.check("[name=supported][value=yes]")
    page.check("[name=blocks][value=other]")
    assert [page.is_visible(selector) for selector in ("#mark", "#story", "[id='blocks.other']")] == [True, True, True]
    page.check("[name=supported][value=no]")
    assert [page.is_visible(selector) for selector in ("#mark", "#story", "[id='blocks.other']")] == [
        False,
        False,
        True,
    ]


def test_on_paper_every_question_is_there(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "fr")
    page.emulate_media(media="print")
    assert page.is_visible("#mark")


def test_the_error_summary_has_the_focus_and_leads_to_the_input(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "fr", AnswerIssue("supported", "required"))
    assert page.evaluate("document.activeElement.id") == "_errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert page.is_checked("#supported")


def test_the_focus_is_visible_in_forced_colours_too(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "fr")
    page.emulate_media(forced_colors="active")
    for focused in ("#supported", "[name=place] >> nth=0", "button"):
        page.focus(focused)
        assert page.evaluate(
            "[document.activeElement, document.activeElement.parentElement]"
            ".some(each => getComputedStyle(each).outlineStyle === 'solid')"
        )
