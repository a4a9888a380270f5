"""The demonstration's article says the same figures in each language, and none that is not bound to its data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boucle.content.surveys import read_surveys
from boucle.pages.articles.article import ArticleReader
from boucle.pages.articles.calls import find_places
from boucle.pages.articles.published import PublishedData, make_reader
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS
from support.documents.published_folders import publish_demonstration

PAGES = REPOSITORY / "site" / "pages"
NAME = "qu-est-ce-qu-un-parcours-de-qualite.md"
LANGUAGES = {"fr": PAGES / NAME, "en": PAGES / "en" / NAME, "ar": PAGES / "ar" / NAME}
SAID_BY_THE_QUESTIONS = {"0", "8", "10", "1", "2", "3"}
"""Scales, thresholds and the numbers of a list: no figure of anybody's answers."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> ArticleReader:
    studies = read_surveys(SURVEYS)
    folder = publish_demonstration(tmp_path_factory.mktemp("published"), studies[DEMONSTRATION])
    return ArticleReader(studies, PublishedData(make_reader(str(folder))))


def calls(path: Path) -> list[str]:
    return [place.source for place in find_places(path.read_text("utf-8"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_published_and_approved(reader: ArticleReader, language: str) -> None:
    article = reader.read(LANGUAGES[language])
    assert article.is_approved
    assert article.not_yet == ()
    assert len(article.figures) == 20


@pytest.mark.parametrize("language", ["en", "ar"])
def test_translations_quote_the_same_figures_in_the_same_order(language: str) -> None:
    assert calls(LANGUAGES[language]) == calls(LANGUAGES["fr"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_written_by_hand(language: str) -> None:
    body = LANGUAGES[language].read_text("utf-8").partition("\n---\n")[2]
    prose = re.sub(r"\{\{.*?\}\}", "", body, flags=re.DOTALL)
    assert set(re.findall(r"\d+", prose)) <= SAID_BY_THE_QUESTIONS
