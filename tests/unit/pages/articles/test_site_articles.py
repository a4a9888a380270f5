"""Promises of a site with articles: it says nothing that the data do not, and is not built when it would."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from boucle.cli import main
from boucle.content.surveys import read_study
from support.builders import DEMONSTRATION, SURVEYS
from support.documents.pages_read import find_objections, read_page
from support.documents.published_folders import publish_demonstration

STUDY = read_study(SURVEYS / DEMONSTRATION)
TEXT = """---
title: Un article
study: parcours-de-qualite
---

# Un article

Soit {{ share("candidats", "accompagne", "yes") }} des candidats.

{{ chart("candidats", "connait_iae") }}
"""


@pytest.fixture(autouse=True)
def _quiet_mkdocs() -> Iterator[None]:
    level = logging.getLogger("mkdocs").level
    yield
    logging.getLogger("mkdocs").setLevel(level)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return publish_demonstration(tmp_path / "published", STUDY)


def write_site(folder: Path, text: str = TEXT, theme: str = "boucle", published: Path | None = None) -> Path:
    """The configuration of a site of one home page and one article."""
    pages = folder / "site" / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "index.md").write_text("# Accueil\n\nCe qui est {{ écrit }} ici reste.\n", "utf-8")
    (pages / "article.md").write_text(text, "utf-8")
    options = {"surveys": str(SURVEYS), "today": "2026-06-01", "published": str(published or "")}
    config = {"site_name": "x", "docs_dir": "pages", "site_dir": str(folder / "built"), "theme": theme}
    config_file = folder / "site" / "mkdocs.yml"
    config_file.write_text(json.dumps({**config, "plugins": [{"boucle": options}]}), "utf-8")
    return config_file


def build_article(config_file: Path, strict: bool = False) -> str:
    build(load_config(str(config_file), strict=strict))
    return (config_file.parent.parent / "built" / "article" / "index.html").read_text("utf-8")


def approve(article: Path, data: Path) -> str:
    said = CliRunner().invoke(main, ["--surveys", str(SURVEYS), "approve", str(article), "--data", str(data)])
    assert said.exit_code in (0, 1)
    return said.output


@pytest.mark.parametrize("theme", ["boucle", "mkdocs"])
def test_an_article_has_its_numbers_its_charts_and_their_sources_under_any_theme(
    tmp_path: Path, published: Path, theme: str
) -> None:
    page = build_article(write_site(tmp_path, theme=theme, published=published))
    assert "Soit" in page
    assert "77\u202f%</a> des candidats." in page
    tree = read_page(page) if theme == "boucle" else None
    assert page.count("<table>") == 2
    assert "boucle-block" not in page
    if tree:
        assert find_objections(page) == []
        assert "±\u202f4" in tree.one("section", id="sources").text
        assert "un programme" in tree.one("section", id="sources").text


def test_other_pages_keep_their_braces(tmp_path: Path, published: Path) -> None:
    build_article(write_site(tmp_path, published=published))
    assert "{{ écrit }}" in (tmp_path / "built" / "index.html").read_text("utf-8")


def test_before_a_first_release_the_site_is_built_and_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert "<i>pas encore publié</i>" in build_article(write_site(tmp_path))
    assert "quotes parcours-de-qualite/candidats/v1/2026, of which nothing is published yet" in caplog.text


def test_before_a_first_release_a_strict_build_fails(tmp_path: Path) -> None:
    with pytest.raises(Abort, match="1 warnings in strict mode"):
        build_article(write_site(tmp_path), strict=True)


def test_a_text_that_nobody_approved_fails_a_strict_build_until_somebody_does(
    tmp_path: Path, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config_file = write_site(tmp_path, published=published)
    with pytest.raises(Abort):
        build_article(config_file, strict=True)
    assert "nobody has approved its figures: boucle approve" in caplog.text
    article = config_file.parent / "pages" / "article.md"
    assert 'share("candidats", "accompagne", "yes"): 77 ± ' in approve(article, published)
    build_article(config_file, strict=True)
    assert not list((tmp_path / "built").rglob("*.approved.json"))


def test_a_build_says_every_fault_of_every_article_with_its_line(
    tmp_path: Path, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = TEXT.replace('"yes"', '"oui"')
    config_file = write_site(tmp_path, faulty, published=published)
    (config_file.parent / "pages" / "autre.md").write_text(TEXT.replace("connait_iae", "iae"), "utf-8")
    with pytest.raises(Abort):
        build_article(config_file)
    assert 'article.md:8: {{ share("candidats", "accompagne", "oui") }}: accompagne has no answer' in caplog.text
    assert 'autre.md:10: {{ chart("candidats", "iae") }}: release 5' in caplog.text


def test_nothing_is_approved_before_it_is_published(tmp_path: Path) -> None:
    article = write_site(tmp_path).parent / "pages" / "article.md"
    assert "approve it later" in approve(article, tmp_path)
    assert not list(tmp_path.rglob("*.approved.json"))


def test_approving_again_says_what_changed(tmp_path: Path, published: Path) -> None:
    article = write_site(tmp_path, published=published).parent / "pages" / "article.md"
    approve(article, published)
    kept = next(tmp_path.rglob("*.approved.json"))
    kept.write_text(kept.read_text("utf-8").replace("77", "71"), "utf-8")
    assert "77 ± 4, was 71" in approve(article, published)
