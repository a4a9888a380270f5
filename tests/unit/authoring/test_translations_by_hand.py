"""Promises of translations written by hand: a sentence that changes makes them stale, as if a tool had written them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from boucle.authoring.freeze import freeze
from boucle.authoring.lint.run import lint
from boucle.cli import main
from boucle.content.origins import ORIGINS_FILE, UnreadableOrigins, format_origins, read_origins
from boucle.content.surveys import keep_origins, read_study
from boucle.core.questionnaire.translations import TranslationOrigin
from boucle.site_build.build import refuse_unsound

SENTENCE = {"fr": "Avez-vous travaillé depuis un an ?", "en": "Have you worked in the past year?"}
OTHER_SENTENCE = "Avez-vous travaillé depuis une semaine ?"


def both(words: str) -> dict[str, str]:
    return {"fr": f"{words} (fr)", "en": f"{words} (en)"}


def write(file: Path, source: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(source, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def write_version(study: Path, version: str, **label: str) -> Path:
    question = {"id": "age", "type": "yes_no", "label": SENTENCE | label}
    section = {"id": "s", "title": both("Section"), "questions": [question]}
    return write(
        study / "usagers" / f"{version}.json",
        {
            "format": 1,
            "id": "usagers",
            "version": version,
            "languages": ["fr", "en"],
            "title": both("Votre avis"),
            "sections": [section],
        },
    )


def write_study(study: Path, *versions: str, title: str = "Étude (fr)") -> Path:
    openings = [{"version": version, "from": f"2026-11-{day:02}"} for day, version in enumerate(versions, 1)]
    wave = {
        "id": "2026",
        "opens": "2026-11-01",
        "closes": "2027-10-31",
        "questionnaires": {"usagers": openings},
        "population": {"usagers": 5000},
    }
    controller = {
        "name": "Nous",
        "contact": "nous@example.fr",
        "dpo": "dpo@example.fr",
        "legal_basis": both("Mission"),
    }
    return write(
        study / "study.json",
        {
            "format": 1,
            "id": "terrain",
            "languages": ["fr", "en"],
            "title": both("Étude") | {"fr": title},
            "description": both("Une étude"),
            "audiences": {"usagers": both("usagers")},
            "controller": controller,
            "retention_days": 365,
            "waves": [wave],
        },
    )


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "surveys" / "terrain"
    write_version(folder, "1.0.0")
    write_study(folder, "1.0.0")
    return folder


def boucle(study: Path, *words: str | Path) -> str:
    ran = CliRunner().invoke(main, ["--surveys", str(study.parent), *map(str, words)])
    assert ran.exit_code == 0, ran.output
    return ran.output


def find_languages(study: Path) -> dict[str, tuple[str, ...]]:
    """In which languages each version is offered."""
    return {version.version: version.languages for version in read_study(study).questionnaires}


def find_stale(study: Path) -> list[str]:
    return [issue.file.name for issue in lint([study]).issues if issue.rule == "translation-stale"]


def test_a_sentence_that_changed_since_the_version_before_leaves_out_what_was_written_by_hand(study: Path) -> None:
    file = write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    write_study(study, "1.0.0", "2.0.0")
    assert find_languages(study) == {"1.0.0": ("fr", "en"), "2.0.0": ("fr",)}
    [issue] = [issue for issue in lint([study]).issues if issue.rule == "translation-stale"]
    assert (issue.file.name, issue.pointer) == ("2.0.0.json", "/sections/0/questions/0/label/en")
    assert f"boucle translate confirm {issue.file} en" in issue.remedy
    assert "en is complete." in boucle(study, "translate", "confirm", file, "en")
    assert find_languages(study)["2.0.0"] == ("fr", "en")


def test_a_patch_whose_translations_are_stale_is_no_smaller_bump_and_stops_nothing(study: Path) -> None:
    """Left out until it is confirmed, a language is not removed."""
    file = write_version(study, "1.0.1")
    source = json.loads(file.read_text(encoding="utf-8"))
    write(file, source | {"title": source["title"] | {"fr": "Votre avis, à tous"}})
    write_study(study, "1.0.0", "1.0.1")
    assert [issue.rule for issue in lint([study]).issues] == ["translation-stale"]


def test_a_translation_that_was_rewritten_with_its_sentence_is_not_stale(study: Path) -> None:
    write_version(study, "2.0.0", fr=OTHER_SENTENCE, en="Have you worked in the past week?")
    assert find_languages(study)["2.0.0"] == ("fr", "en")


def test_it_stays_stale_in_the_versions_after(study: Path) -> None:
    """The version before says the same sentence, and its translation is stale itself."""
    write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    write_version(study, "2.0.1", fr=OTHER_SENTENCE)
    assert find_languages(study) == {"1.0.0": ("fr", "en"), "2.0.0": ("fr",), "2.0.1": ("fr",)}


def test_before_the_first_freeze_the_hash_that_is_kept_beside_the_draft_tells(study: Path) -> None:
    assert find_stale(study) == []
    boucle(study, "lint", study)
    write_version(study, "1.0.0", fr=OTHER_SENTENCE)
    assert find_stale(study) == ["1.0.0.json"]
    boucle(study, "lint", study)
    assert find_languages(study) == {"1.0.0": ("fr",)}
    boucle(study, "translate", "confirm", study / "usagers" / "1.0.0.json", "en")
    assert find_languages(study) == {"1.0.0": ("fr", "en")}


def test_of_study_json_too(study: Path) -> None:
    boucle(study, "lint", study)
    file = write_study(study, "1.0.0", title="Une tout autre étude")
    [issue] = [issue for issue in lint([study]).issues if issue.rule == "study-translation-missing"]
    assert issue.message.startswith("The study has changed since it was translated into en: /title.")
    assert read_study(study).languages == ("fr",)
    boucle(study, "translate", "confirm", file, "en")
    assert read_study(study).languages == ("fr", "en")


def test_a_sentence_that_is_put_back_makes_its_translation_good_again(study: Path) -> None:
    boucle(study, "lint", study)
    write_version(study, "1.0.0", fr=OTHER_SENTENCE)
    write_version(study, "1.0.0")
    assert find_languages(study) == {"1.0.0": ("fr", "en")}


def test_a_build_says_which_language_it_leaves_out(study: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    write_study(study, "1.0.0", "2.0.0")
    refuse_unsound(study.parent)
    assert "pages leave en out" in caplog.text
    assert "boucle translate confirm" in caplog.text


def test_what_is_stale_when_it_is_frozen_stays_left_out(study: Path) -> None:
    write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    write_study(study, "1.0.0", "2.0.0")
    freeze(study.parent, date(2026, 11, 30))
    assert find_languages(study) == {"1.0.0": ("fr", "en"), "2.0.0": ("fr",)}
    kept = (study / ORIGINS_FILE).read_bytes()
    boucle(study, "lint", study)
    assert (study / ORIGINS_FILE).read_bytes() == kept


def test_versions_that_were_frozen_before_anything_was_kept_are_offered_as_they_were(study: Path) -> None:
    write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    write_study(study, "1.0.0", "2.0.0")
    freeze(study.parent, date(2026, 11, 30))
    (study / ORIGINS_FILE).unlink()
    assert find_languages(study) == {"1.0.0": ("fr", "en"), "2.0.0": ("fr", "en")}
    boucle(study, "lint", study)
    assert "usagers/2.0.0.json" not in (study / ORIGINS_FILE).read_text(encoding="utf-8")


def test_a_stale_translation_by_hand_goes_out_fuzzy(study: Path, tmp_path: Path) -> None:
    file = write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    boucle(study, "translate", "export", file, "en", "--output", tmp_path / "en.po")
    assert (tmp_path / "en.po").read_text(encoding="utf-8").count("fuzzy") == 1


def test_what_a_tool_recorded_in_the_file_comes_before_what_is_kept_beside_it(study: Path) -> None:
    file = write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    boucle(study, "translate", "confirm", file, "en")
    boucle(study, "lint", study)
    assert find_stale(study) == []
    assert "2.0.0.json" not in (study / ORIGINS_FILE).read_text(encoding="utf-8")


def test_what_stands_there_already_is_not_written_again(study: Path) -> None:
    """A server that watches the folder would build for ever."""
    file = write_version(study, "2.0.0", fr=OTHER_SENTENCE)
    boucle(study, "translate", "confirm", file, "en")
    keep_origins(study)
    kept = study / ORIGINS_FILE
    kept.write_bytes(kept.read_bytes().replace(b"\n", b"\r\n"))
    written = kept.stat().st_mtime_ns
    keep_origins(study)
    assert kept.stat().st_mtime_ns == written
    assert b"\r\n" in kept.read_bytes()


def test_a_study_in_one_language_keeps_nothing(study: Path) -> None:
    for file in study.rglob("*.json"):
        source = json.loads(file.read_text(encoding="utf-8"))
        write(file, source | {"languages": ["fr"]})
    keep_origins(study)
    assert not (study / ORIGINS_FILE).exists()


def test_a_file_that_reads_only_says_so_and_lint_goes_on(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "write_text", refuse)
    keep_origins(study)
    assert not (study / ORIGINS_FILE).exists()


def test_it_reads_what_it_writes_under_either_line_ending(study: Path) -> None:
    origins = {"usagers/1.0.0.json": {("en", "/a name with spaces/label"): TranslationOrigin("0" * 16, "f" * 16)}}
    file = study / ORIGINS_FILE
    file.write_bytes(format_origins(origins).replace("\n", "\r\n").encode())
    assert read_origins(study) == origins
    file.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    with pytest.raises(UnreadableOrigins, match="version control"):
        read_origins(study)
