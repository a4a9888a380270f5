"""What lint refuses takes no past answers: they would be stored under questions that nobody can serve or seal."""

from __future__ import annotations

from pathlib import Path

from boucle.authoring.lint.blocking import find_blocking, find_folders
from boucle.imports.answers.mapping import BadMapping


def refuse_unsound(surveys: Path, study: str) -> None:
    """Raise BadMapping with every error that lint finds in the study's folder, and in no other."""
    blocking = find_blocking(find_folders(surveys, study))
    if blocking.issues:
        raise BadMapping(f"{study} takes no answers before lint does:\n{blocking}")
