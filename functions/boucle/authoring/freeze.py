"""Freezing: writing down what the published versions are, once their files are sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from boucle.authoring.keeping_history import keep_history
from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.run import lint
from boucle.authoring.lint.sources import read_source
from boucle.content.surveys import find_edited_files, read_lock
from boucle.core.canonical import sha256_hex
from boucle.core.errors import BoucleError
from boucle.core.versions.lock import LOCK_FILE, EditedAfterPublication, format_lock, remedy_for


class NotSound(BoucleError):
    """A study with errors cannot be published."""


@dataclass(frozen=True, slots=True)
class FreezeResult:
    """The files that a lock newly holds, and how many it holds in all."""

    added: tuple[str, ...]
    total: int


def freeze(surveys: Path, refuse: Callable[[], None] = lambda: None) -> FreezeResult:
    """Add to the lock every version that a wave opens, and to the history what each study says of its waves.

    Raises NotSound, EditedAfterPublication, and what `refuse` raises where sound studies do not fit what is stored.
    """
    changed = find_edited_files(surveys)
    if changed:
        raise EditedAfterPublication(f"{surveys / changed[0]} was published and has changed. {remedy_for(changed[0])}")
    _refuse_errors(lint([surveys]).of(Severity.ERROR))
    refuse()
    known = read_lock(surveys)
    added = {
        path: sha256_hex((surveys / path).read_bytes()) for path in _find_opened_versions(surveys) if path not in known
    }
    if added:
        (surveys / LOCK_FILE).write_text(format_lock({**known, **added}), encoding="utf-8")
    keep_history(surveys, {**known, **added})
    return FreezeResult(tuple(sorted(added)), len(known) + len(added))


def _refuse_errors(errors: tuple[LintIssue, ...]) -> None:
    if errors:
        first = errors[0]
        raise NotSound(f"{len(errors)} errors, the first in {first.file}: {first.message} See all with: boucle lint")


def _find_opened_versions(surveys: Path) -> list[str]:
    """The paths of all versions that waves open."""
    found: set[str] = set()
    for file in sorted(surveys.glob("*/study.json")):
        for wave in read_source(file).json["waves"]:
            for name, openings in wave["questionnaires"].items():
                found.update(f"{file.parent.name}/{name}/{opening['version']}.json" for opening in openings)
    return sorted(found)
