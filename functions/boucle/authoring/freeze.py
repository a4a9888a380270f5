"""Freezing: writing down what the published versions are, once their files are sound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boucle.authoring.lint.blocking import find_blocking
from boucle.authoring.lint.issues import LintIssue
from boucle.authoring.lint.sources import read_source
from boucle.content.renames import describe_edited, find_renamings
from boucle.content.surveys import find_edited_files, keep_origins, read_lock
from boucle.core.canonical import sha256_hex
from boucle.core.errors import BoucleError
from boucle.core.versions.lock import LOCK_FILE, EditedAfterPublication, Lock, format_lock


class NotSound(BoucleError):
    """A study with errors cannot be published."""


@dataclass(frozen=True, slots=True)
class FreezeResult:
    """The files that a lock newly holds, and how many it holds in all."""

    added: tuple[str, ...]
    total: int


def freeze(surveys: Path, today: date) -> FreezeResult:
    """Add to the lock every version that a wave opens. Raises NotSound, EditedAfterPublication.

    A study that has not opened may have another name by now: the lock then names its files as they are called.
    """
    _follow_renamings(surveys, today)
    changed = find_edited_files(surveys)
    if changed:
        raise EditedAfterPublication(describe_edited(surveys, changed[0], read_lock(surveys)))
    blocking = find_blocking([surveys], goes_out=True)
    _refuse_errors(blocking.issues)
    for folder in blocking.report.sound:
        keep_origins(folder)
    known = read_lock(surveys)
    added = {
        path: sha256_hex((surveys / path).read_bytes()) for path in _find_opened_versions(surveys) if path not in known
    }
    if added:
        _write_lock(surveys, {**known, **added})
    return FreezeResult(tuple(sorted(added)), len(known) + len(added))


def _follow_renamings(surveys: Path, today: date) -> None:
    lock = read_lock(surveys)
    for renaming in list(find_renamings(surveys, lock)):
        if renaming.opens > today:
            lock = {renaming.follow(path): digest for path, digest in lock.items()}
            _write_lock(surveys, lock)


def _write_lock(surveys: Path, lock: Lock) -> None:
    (surveys / LOCK_FILE).write_text(format_lock(lock), encoding="utf-8", newline="\n")


def _refuse_errors(errors: tuple[LintIssue, ...]) -> None:
    if errors:
        first = errors[0]
        raise NotSound(
            f"{len(errors)} errors, the first in {first.file}: {first.message} {first.remedy} See all with: boucle lint"
        )


def _find_opened_versions(surveys: Path) -> list[str]:
    """The paths of all versions that waves open."""
    found: set[str] = set()
    for file in sorted(surveys.glob("*/study.json")):
        for wave in read_source(file).json["waves"]:
            for name, openings in wave["questionnaires"].items():
                found.update(f"{file.parent.name}/{name}/{opening['version']}.json" for opening in openings)
    return sorted(found)
