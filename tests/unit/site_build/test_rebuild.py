"""A site built again after a change: the same pages, what changed in them, and nothing where a mistake was made."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from boucle.authoring.translate import confirm
from boucle.config.settings import Settings
from boucle.site_build.build import SiteNotBuilt, build_site
from boucle.site_build.rebuild import rebuild
from support.builders import SURVEYS

DAY = date(2026, 11, 25)
STUDY = "parcours-de-qualite"
CHANGED = "Une question que l’on vient de changer ?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One study, copied, and a site of one page."""
    for file in (SURVEYS / STUDY).rglob("*.json"):
        copy = tmp_path / "surveys" / file.relative_to(SURVEYS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    pages = tmp_path / "site" / "pages"
    pages.mkdir(parents=True)
    (pages / "index.md").write_text("# Accueil\n", encoding="utf-8")
    (tmp_path / "site" / "mkdocs.yml").write_text(
        "site_name: S\ntheme: {name: boucle}\ndocs_dir: pages\nplugins: [boucle]\nnav: [index.md]\n", encoding="utf-8"
    )
    settings = Settings(home=tmp_path / "home", surveys=tmp_path / "surveys", site=tmp_path / "site")
    build_site(settings, DAY)
    return settings


def pages(settings: Settings) -> dict[str, str]:
    built = settings.built_folder.resolve()
    return {file.relative_to(built).as_posix(): file.read_text(encoding="utf-8") for file in built.rglob("*.html")}


def change(settings: Settings, how: Callable[[dict[str, object]], object]) -> Path:
    file = settings.surveys / STUDY / "candidats" / "1.0.0.json"
    questionnaire = json.loads(file.read_text(encoding="utf-8"))
    how(questionnaire)
    file.write_text(json.dumps(questionnaire), encoding="utf-8")
    return file


def ask_otherwise(questionnaire: dict[str, object]) -> None:
    """In French, and the translations are confirmed."""
    ask_otherwise_in_french(questionnaire)
    for language in ("en", "ar"):
        questionnaire.update(confirm(questionnaire, language))


def ask_otherwise_in_french(questionnaire: dict[str, object]) -> None:
    find_label(questionnaire)["fr"] = CHANGED


def find_label(questionnaire: dict[str, object]) -> dict[str, str]:
    sections = questionnaire["sections"]
    assert isinstance(sections, list)
    label: dict[str, str] = sections[0]["questions"][0]["label"]
    return label


def test_a_changed_question_is_in_its_form_and_the_other_pages_are_there(settings: Settings) -> None:
    before = pages(settings)
    assert set(rebuild(settings, DAY, {change(settings, ask_otherwise)})) == {STUDY}
    after = pages(settings)
    assert CHANGED not in before[f"{STUDY}/candidats/index.html"]
    assert CHANGED in after[f"{STUDY}/candidats/index.html"]
    assert set(after) == set(before)
    assert after["index.html"] == before["index.html"]


def test_what_is_served_meanwhile_is_never_half_changed(settings: Settings) -> None:
    """The new site is a folder of its own: whoever has a file of the old one open reads it to its end."""
    with (settings.built_folder / STUDY / "candidats" / "index.html").open(encoding="utf-8") as served:
        rebuild(settings, DAY, {change(settings, ask_otherwise)})
        assert CHANGED not in served.read()


def test_a_mistake_is_said_and_the_site_stays_as_it_was(settings: Settings) -> None:
    before = pages(settings)
    file = change(settings, lambda questionnaire: questionnaire.pop("sections"))
    with pytest.raises(SiteNotBuilt, match="sections"):
        rebuild(settings, DAY, {file})
    assert pages(settings) == before


def test_a_form_whose_translation_is_stale_is_taken_away_until_it_is_confirmed(settings: Settings) -> None:
    english = settings.built_folder / "en" / STUDY / "candidats" / "index.html"
    assert english.exists()
    file = change(settings, ask_otherwise_in_french)
    rebuild(settings, DAY, {file})
    assert not english.exists()
    assert (settings.built_folder / STUDY / "candidats" / "index.html").exists()
    file.write_text(json.dumps(confirm(json.loads(file.read_text(encoding="utf-8")), "en")), encoding="utf-8")
    rebuild(settings, DAY, {file})
    assert english.exists()


def test_another_page_or_a_study_of_another_name_builds_all_of_it(settings: Settings) -> None:
    home = settings.site / "pages" / "index.md"
    home.write_text("# Bienvenue\n", encoding="utf-8")
    rebuild(settings, DAY, {home})
    assert "Bienvenue" in pages(settings)["index.html"]
    study = settings.surveys / STUDY / "study.json"
    renamed = {**json.loads(study.read_text(encoding="utf-8")), "title": dict.fromkeys(("fr", "en", "ar"), "Autrement")}
    study.write_text(json.dumps(renamed), encoding="utf-8")
    rebuild(settings, DAY, {study})
    assert "Autrement" in pages(settings)[f"{STUDY}/results/index.html"]


def test_a_page_that_people_wrote_in_the_place_of_one_of_ours_is_kept(settings: Settings) -> None:
    written = settings.site / "pages" / STUDY / "privacy.md"
    written.parent.mkdir()
    written.write_text("# Nos règles\n", encoding="utf-8")
    rebuild(settings, DAY, {written})
    rebuild(settings, DAY, {change(settings, ask_otherwise)})
    assert "Nos règles" in pages(settings)[f"{STUDY}/privacy/index.html"]


def test_a_copy_that_could_not_be_finished_is_not_left_behind(settings: Settings) -> None:
    page = settings.built_folder.resolve() / STUDY / "candidats" / "index.html"
    page.unlink()
    (page / "in-the-way").mkdir(parents=True)
    there = set((settings.home / "sites").iterdir())
    with pytest.raises(OSError, match=r"index\.html"):
        rebuild(settings, DAY, {change(settings, ask_otherwise)})
    assert set((settings.home / "sites").iterdir()) == there
