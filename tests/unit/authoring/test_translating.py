"""Promises of translations: a language is complete or left out, and translators use their own tools."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from boucle.authoring.translate import UnreadableCatalogue, confirm, export_po, import_po
from boucle.authoring.writing import as_file
from boucle.cli.authoring.translate import translate_group
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.questionnaire.translations import Lack, TranslationGap, available_languages, find_gaps, source_hash
from support.builders import DEMONSTRATION, SURVEYS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def draft() -> dict[str, Any]:
    """One question in French, English complete."""
    return {
        "format": 1,
        "id": "usagers",
        "version": "1.0.0",
        "languages": ["fr", "en"],
        "title": {"fr": "Votre avis", "en": "Your opinion"},
        "sections": [
            {
                "id": "debut",
                "title": {"fr": "Début", "en": "Start"},
                "questions": [
                    {"id": "aide", "type": "yes_no", "label": {"fr": "Êtes-vous aidé ?", "en": "Do you get help?"}}
                ],
            }
        ],
    }


def label(source: Any) -> dict[str, str]:
    found: dict[str, str] = source["sections"][0]["questions"][0]["label"]
    return found


def translate(source: Any, language: str, **translations: str) -> bytes:
    """What a translator sends back: the export, with these sentences translated."""
    catalogue = read_po(BytesIO(export_po(source, language, NOON)))
    for message in catalogue:
        if message.id in translations:
            message.string = translations[str(message.id)]
            message.flags.discard("fuzzy")
    return write(catalogue)


def write(catalogue: Catalog) -> bytes:
    target = BytesIO()
    write_po(target, catalogue)
    return target.getvalue()


def lacks(source: Any) -> list[tuple[str, Lack, str]]:
    return [(gap.language, gap.lack, gap.placed.name) for gap in find_gaps(source)]


def test_a_missing_translation_leaves_its_language_out_and_no_other() -> None:
    source = draft() | {"languages": ["fr", "en", "ar"]}
    assert available_languages(source) == ("fr", "en")
    assert parse_questionnaire(source).languages == ("fr", "en")


def test_a_changed_sentence_marks_the_translations_made_from_it_stale() -> None:
    source: Any = confirm(draft(), "en")
    assert available_languages(source) == ("fr", "en")
    label(source)["fr"] = "Quelqu'un vous aide-t-il ?"
    assert lacks(source) == [("en", Lack.STALE, "/questions/aide/label")]
    assert available_languages(source) == ("fr",)


def test_a_question_keeps_its_translations_when_it_moves_to_another_section() -> None:
    source: Any = confirm(draft(), "en")
    moved = {"id": "suite", "title": {"fr": "Suite", "en": "Next"}, "questions": source["sections"][0]["questions"]}
    source["sections"] = [moved]
    assert lacks(source) == []


def test_an_export_holds_every_sentence_under_its_name() -> None:
    catalogue = read_po(BytesIO(export_po(draft(), "en", NOON)))
    said = {(message.context, message.id, message.string) for message in catalogue if message.id}
    assert said == {
        ("/title", "Votre avis", "Your opinion"),
        ("/sections/debut/title", "Début", "Start"),
        ("/questions/aide/label", "Êtes-vous aidé ?", "Do you get help?"),
    }


def test_a_stale_translation_goes_out_fuzzy_and_comes_back_only_when_it_was_reviewed() -> None:
    source: Any = confirm(draft(), "en")
    label(source)["fr"] = "Quelqu'un vous aide-t-il ?"
    exported = export_po(source, "en", NOON)
    assert import_po(source, "en", exported).fuzzy == ("/questions/aide/label",)
    sent_back = translate(source, "en", **{"Quelqu'un vous aide-t-il ?": "Does anybody help you?"})
    imported = import_po(source, "en", sent_back)
    assert label(imported.source) == {"fr": "Quelqu'un vous aide-t-il ?", "en": "Does anybody help you?"}
    assert available_languages(imported.source) == ("fr", "en")


def test_a_new_language_is_declared_and_stays_out_until_it_is_complete() -> None:
    source = draft()
    begun = import_po(source, "es", translate(source, "es", Début="Inicio"))
    assert (begun.source["languages"], available_languages(begun.source)) == (["fr", "en", "es"], ("fr", "en"))
    assert begun.taken == ("/sections/debut/title",)
    done = translate(source, "es", **{"Début": "Inicio", "Votre avis": "Su opinión", "Êtes-vous aidé ?": "¿Le ayudan?"})
    assert available_languages(import_po(source, "es", done).source) == ("fr", "en", "es")


def test_a_translation_of_a_sentence_that_changed_meanwhile_stays_out() -> None:
    before = draft()
    sent_back = translate(before, "es", **{"Êtes-vous aidé ?": "¿Le ayudan?"})
    source = draft()
    label(source)["fr"] = "Quelqu'un vous aide-t-il ?"
    imported = import_po(source, "es", sent_back)
    assert imported.outdated == ("/questions/aide/label",)
    assert "es" not in label(imported.source)


def test_a_text_that_is_gone_is_reported() -> None:
    sent_back = export_po(draft(), "en", NOON)
    source = draft()
    source["sections"][0]["questions"][0]["id"] = "soutien"
    assert import_po(source, "en", sent_back).unknown == ("/questions/aide/label",)


def test_what_is_imported_is_not_written_into_the_file_that_was_read() -> None:
    source = draft()
    before = deepcopy(source)
    import_po(source, "es", translate(source, "es", Début="Inicio"))
    assert source == before


@pytest.mark.parametrize("content", [b"\xff\xfe", b"msgid unquoted\n"])
def test_what_is_no_catalogue_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableCatalogue):
        import_po(draft(), "en", content)


def test_a_catalogue_of_another_language_is_refused() -> None:
    with pytest.raises(UnreadableCatalogue, match="choose the right one"):
        import_po(draft(), "en", export_po(draft(), "ar", NOON))


@pytest.mark.parametrize("name", ["study.json", "candidats/1.0.0.json"])
def test_the_demonstration_goes_out_and_comes_back_as_it_was(name: str) -> None:
    source = json.loads((SURVEYS / DEMONSTRATION / name).read_text(encoding="utf-8"))
    imported = import_po(source, "ar", export_po(source, "ar", NOON))
    assert (imported.fuzzy, imported.empty, imported.outdated, imported.unknown) == ((), (), (), ())
    without_hashes = {key: value for key, value in imported.source.items() if key != "translations"}
    assert without_hashes == {key: value for key, value in source.items() if key != "translations"}


def test_a_file_that_is_written_back_says_the_same() -> None:
    source = json.loads((SURVEYS / DEMONSTRATION / "candidats" / "1.0.0.json").read_text(encoding="utf-8"))
    assert json.loads(as_file(source)) == source
    assert max(len(line) for line in as_file(draft()).splitlines()) <= 88


def test_the_commands_carry_a_file_out_and_back(tmp_path: Path) -> None:
    file = tmp_path / "surveys" / "etude" / "usagers" / "1.0.0.json"
    file.parent.mkdir(parents=True)
    source = draft() | {"languages": ["fr"]}
    file.write_text(as_file(source), encoding="utf-8")
    catalogue = tmp_path / "en.po"
    run = CliRunner().invoke
    assert run(translate_group, ["export", str(file), "en", "--output", str(catalogue)]).exit_code == 0
    said = run(translate_group, ["import", str(file), "en", str(catalogue)])
    assert (said.exit_code, "en is complete." in said.output) == (0, True)
    hashes = json.loads(file.read_text(encoding="utf-8"))["translations"]["en"]
    assert hashes["/title"] == source_hash("Votre avis")
    digest = "0" * 64
    (tmp_path / "surveys" / "published.lock").write_text(f"{digest}  etude/usagers/1.0.0.json\n", encoding="utf-8")
    refused = run(translate_group, ["import", str(file), "en", str(catalogue)])
    assert (refused.exit_code, "never changes" in refused.output) == (1, True)


def test_a_gap_says_where_it_is() -> None:
    (gap,) = find_gaps(draft() | {"intro": {"fr": "Bonjour"}})
    assert isinstance(gap, TranslationGap)
    assert (gap.language, gap.lack, gap.placed.pointer) == ("en", Lack.MISSING, "/intro")
