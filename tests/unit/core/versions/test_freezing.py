"""Promises of `boucle freeze`: a published version never changes, and nobody overlooks one that did."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.run import lint
from boucle.cli import main
from boucle.content.surveys import find_edited_files, read_surveys
from boucle.core.versions.lock import EditedAfterPublication, UnreadableLock, find_first_edition, parse_lock
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS, copy_unpublished_surveys

LOCKED_BY_0_1_0 = REPOSITORY / "tests" / "fixtures" / "v0.1.0" / "surveys"


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    return copy_unpublished_surveys(tmp_path)


def candidates(surveys: Path) -> Path:
    return surveys / DEMONSTRATION / "candidats" / "1.0.0.json"


def freeze(surveys: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--surveys", str(surveys), "freeze"])
    return result.exit_code, result.output


def edit(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("Votre parcours", "Ton parcours"), encoding="utf-8")


def test_the_published_versions_of_this_repository_are_what_they_were() -> None:
    assert find_edited_files(SURVEYS) == []


def test_freezing_lists_every_version_that_a_wave_opens(surveys: Path) -> None:
    assert freeze(surveys)[0] == 0
    paths = [
        f"{DEMONSTRATION}/{name}/1.0.0.json" for name in ("candidats", "entretiens-prescripteurs", "professionnels")
    ]
    assert list(parse_lock((surveys / "published.lock").read_text(encoding="utf-8"))) == paths


def test_the_lock_is_one_that_sha256sum_checks(surveys: Path) -> None:
    freeze(surveys)
    subprocess.run(["sha256sum", "--check", "--quiet", "published.lock"], cwd=surveys, check=True)


def test_freezing_again_changes_no_byte(surveys: Path) -> None:
    freeze(surveys)
    before = (surveys / "published.lock").read_bytes()
    assert freeze(surveys)[0] == 0
    assert (surveys / "published.lock").read_bytes() == before


def test_an_edited_version_is_refused_by_freeze_by_lint_and_when_it_is_read(surveys: Path) -> None:
    freeze(surveys)
    edit(candidates(surveys))
    code, said = freeze(surveys)
    assert (code, "copy it under its next version" in said) == (1, True)
    assert [finding.rule for finding in lint([surveys]).of(Severity.ERROR)] == ["edited-after-publication"]
    with pytest.raises(EditedAfterPublication):
        read_surveys(surveys)


def test_a_published_version_that_is_gone_is_refused_too(surveys: Path) -> None:
    freeze(surveys)
    candidates(surveys).unlink()
    assert "edited-after-publication" in {finding.rule for finding in lint([surveys]).issues}


def test_a_new_version_is_added_and_no_line_is_rewritten(surveys: Path) -> None:
    freeze(surveys)
    before = (surveys / "published.lock").read_text(encoding="utf-8").splitlines()
    newer = candidates(surveys).with_name("1.0.1.json")
    newer.write_text(candidates(surveys).read_text(encoding="utf-8").replace('"1.0.0"', '"1.0.1"'), encoding="utf-8")
    study = surveys / DEMONSTRATION / "study.json"
    opening = '{"version": "1.0.0", "from": "2026-01-05"}'
    second = '{"version": "1.0.1", "from": "2026-03-02"}'
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace(f'"candidats": [{opening}]', f'"candidats": [{opening}, {second}]'), encoding="utf-8")
    assert freeze(surveys)[0] == 0
    after = (surveys / "published.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == [after[3]]
    assert after[3].endswith("candidats/1.0.1.json")
    assert set(before) <= set(after)


def test_a_lock_of_0_1_0_keeps_its_verdicts_and_new_lines_have_those_of_today(surveys: Path) -> None:
    freeze(surveys)
    lock = surveys / "published.lock"
    first = "".join(line for line in lock.read_text(encoding="utf-8").splitlines(keepends=True) if "rules" not in line)
    lock.write_text(first.replace(first.splitlines()[-1] + "\n", ""), encoding="utf-8")
    known = parse_lock(lock.read_text(encoding="utf-8"))
    assert freeze(surveys)[0] == 0
    text = lock.read_text(encoding="utf-8")
    assert find_first_edition(text) == known.keys()
    assert len(parse_lock(text)) == len(known) + 1
    subprocess.run(["sha256sum", "--check", "--quiet", "published.lock"], cwd=surveys, check=True)


def test_a_windows_clone_changes_no_verdict(surveys: Path) -> None:
    freeze(surveys)
    file = candidates(surveys)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert find_edited_files(surveys) == []
    read_surveys(surveys)


def test_a_file_that_0_1_0_froze_with_its_carriage_returns_is_what_it_was(surveys: Path) -> None:
    file = candidates(surveys)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    (surveys / "published.lock").write_text(f"{digest}  {DEMONSTRATION}/candidats/1.0.0.json\n", encoding="utf-8")
    assert find_edited_files(surveys) == []
    edit(file)
    assert find_edited_files(surveys) == [f"{DEMONSTRATION}/candidats/1.0.0.json"]


def test_only_pairs_with_an_unfrozen_newer_version_are_judged_anew(surveys: Path) -> None:
    shutil.copytree(LOCKED_BY_0_1_0 / "mediatheque", surveys / "mediatheque")
    shutil.copy(LOCKED_BY_0_1_0 / "published.lock", surveys)
    old = surveys / "mediatheque" / "lecteurs" / "1.1.0.json"
    assert [issue.rule for issue in lint([surveys / "mediatheque"]).of(Severity.ERROR)] == []
    newer = json.loads(old.read_text(encoding="utf-8")) | {"version": "1.1.1"}
    asked = next(question for question in newer["sections"][0]["questions"] if question["type"] != "note")
    asked["hint"] = {"fr": "Comptez aussi les enfants.", "en": "Count the children too."}
    old.with_name("1.1.1.json").write_text(json.dumps(newer), encoding="utf-8")
    rules = {(issue.rule, issue.file.name) for issue in lint([surveys / "mediatheque"]).of(Severity.ERROR)}
    assert ("bump-too-small", "1.1.1.json") in rules


def test_a_study_with_errors_is_not_frozen(surveys: Path) -> None:
    candidates(surveys).write_text("{}", encoding="utf-8")
    code, said = freeze(surveys)
    assert (code, "boucle lint" in said) == (1, True)
    assert not (surveys / "published.lock").exists()


def test_a_folder_that_cannot_be_written_to_says_so_and_keeps_its_lock(surveys: Path) -> None:
    (surveys / ".published.lock.new").mkdir()
    code, said = freeze(surveys)
    assert (code, "cannot be written" in said) == (1, True)
    assert not (surveys / "published.lock").exists()


def test_a_lock_that_was_mangled_says_so() -> None:
    with pytest.raises(UnreadableLock, match="version control"):
        parse_lock("<<<<<<< HEAD\n")
