"""Promises of the interface's words: complete in every language, none left over, and said to be missing clearly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from boucle.core.questionnaire.validation import AnswerIssue
from boucle.languages import catalogues
from boucle.languages.catalogues import ISSUE_MESSAGES, LOCALES, NoCatalogue, translator_for
from boucle.web import errors

LANGUAGES = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/boucle.po"))
"""Those that have a catalogue: a new one is tried by being there."""
LANGUAGES_FOLDER = Path(catalogues.__file__).parent
SPEAKING = (LANGUAGES_FOLDER, LANGUAGES_FOLDER.parent / "pages", Path(errors.__file__).parent)
"""The packages whose messages people read."""
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
TEMPLATE_OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
SPOKEN = {**DEFAULT_KEYWORDS, "gettext_noop": None, "translate": None}
"""How code says a message: `_` in templates; `gettext_noop` and `translate` in Python."""


def find_used() -> set[str]:
    found = [
        extracted
        for folder in SPEAKING
        for extracted in extract_from_dir(folder, METHODS, options_map=TEMPLATE_OPTIONS, keywords=SPOKEN)
    ]
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "boucle.po").open("rb") as source:
        return read_po(source, locale=language)


def translations(language: str) -> Iterator[tuple[str, str]]:
    for message in catalogue(language):
        if message.id:
            yield str(message.id), str(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_used_is_translated_and_none_is_left_over(language: str) -> None:
    assert {message for message, _ in translations(language)} == find_used()
    assert [message for message, translated in translations(language) if not translated.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_values_that_are_filled_in(language: str) -> None:
    for message, translated in translations(language):
        assert sorted(re.findall(r"%\(\w+\)s", message)) == sorted(re.findall(r"%\(\w+\)s", translated)), message


def test_french_has_a_narrow_no_break_space_before_high_punctuation() -> None:
    wrong = [text for _, text in translations("fr") if re.search(r"(?<!\u202f)[?!;:»]|«(?!\u202f)", text)]
    assert wrong == []


def test_each_problem_has_words_for_its_limits() -> None:
    limits = {"minimum": 2, "maximum": 3.5}
    told = [translator_for("fr").describe_issue(AnswerIssue("q", code, limits)) for code in ISSUE_MESSAGES]
    assert not any("%" in line for line in told)
    assert (
        translator_for("fr").describe_issue(AnswerIssue("q", "out_of_range", limits)) == "Donnez une valeur de 2 à 3,5."
    )


def test_a_day_is_written_as_people_write_it() -> None:
    limits = {"minimum": "2020-01-31", "maximum": "2026-12-31"}
    assert (
        translator_for("fr").describe_issue(AnswerIssue("q", "out_of_range", limits))
        == "Donnez une valeur de 31/01/2020 à 31/12/2026."
    )


def test_a_catalogue_that_is_not_compiled_says_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "xx" / "LC_MESSAGES" / "boucle.po"
    source.parent.mkdir(parents=True)
    source.touch()
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    with pytest.raises(NoCatalogue, match="run make install"):
        translator_for("xx")


def test_a_language_that_the_interface_does_not_speak_says_where_to_translate_it() -> None:
    with pytest.raises(NoCatalogue, match=r"translate it in .*zz.*boucle\.po"):
        translator_for("zz")
