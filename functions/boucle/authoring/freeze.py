"""Freezing: writing down what the published versions are, once their files are sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boucle.authoring.keeping_history import follow_renaming, keep_history
from boucle.authoring.lint.blocking import find_blocking
from boucle.authoring.lint.issues import LintIssue
from boucle.authoring.lint.sources import read_source
from boucle.content.locked import find_refused_studies
from boucle.content.renames import find_renamings
from boucle.content.surveys import keep_origins, read_first_edition, read_lock
from boucle.core.errors import BoucleError
from boucle.core.ports import LockedVersion
from boucle.core.versions.lock import LOCK_FILE, EditedAfterPublication, format_lock, hash_version


class NotSound(BoucleError):
    """A study with errors cannot be published."""


class NotFrozen(BoucleError):
    """The lock cannot be written there."""


@dataclass(frozen=True, slots=True)
class FreezeResult:
    """The files that a lock newly holds, and how many it holds in all."""

    added: tuple[str, ...]
    total: int


def freeze(
    surveys: Path, today: date, locked: Sequence[LockedVersion] = (), refuse: Callable[[], None] = lambda: None
) -> FreezeResult:
    """Add to the lock every version that a wave opens, or that was answered, as its file is; and keep the history.

    A study that has not opened may have another name by now: the lock then names its files as they are called.
    Raises NotSound, NotFrozen, EditedAfterPublication, and what `refuse` raises where sound studies do not fit what is
    stored.
    """
    _follow_renamings(surveys, today)
    refused = find_refused_studies(surveys, locked)
    if refused:
        raise EditedAfterPublication(next(iter(refused.values())))
    blocking = find_blocking([surveys], goes_out=True)
    _refuse_errors(blocking.issues)
    refuse()
    for folder in blocking.report.sound:
        keep_origins(folder)
    known = read_lock(surveys)
    answered = {lock.path for lock in locked if (surveys / lock.path).is_file()}
    opened = sorted(answered.union(_find_opened_versions(surveys)) - known.keys())
    added = {path: hash_version((surveys / path).read_bytes()) for path in opened}
    if added:
        lock = format_lock({**known, **added}, read_first_edition(surveys))
        _write_lock(surveys / LOCK_FILE, lock)
    keep_history(surveys, {**known, **added})
    return FreezeResult(tuple(sorted(added)), len(known) + len(added))


def _follow_renamings(surveys: Path, today: date) -> None:
    for renaming in list(find_renamings(surveys, read_lock(surveys))):
        if renaming.opens > today:
            lock = {renaming.follow(path): digest for path, digest in read_lock(surveys).items()}
            first_edition = {renaming.follow(path) for path in read_first_edition(surveys)}
            _write_lock(surveys / LOCK_FILE, format_lock(lock, first_edition))
            follow_renaming(surveys, renaming)


def _write_lock(file: Path, lock: str) -> None:
    """Whole or not at all. Raises NotFrozen."""
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_text(lock, encoding="utf-8", newline="\n")
        beside.replace(file)
    except OSError as error:
        raise NotFrozen(
            f"{file} cannot be written ({error.strerror}): freeze where the folder can be written to. What people have "
            "answered is locked in the store all the same."
        ) from error


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
