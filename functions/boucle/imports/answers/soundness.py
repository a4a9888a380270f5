"""What lint refuses takes no past answers: they would be stored under questions that nobody can serve or seal."""

from __future__ import annotations

import json
from pathlib import Path

from boucle.authoring.lint.blocking import find_blocking
from boucle.authoring.lint.run import STUDY_FILE
from boucle.imports.answers.mapping import BadMapping


def refuse_unsound(surveys: Path, study: str) -> None:
    """Raise BadMapping with every error that lint finds in the study's folder, and in no other."""
    folders = [file.parent for file in surveys.glob(f"*/{STUDY_FILE}") if _is_of(file, study)]
    blocking = find_blocking(folders)
    if blocking.issues:
        raise BadMapping(f"{study} takes no answers before lint does:\n{blocking}")


def _is_of(file: Path, study: str) -> bool:
    """Whether a study's file has this id; one that cannot be read is lint's to explain, under its folder's name."""
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        return file.parent.name == study
    return isinstance(read, dict) and read.get("id") == study
