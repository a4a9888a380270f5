"""Promises of names: a study's folder may be renamed until it opens, and bears its name for good afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from boucle.authoring.freeze import freeze
from boucle.authoring.lint.run import FROZEN_RULE, lint
from boucle.authoring.scaffold import start_study
from boucle.content.surveys import find_edited_files, read_lock, read_surveys
from boucle.core.versions.lock import EditedAfterPublication

OPENS = date(2026, 3, 1)
BEFORE = OPENS - timedelta(days=1)


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    """Two studies that open on one day."""
    for name in ("accueil", "repas"):
        file = start_study(tmp_path, name, OPENS)[0]
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("Nom de votre organisation", "Nous").replace("contact@", "nous@"), "utf-8")
    return tmp_path


def rename(surveys: Path, before: str, after: str) -> None:
    (surveys / before).rename(surveys / after)
    file = surveys / after / "study.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"id": "{before}"', f'"id": "{after}"'), encoding="utf-8")


def test_before_anything_was_published_a_folder_is_called_as_its_author_likes(surveys: Path) -> None:
    rename(surveys, "accueil", "bienvenue")
    assert lint([surveys]).issues == ()
    assert set(read_surveys(surveys)) == {"bienvenue", "repas"}


def test_until_it_opens_freeze_follows_the_new_name(surveys: Path) -> None:
    freeze(surveys, BEFORE)
    digest = read_lock(surveys)["accueil/usagers/1.0.0.json"]
    rename(surveys, "accueil", "bienvenue")
    result = freeze(surveys, BEFORE)
    assert (result.added, result.total) == ((), 2)
    assert read_lock(surveys)["bienvenue/usagers/1.0.0.json"] == digest
    assert set(read_surveys(surveys)) == {"bienvenue", "repas"}
    assert lint([surveys]).issues == ()


def test_once_it_has_opened_it_is_refused_by_all_with_what_to_do(surveys: Path) -> None:
    freeze(surveys, OPENS)
    kept = (surveys / "published.lock").read_bytes()
    rename(surveys, "accueil", "bienvenue")
    with pytest.raises(EditedAfterPublication, match="call the folder accueil again"):
        freeze(surveys, OPENS)
    with pytest.raises(EditedAfterPublication, match="its folder is called bienvenue by now"):
        read_surveys(surveys)
    [issue] = lint([surveys]).issues
    assert (issue.rule, issue.file, issue.pointer) == (FROZEN_RULE, surveys / "bienvenue" / "study.json", "/id")
    assert "call the folder accueil again" in issue.remedy
    assert (surveys / "published.lock").read_bytes() == kept
    rename(surveys, "bienvenue", "accueil")
    assert lint([surveys]).issues == ()
    assert set(read_surveys(surveys)) == {"accueil", "repas"}


def test_a_version_that_was_edited_on_the_way_is_told_as_edited(surveys: Path) -> None:
    freeze(surveys, BEFORE)
    rename(surveys, "accueil", "bienvenue")
    file = surveys / "bienvenue" / "usagers" / "1.0.0.json"
    file.write_text(file.read_text(encoding="utf-8").replace("venu", "passe"), encoding="utf-8")
    with pytest.raises(EditedAfterPublication, match=r"accueil/usagers/1\.0\.0\.json was published and has changed"):
        freeze(surveys, BEFORE)


def test_a_copy_under_another_name_is_a_study_of_its_own(surveys: Path) -> None:
    freeze(surveys, BEFORE)
    start_study(surveys, "cantine", OPENS)
    assert find_edited_files(surveys) == []
    assert set(read_lock(surveys)) == {"accueil/usagers/1.0.0.json", "repas/usagers/1.0.0.json"}
