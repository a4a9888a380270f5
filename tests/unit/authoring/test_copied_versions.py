"""A file is the version that its place says: a copy under another name never stands in for what it was copied from."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from boucle.authoring.lint.blocking import find_blocking
from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.run import lint
from boucle.authoring.scaffold import start_study
from boucle.bootstrap.local import open_installation
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.content.surveys import UnreadableStudy, read_study

FIRST_DAY = date(2026, 1, 1)
PLACES = ("usagers/1.0.5.json", "usagers/1.0.0 - Copie.json", "usagers/notes.json", "essai/1.0.0.json")
BEFORE, AFTER = "depuis un an", "depuis deux ans"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = Settings(home=tmp_path / "home", surveys=tmp_path / "surveys", site=tmp_path / "site")
    start_study(chosen.surveys, "accueil", FIRST_DAY)
    return chosen


def copy_version(settings: Settings, place: str) -> Path:
    """The first version under another name, its text changed and its "version" forgotten."""
    text = (settings.surveys / "accueil/usagers/1.0.0.json").read_text(encoding="utf-8")
    copy = settings.surveys / "accueil" / place
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(text.replace(BEFORE, AFTER), encoding="utf-8")
    return copy


def run(settings: Settings, *words: str) -> Result:
    folders = ("--home", settings.home, "--surveys", settings.surveys, "--site", settings.site)
    return CliRunner().invoke(main, [*map(str, folders), *words])


@pytest.mark.parametrize("place", PLACES)
def test_what_is_served_is_the_file_of_that_name(settings: Settings, place: str) -> None:
    before = read_study(settings.surveys / "accueil")
    copy_version(settings, place)
    assert read_study(settings.surveys / "accueil") == before


@pytest.mark.parametrize("place", PLACES)
def test_lint_says_which_file_lies_wrong_and_it_stops_nothing(settings: Settings, place: str) -> None:
    copy = copy_version(settings, place)
    errors = lint([settings.surveys]).of(Severity.ERROR)
    assert {(issue.file, issue.rule) for issue in errors} <= {(copy, "file-name"), (copy, "folder-name")}
    assert errors
    assert find_blocking([settings.surveys]).issues == ()


@pytest.mark.parametrize("place", PLACES)
def test_the_site_is_built_of_the_file_of_that_name(settings: Settings, place: str) -> None:
    assert run(settings, "new", "site").exit_code == 0
    copy_version(settings, place)
    built = run(settings, "build")
    assert built.exit_code == 0, built.output
    form = (settings.built_folder / "accueil/usagers/index.html").read_text(encoding="utf-8")
    assert (BEFORE in form, AFTER in form) == (True, False)
    with closing(open_installation(settings)) as installation:
        assert [version.version for version in installation.studies["accueil"].questionnaires] == ["1.0.0"]


@pytest.mark.parametrize("place", ["usagers/empty.json", "usagers/no version.json"])
def test_a_file_of_any_name_without_a_questionnaire_in_it_is_told_and_stops_nothing(
    settings: Settings, place: str
) -> None:
    (settings.surveys / "accueil" / place).write_text("" if "empty" in place else "{}", encoding="utf-8")
    said = run(settings, "lint", str(settings.surveys))
    assert (said.exit_code, Path(place).name in said.output, said.exception.__class__) == (1, True, SystemExit)
    assert read_study(settings.surveys / "accueil").questionnaire_ids == ("usagers",)


def test_a_copy_that_a_wave_opens_stops_its_study(settings: Settings) -> None:
    copy = copy_version(settings, "usagers/1.0.5.json")
    file = settings.surveys / "accueil/study.json"
    source = json.loads(file.read_text(encoding="utf-8"))
    source["waves"][0]["questionnaires"]["usagers"].append({"version": "1.0.5", "from": "2026-02-01"})
    file.write_text(json.dumps(source), encoding="utf-8")
    assert {issue.rule for issue in find_blocking([settings.surveys]).issues} >= {"file-name"}
    with pytest.raises(UnreadableStudy, match=r"1\.0\.5"):
        read_study(copy.parent.parent)
