"""Promises of drafts: what no wave opens may be wrong, and stops nothing; what is opened stops its study."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from boucle.authoring.lint.blocking import find_blocking
from boucle.authoring.scaffold import start_study
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.content.surveys import UnreadableStudy, read_surveys
from boucle.core.study.model import Series
from boucle.site_build.rebuild import rebuild
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.submissions import new_response

FIRST_DAY, TODAY = date(2026, 1, 1), date(2026, 6, 1)
BROKEN_DRAFTS = {
    "no JSON": "{",
    "no object": "[]",
    "another shape": '{"format": 1, "id": "usagers", "version": "1.1.0"}',
    "no version": '{"format": 1, "id": "usagers", "version": "soon"}',
    "two questions of one id": None,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two studies with their site."""
    chosen = Settings(home=tmp_path / "home", surveys=tmp_path / "surveys", site=tmp_path / "site")
    for name in ("accueil", "repas"):
        file = start_study(chosen.surveys, name, FIRST_DAY)[0]
        change(file, controller={"name": "Nous", "contact": "nous@centre.example"})
    assert run(chosen, "new", "site").exit_code == 0
    return chosen


def change(file: Path, **members: dict[str, str]) -> None:
    source = json.loads(file.read_text(encoding="utf-8"))
    for key, value in members.items():
        source[key] |= value
    file.write_text(json.dumps(source), encoding="utf-8")


def run(settings: Settings, *words: str) -> Result:
    folders = ("--home", settings.home, "--surveys", settings.surveys, "--site", settings.site)
    return CliRunner().invoke(main, [*map(str, folders), *words])


def write_draft(settings: Settings, content: str | None, name: str = "1.1.0") -> Path:
    """A version of the second study that no wave opens; without content, one that repeats a question."""
    folder = settings.surveys / "repas" / "usagers"
    if content is None:
        source = json.loads((folder / "1.0.0.json").read_text(encoding="utf-8"))
        questions = source["sections"][0]["questions"]
        questions.append(questions[0])
        content = json.dumps(source | {"version": name})
    file = folder / f"{name}.json"
    file.write_text(content, encoding="utf-8")
    return file


@pytest.fixture(params=list(BROKEN_DRAFTS.values()), ids=list(BROKEN_DRAFTS))
def draft(settings: Settings, request: pytest.FixtureRequest) -> Path:
    return write_draft(settings, request.param)


def test_a_draft_with_errors_stops_neither_build_nor_freeze(
    settings: Settings, draft: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert find_blocking([settings.surveys]).drafts == [draft]
    built = run(settings, "build")
    assert built.exit_code == 0, built.output
    assert f"{draft} has errors, and is left out" in caplog.text
    assert (settings.built_folder / "repas" / "usagers" / "index.html").is_file()
    frozen = run(settings, "freeze", str(settings.surveys))
    assert frozen.exit_code == 0, frozen.output
    assert "1.1.0" not in (settings.surveys / "published.lock").read_text(encoding="utf-8")
    assert set(read_surveys(settings.surveys)) == {"accueil", "repas"}


def test_lint_still_says_what_is_wrong_with_it(settings: Settings, draft: Path) -> None:
    said = run(settings, "lint", str(settings.surveys))
    assert (said.exit_code, "1.1.0.json" in said.output) == (1, True)


def test_what_is_served_goes_on_while_it_is_written(settings: Settings) -> None:
    assert run(settings, "build").exit_code == 0
    assert set(rebuild(settings, TODAY, {write_draft(settings, "{")})) == {"repas"}
    file = settings.surveys / "accueil" / "usagers" / "1.0.0.json"
    change(file, title={"fr": "Un autre titre"})
    assert set(rebuild(settings, TODAY, {file})) == {"accueil"}
    assert "Un autre titre" in (settings.built_folder / "accueil" / "usagers" / "index.html").read_text(
        encoding="utf-8"
    )


def test_once_a_wave_opens_it_it_stops_everything(settings: Settings) -> None:
    draft = write_draft(settings, "{", "1.0.0")
    assert find_blocking([settings.surveys]).drafts == []
    for words in (("build",), ("freeze", str(settings.surveys))):
        refused = run(settings, *words)
        assert (refused.exit_code, str(draft) in refused.output) == (1, True), refused.output


def test_a_study_that_cannot_be_read_is_left_out_until_something_of_it_was_published(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    file = settings.surveys / "repas" / "study.json"
    sound = file.read_text(encoding="utf-8")
    file.write_text("{", encoding="utf-8")
    assert set(read_surveys(settings.surveys)) == {"accueil"}
    assert "boucle lint" in caplog.text
    file.write_text(sound, encoding="utf-8")
    assert run(settings, "freeze", str(settings.surveys)).exit_code == 0
    file.write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableStudy, match="boucle lint"):
        read_surveys(settings.surveys)


def test_a_study_with_errors_is_not_sealed_and_the_others_are(settings: Settings) -> None:
    settings.home.mkdir()
    with closing(SqliteResponseStore(settings.responses_file)) as store:
        for study in ("accueil", "repas"):
            for number in range(40):
                series = Series(study, "usagers", 1, "2026")
                answers = {"venu": "no"}
                store.put(new_response(number, series=series, window=FIRST_DAY, answers=answers), [])
    file = settings.surveys / "repas" / "usagers" / "1.0.0.json"
    source = json.loads(file.read_text(encoding="utf-8"))
    source["sections"][0]["questions"].append(source["sections"][0]["questions"][0])
    file.write_text(json.dumps(source), encoding="utf-8")
    sealed = run(settings, "seal")
    assert sealed.exit_code == 1
    assert "accueil/usagers/v1/2026: sealed cohort 1 of 40" in sealed.output
    assert "repas: nothing was sealed." in sealed.output
    assert "[duplicate-id]" in sealed.output
    assert "repas/usagers/v1/2026:" not in sealed.output
