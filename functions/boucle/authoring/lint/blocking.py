"""What stops a build, a freeze or a seal: errors, but for those of versions that no wave opens.

A draft may be wrong for as long as it is one. It is left out of what is built, and stops nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.reports import as_text
from boucle.authoring.lint.rules.placeholders import PLACEHOLDER_RULE
from boucle.authoring.lint.run import STUDY_FILE, LintReport, NothingToLint, Unsound, lint
from boucle.content.surveys import find_opened_versions, read_lock
from boucle.core.ports import LockedVersion


@dataclass(frozen=True, slots=True)
class Blocking:
    """What lint found in some studies, and what of it stops them."""

    report: LintReport
    issues: tuple[LintIssue, ...]

    def __str__(self) -> str:
        return as_text(replace(self.report, issues=self.issues))

    @property
    def drafts(self) -> list[Path]:
        """The versions that have errors and stop nothing."""
        errors = self.report.of(Severity.ERROR)
        return sorted({issue.file for issue in errors if issue not in self.issues})


def refuse_blocking(surveys: Path, study: str | None = None, *, goes_out: bool = False) -> None:
    """Raise Unsound with all that stops the studies of a folder, or that of this id and no other."""
    folders = [surveys] if study is None else find_folders(surveys, study)
    blocking = find_blocking(folders, goes_out=goes_out)
    if blocking.issues:
        raise Unsound(f"{surveys} cannot be used yet:\n{blocking}")


def find_folders(surveys: Path, study: str) -> list[Path]:
    """Where a study lies; one that cannot be read is lint's to explain, under its folder's name."""
    return [file.parent for file in surveys.glob(f"*/{STUDY_FILE}") if _is_of(file, study)]


def _is_of(file: Path, study: str) -> bool:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        return file.parent.name == study
    return isinstance(read, dict) and read.get("id") == study


def find_blocking(paths: Iterable[Path], locked: Sequence[LockedVersion] = (), *, goes_out: bool = False) -> Blocking:
    """What stops these studies; where they go out to people, what their author left to fill in too."""
    try:
        report = lint(paths, locked)
    except NothingToLint:
        report = LintReport((), 0)
    drafts = {file for file in {issue.file for issue in report.of(Severity.ERROR)} if _is_draft(file)}
    return Blocking(
        report,
        tuple(
            issue
            for issue in report.issues
            if (issue.severity is Severity.ERROR and issue.file not in drafts)
            or (goes_out and issue.rule == PLACEHOLDER_RULE)
        ),
    )


def _is_draft(file: Path) -> bool:
    """Whether this is a version of a questionnaire that no wave opens, and that was never published."""
    questionnaire = file.absolute().parent
    study = questionnaire.parent
    if f"{study.name}/{questionnaire.name}/{file.name}" in read_lock(study.parent):
        return False
    try:
        source = json.loads((study / STUDY_FILE).read_text(encoding="utf-8"))
        return file.suffix == ".json" and (questionnaire.name, file.stem) not in find_opened_versions(source)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False  # nobody can tell what is opened
