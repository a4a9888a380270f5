"""Writes down what studies say when they are frozen: the history, beside the lock."""

from __future__ import annotations

from pathlib import Path

from boucle.authoring.lint.sources import read_source
from boucle.content.surveys import find_version_files, read_history, version_order
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
    (surveys / HISTORY_FILE).write_text(format_history(after), encoding="utf-8", newline="\n")
    return True


def _record(folder: Path) -> StudyRecord:
    newest: dict[str, Path] = {}
    for file in sorted(find_version_files(folder), key=lambda file: version_order(file.stem)):
        newest[file.parent.name] = file
    guides = {name for name, file in newest.items() if read_source(file).json.get("mode") == "interview"}
    return record_study(read_source(folder / "study.json").json, guides)
