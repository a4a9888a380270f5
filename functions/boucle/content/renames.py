"""Studies whose folder was renamed after versions of them were published: their files tell, wherever they lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boucle.core.versions.lock import Lock, find_edited, remedy_for


@dataclass(frozen=True, slots=True)
class Renaming:
    """A study's folder as published versions name it, and as it is called by now."""

    before: str
    after: str
    opens: date
    """The first day of its first wave."""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return (
            f"Addresses, receipts and series bear the name: call the folder {self.before} again, and the study's id. "
            f"Only a study that has not opened yet can change its name: `boucle freeze` then follows it."
        )

    def __str__(self) -> str:
        return f"The study {self.before} was published, and its folder is called {self.after} by now."

    def follow(self, path: str) -> str:
        """What a path of the lock is called by now."""
        study, rest = path.split("/", 1)
        return f"{self.after}/{rest}" if study == self.before else path


def find_renamings(surveys: Path, lock: Lock) -> Iterator[Renaming]:
    """The studies of a lock that lie, file for file as they were published, in a folder of another name."""
    named = {path.partition("/")[0] for path in lock}
    others = [file.parent for file in sorted(surveys.glob("*/study.json")) if file.parent.name not in named]
    for study in sorted(named):
        its = {path.partition("/")[2]: digest for path, digest in lock.items() if path.startswith(f"{study}/")}
        for folder in others if not (surveys / study / "study.json").is_file() else ():
            opens = _read_first_day(folder / "study.json")
            if opens is not None and not find_edited(its, lambda path: _read(folder / path)):  # noqa: B023  # called at once
                yield Renaming(study, folder.name, opens)


def describe_edited(surveys: Path, path: str, lock: Lock) -> str:
    """What happened to a published file that is not what it was, and what to do about it."""
    for renaming in find_renamings(surveys, lock):
        if path.startswith(f"{renaming.before}/"):
            return f"{renaming} {renaming.remedy}"
    return f"{surveys / path} was published and has changed. {remedy_for(path)}"


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _read_first_day(study: Path) -> date | None:
    """None where it cannot be read."""
    try:
        waves = json.loads(study.read_text(encoding="utf-8"))["waves"]
        return min(date.fromisoformat(wave["opens"]) for wave in waves)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
