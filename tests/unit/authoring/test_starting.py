"""A first study lints without a finding and is explained; a first site around it builds in all its languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.authoring.lint.run import lint
from boucle.authoring.scaffold import NotStarted, start_study
from boucle.cli import main
from boucle.content.surveys import read_surveys
from boucle.core.study.model import Acceptance

MONDAY = date(2026, 11, 23)


def test_a_first_study_has_nothing_to_mend(tmp_path: Path) -> None:
    start_study(tmp_path, "accueil", MONDAY)
    assert lint([tmp_path]).issues == ()


def test_a_first_study_takes_answers_from_the_day_it_was_started(tmp_path: Path) -> None:
    start_study(tmp_path, "accueil", MONDAY)
    study = read_surveys(tmp_path)["accueil"]
    assert study.waves[0].acceptance("usagers", "1.0.0", MONDAY) is Acceptance.OPEN
    assert study.languages == ("fr", "en")


def test_its_page_explains_every_question_and_names_the_study(tmp_path: Path) -> None:
    page = start_study(tmp_path, "accueil", MONDAY)[-1].read_text(encoding="utf-8")
    (asked,) = read_surveys(tmp_path)["accueil"].questionnaires
    own = [question.id for question in asked.questions if not question.id.endswith(".other")]
    assert [id for id in own if f"`{id}`" not in page] == []
    assert "boucle lint surveys/accueil" in page


def test_nothing_is_overwritten_and_a_name_fits_an_address(tmp_path: Path) -> None:
    start_study(tmp_path, "accueil", MONDAY)
    with pytest.raises(NotStarted, match="choose another name"):
        start_study(tmp_path, "accueil", MONDAY)
    with pytest.raises(NotStarted, match="address"):
        start_study(tmp_path, "../Accueil", MONDAY)


def test_the_command_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["--surveys", str(tmp_path / "surveys"), "new", "study", "accueil"])
    assert (said.exit_code, "Next: read" in said.output) == (0, True)
    again = CliRunner().invoke(main, ["--surveys", str(tmp_path / "surveys"), "new", "study", "accueil"])
    assert (again.exit_code, "choose another name" in again.output) == (1, True)


def test_a_first_site_is_built_around_a_first_study_in_each_of_its_languages(tmp_path: Path) -> None:
    for words in (["new", "study", "accueil"], ["new", "site"], ["build"]):
        said = CliRunner().invoke(main, [*_folders(tmp_path), *words])
        assert (said.exit_code, said.output) == (0, said.output)
    built = tmp_path / "home" / "built-site"
    assert 'href="/accueil/usagers/"' in (built / "index.html").read_text(encoding="utf-8")
    assert 'href="/en/accueil/usagers/"' in (built / "en" / "index.html").read_text(encoding="utf-8")


def test_no_site_is_started_without_a_study_nor_over_anything(tmp_path: Path) -> None:
    first = CliRunner().invoke(main, [*_folders(tmp_path), "new", "site"])
    assert (first.exit_code, "boucle new study" in first.output) == (1, True)
    start_study(tmp_path / "surveys", "accueil", MONDAY)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.md").write_text("mine", encoding="utf-8")
    again = CliRunner().invoke(main, [*_folders(tmp_path), "new", "site"])
    assert (again.exit_code, "boucle --site FOLDER" in again.output) == (1, True)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["mine.md"]


def _folders(folder: Path) -> list[str]:
    return ["--home", str(folder / "home"), "--surveys", str(folder / "surveys"), "--site", str(folder / "site")]
