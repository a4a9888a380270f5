"""What lint refuses takes no past answers: they would be stored under questions that nobody can serve or seal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.reports import as_text
from boucle.authoring.lint.run import STUDY_FILE, lint
from boucle.imports.answers.mapping import BadMapping


def refuse_unsound(surveys: Path, study: str) -> None:
    """Raise BadMapping with every error that lint finds in the study's folder, and in no other."""
    folders = [file.parent for file in surveys.glob(f"*/{STUDY_FILE}") if _is_of(file, study)]
    report = lint(folders)
    errors = report.of(Severity.ERROR)
    if errors:
        raise BadMapping(f"{study} takes no answers before lint does:\n{as_text(replace(report, issues=errors))}")


def _is_of(file: Path, study: str) -> bool:
    """Whether a study's file has this id; one that cannot be read is lint's to explain, under its folder's name."""
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        return file.parent.name == study
    return isinstance(read, dict) and read.get("id") == study
