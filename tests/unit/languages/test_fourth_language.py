"""A fourth language of the interface is one file: whatever is written in it is what every page says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copytree

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from boucle.core.questionnaire.model import Questionnaire
from boucle.languages import catalogues
from boucle.languages.catalogues import autonym, translator_for
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.study import site_pages
from support.every_type import QUESTIONNAIRE, STUDY

NEW = "eo"
"""Esperanto, which nobody is likely to have translated the interface into."""
MARK = "¡"
"""Begins every text of the new file."""


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The interface's folder with one file more, compiled as `make install` does."""
    locales = tmp_path / "locale"
    copytree(catalogues.LOCALES, locales, ignore=lambda _, names: [name for name in names if name == "__pycache__"])
    file = locales / NEW / "LC_MESSAGES" / "boucle.po"
    file.parent.mkdir(parents=True)
    with (catalogues.LOCALES / "en" / "LC_MESSAGES" / "boucle.po").open("rb") as english:
        catalogue = read_po(english, locale=NEW)
    for message in catalogue:
        if message.id and message.context != "decimal separator":
            message.string = MARK + str(message.id)
    written = BytesIO()
    write_po(written, catalogue)
    file.write_bytes(written.getvalue())
    with file.open("rb") as source, file.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(source))
    monkeypatch.setattr(catalogues, "LOCALES", locales)
    translator_for.cache_clear()
    yield NEW
    translator_for.cache_clear()


def add_language(questionnaire: Questionnaire, language: str) -> Questionnaire:
    return replace(questionnaire, languages=(*questionnaire.languages, language))


def test_every_page_of_a_study_speaks_it_and_offers_it_by_its_own_name(esperanto: str) -> None:
    asked = add_language(QUESTIONNAIRE, esperanto)
    study = replace(STUDY, languages=(*STUDY.languages, esperanto), questionnaires=(asked,))
    pages = [
        site_page for site_page in site_pages.pages_of([study], date(2026, 6, 1)) if site_page.language == esperanto
    ]
    topics = {topic_page.topic.rpartition("/")[2] for topic_page in pages}
    assert topics >= {"results", "receipt", "privacy", "accessibility", asked.id}
    assert all(
        MARK in site_page.fragment.title + site_page.fragment.content for site_page in pages if not site_page.is_shell
    )
    page = PageRenderer().render_form(study, asked, esperanto, typed={}, issues=(), mode="self")
    assert f'<html lang="{esperanto}" dir="ltr">' in page
    assert f">{MARK}English</a>" in page
    assert f"{MARK}Send my answers" in page


def test_a_language_that_the_interface_does_not_speak_is_called_by_its_code() -> None:
    assert [autonym(code) for code in ("fr", "en", "ar", "xx")] == ["Français", "English", "العربية", "xx"]
