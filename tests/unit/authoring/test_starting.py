"""A first study lints without a finding and is explained; a first site around it builds in all its languages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.run import lint
from boucle.authoring.scaffold import NotStarted, start_study
from boucle.cli import main
from boucle.content.surveys import read_surveys
from boucle.core.study.model import Acceptance

MONDAY = date(2026, 11, 23)


def test_a_first_study_has_nothing_to_mend_but_who_answers_for_the_data(tmp_path: Path) -> None:
    start_study(tmp_path, "accueil", MONDAY)
    found = lint([tmp_path])
    assert [(issue.rule, issue.pointer) for issue in found.issues] == [
        ("placeholder", "/controller/name"),
        ("placeholder", "/controller/contact"),
    ]
    assert found.of(Severity.ERROR) == ()
    fill_in(tmp_path / "accueil" / "study.json")
    assert lint([tmp_path]).issues == ()


def fill_in(file: Path) -> None:
    source = json.loads(file.read_text(encoding="utf-8"))
    source["controller"] |= {"name": "Le centre social", "contact": "accueil@centre.example"}
    file.write_text(json.dumps(source), encoding="utf-8")


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*_folders(folder), *words])


@pytest.mark.parametrize(
    "words",
    [
        ("freeze", "{surveys}"),
        ("--origin", "https://a.example", "invite", "accueil", "usagers", "--count", "1", "--output", "{letters}"),
    ],
    ids=["freeze", "invite"],
)
def test_what_goes_out_is_refused_while_it_names_nobody(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = start_study(tmp_path / "surveys", "accueil", MONDAY)[0]
    source = json.loads(file.read_text(encoding="utf-8"))
    source["waves"][0] |= {"opens": "2020-01-01", "closes": "2099-12-31", "invitations": {"usagers": {}}}
    file.write_text(json.dumps(source), encoding="utf-8")
    written = [word.format(surveys=tmp_path / "surveys", letters=tmp_path / "letters") for word in words]
    refused = run(tmp_path, *written)
    assert refused.exit_code == 1
    assert "Nom de votre organisation" in refused.output
    assert "Write your own" in refused.output
    fill_in(file)
    done = run(tmp_path, *written)
    assert done.exit_code == 0, done.output


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


def edit(file: Path, **members: object) -> None:
    source = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(source | members), encoding="utf-8")


def test_each_language_has_its_own_name_and_titles_stand_for_themselves(tmp_path: Path) -> None:
    title = {"fr": "Vous & <b>nous</b> *ici* [là]({{ x }})", "en": 'You & <i>us</i> "here"'}
    files = start_study(tmp_path / "surveys", "accueil", MONDAY)
    edit(files[0], title=title)
    edit(files[1], title={"fr": "Votre <avis> _vrai_", "en": "Your [opinion]"})
    assert run(tmp_path, "new", "site").exit_code == 0
    built_site = run(tmp_path, "build", "--strict")
    assert built_site.exit_code == 0, built_site.output
    built = tmp_path / "home" / "built-site"
    french, english = ((built / file).read_text(encoding="utf-8") for file in ("index.html", "en/index.html"))
    assert "<title>Vous &amp; &lt;b&gt;nous&lt;/b&gt; *ici* [là]({{ x }})</title>" in french
    assert ">Vous &amp; &lt;b&gt;nous&lt;/b&gt; *ici* [là]({{ x }})</h1>" in french
    assert ">Votre &lt;avis&gt; _vrai_</a>" in french
    assert "<title>You &amp; &lt;i&gt;us&lt;/i&gt; &#34;here&#34;</title>" in english
    assert ">Your [opinion]</a>" in english


def test_a_site_is_not_started_around_a_study_that_does_not_lint(tmp_path: Path) -> None:
    file = start_study(tmp_path / "surveys", "accueil", MONDAY)[1]
    edit(file, title="no text")
    refused = run(tmp_path, "new", "site")
    assert (refused.exit_code, "[wrong-type]" in refused.output) == (1, True)
    file.write_text("{", encoding="utf-8")
    assert "[invalid-json]" in run(tmp_path, "new", "site").output
    assert not (tmp_path / "site").exists()


def test_a_site_brings_what_keeps_its_bytes_the_same_everywhere(tmp_path: Path) -> None:
    start_study(tmp_path / "surveys", "accueil", MONDAY)
    assert str(tmp_path / ".gitattributes") in run(tmp_path, "new", "site").output
    assert "eol=lf" in (tmp_path / ".gitattributes").read_text(encoding="utf-8")


def test_one_that_stands_there_is_left_as_it_is(tmp_path: Path) -> None:
    start_study(tmp_path / "surveys", "accueil", MONDAY)
    (tmp_path / ".gitattributes").write_text("mine", encoding="utf-8")
    assert run(tmp_path, "new", "site").exit_code == 0
    assert (tmp_path / ".gitattributes").read_text(encoding="utf-8") == "mine"


def test_a_strict_build_finds_a_link_of_the_home_page_to_a_questionnaire_that_was_renamed(tmp_path: Path) -> None:
    start_study(tmp_path / "surveys", "accueil", MONDAY)
    assert run(tmp_path, "new", "site").exit_code == 0
    assert run(tmp_path, "build", "--strict").exit_code == 0
    study = tmp_path / "surveys" / "accueil"
    (study / "usagers").rename(study / "visiteurs")
    for file in (study / "study.json", study / "visiteurs" / "1.0.0.json"):
        file.write_text(file.read_text(encoding="utf-8").replace('"usagers"', '"visiteurs"'), encoding="utf-8")
    assert run(tmp_path, "build").exit_code == 0
    assert run(tmp_path, "build", "--strict").exit_code == 1


def _folders(folder: Path) -> list[str]:
    return ["--home", str(folder / "home"), "--surveys", str(folder / "surveys"), "--site", str(folder / "site")]
