"""Writes down what studies say when they are frozen: the history, beside the lock."""

from __future__ import annotations

from pathlib import Path

from boucle.authoring.lint.sources import read_source
from boucle.content.renames import Renaming
from boucle.content.surveys import read_history, version_order
from boucle.core.study.history import HISTORY_FILE, History, StudyRecord, format_history, record_study
from boucle.core.versions.lock import Lock, hash_version


def keep_history(surveys: Path, lock: Lock) -> bool:
    """Record every study of the folder, and the hash of every locked file; whether anything was new.

    The studies have passed lint: nothing that was recorded before is broken by what is recorded now.
    """
    studies = {file.parent.name: _record(file.parent) for file in sorted(surveys.glob("*/study.json"))}
    hashes = {path: hash_version((surveys / path).read_bytes()) for path in lock}
    before = read_history(surveys)
    after = History(studies=studies, hashes={**hashes, **before.hashes})
    if after == before:
        return False
    _write(surveys, after)
    return True


def follow_renaming(surveys: Path, renaming: Renaming) -> None:
    """Keep what is recorded of a study that has not opened under the name of its folder by now."""
    before = read_history(surveys)
    names = {renaming.before: renaming.after}
    studies = {names.get(id, id): study for id, study in before.studies.items()}
    hashes = {renaming.follow(path): digest for path, digest in before.hashes.items()}
    _write(surveys, History(studies=studies, hashes=hashes))


def _write(surveys: Path, history: History) -> None:
    (surveys / HISTORY_FILE).write_text(format_history(history), encoding="utf-8", newline="\n")


def _record(folder: Path) -> StudyRecord:
    study = read_source(folder / "study.json").json
    asked = (
        (name, opening["version"])
        for wave in study["waves"]
        for name, opened in wave["questionnaires"].items()
        for opening in opened
    )
    # Of what a wave opens: a draft beside it may have errors.
    newest = dict(sorted(asked, key=lambda version: version_order(version[1])))
    guides = {
        name
        for name, version in newest.items()
        if read_source(folder / name / f"{version}.json").json.get("mode") == "interview"
    }
    return record_study(study, guides)
