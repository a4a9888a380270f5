"""Promises to people on Windows: a clone whose lines end as theirs do is judged and built as any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from boucle.authoring.freeze import freeze
from boucle.authoring.lint.run import lint
from boucle.config.settings import Settings
from boucle.content.origins import ORIGINS_FILE
from boucle.content.surveys import keep_origins, read_surveys
from boucle.site_build.build import build_site
from support.builders import DEMONSTRATION, REPOSITORY, copy_unpublished_surveys

CORPUS = REPOSITORY / "tests" / "invalid"
TEXT_SUFFIXES = {".json", ".md", ".yml", ".lock", ".txt"}
TODAY = date(2026, 6, 1)


def clone_on_windows(folder: Path, clone: Path) -> Path:
    """A copy whose lines end as git writes them on Windows."""
    copytree(folder, clone)
    for file in clone.rglob("*"):
        if file.suffix in TEXT_SUFFIXES:
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return clone


def judge(surveys: Path) -> list[tuple[str, ...]]:
    return [
        (issue.rule, str(issue.file.relative_to(surveys)), issue.pointer, str(issue.line), issue.message)
        for issue in lint([surveys / "etude"]).issues
    ]


def list_folders() -> Iterator[Path]:
    yield from (case / "surveys" for case in sorted(CORPUS.iterdir()) if (case / "surveys").is_dir())


@pytest.mark.slow
def test_lint_says_the_same_of_every_broken_file(tmp_path: Path) -> None:
    here, there = {}, {}
    for folder in list_folders():
        name = folder.parent.name
        if name != "not-utf-8":
            copied = copytree(folder, tmp_path / name / "here")
            here[name] = judge(copied)
            there[name] = judge(clone_on_windows(copied, tmp_path / name / "there"))
    assert len(here) > 100
    assert there == here


def test_what_was_frozen_here_is_what_was_frozen_there(tmp_path: Path) -> None:
    surveys = copy_unpublished_surveys(tmp_path)
    freeze(surveys, TODAY)
    clone = clone_on_windows(surveys, tmp_path / "clone")
    assert lint([clone]).issues == ()
    assert set(read_surveys(clone)) == {DEMONSTRATION}
    assert freeze(clone, TODAY).added == ()


def test_a_freeze_reads_the_same_studies_and_keeps_the_same_of_translations(tmp_path: Path) -> None:
    surveys = copy_unpublished_surveys(tmp_path)
    keep_origins(surveys / DEMONSTRATION)
    clone = clone_on_windows(surveys, tmp_path / "clone")
    assert len(freeze(clone, TODAY).added) == len(freeze(surveys, TODAY).added) > 0
    assert {id: study.languages for id, study in read_surveys(clone).items()} == {
        id: study.languages for id, study in read_surveys(surveys).items()
    }
    kept = (folder / DEMONSTRATION / ORIGINS_FILE for folder in (surveys, clone))
    assert len({file.read_bytes().replace(b"\r\n", b"\n") for file in kept}) == 1


@pytest.mark.slow
def test_the_site_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    home = tmp_path / "here"
    home.mkdir()
    copy_unpublished_surveys(home)
    copytree(REPOSITORY / "site", home / "site", ignore=ignore_patterns("results.png"))
    clone = clone_on_windows(home, tmp_path / "there")
    assert build(home) == build(clone)


def build(folder: Path) -> Mapping[str, str]:
    """The hash of each file of the site that was built."""
    settings = Settings(home=folder / "home", surveys=folder / "surveys", site=folder / "site")
    built = build_site(settings, TODAY).folder
    return {
        str(file.relative_to(built)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in built.rglob("*")
        if file.is_file() and not file.name.startswith("sitemap")
    }
