"""Lint: reads authors' files, and finds every mistake in them before a respondent does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from boucle.authoring.lint.drafts import Draft, Json, StudyDraft
from boucle.authoring.lint.issues import Finding, Severity
from boucle.authoring.lint.lines import lines_by_pointer
from boucle.authoring.lint.rules import QUESTIONNAIRE_RULES, STUDY_RULES
from boucle.authoring.lint.shape import shape_findings
from boucle.authoring.lint.sources import Source, Unreadable, read_source
from boucle.content.surveys import edited_files, recordings_file, version_files
from boucle.core.errors import Refusal
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.study.recordings import Recordings, parse_recordings
from boucle.core.versions.lock import remedy

STUDY_FILE = "study.json"
THEMES_FILE = "themes.json"
ACTIONS_FILE = "actions.json"
OF_A_STUDY = (STUDY_FILE, THEMES_FILE, ACTIONS_FILE)

FROZEN_RULE = "edited-after-publication"
"""A published version's file is what it was when respondents read it."""


class Unsound(Refusal):
    """A file has mistakes; the message lists them all."""


@dataclass(frozen=True, slots=True)
class NothingToLint(Exception):
    """A path leads to no study and no questionnaire."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path} holds no {STUDY_FILE} and no questionnaire."


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found, in the order of files and lines, and how many files were read."""

    findings: tuple[Finding, ...]
    files: int

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity is severity)


def lint(paths: Iterable[Path]) -> Report:
    """What is wrong in a surveys folder, in a study's folder, or in a file. Raises NothingToLint."""
    found: list[Finding] = []
    read: set[Path] = set()
    for folder, wanted in _studies(paths).items():
        read.update(_files(folder) if wanted is None else wanted)
        # A file is checked in its study, whatever was asked for: waves and versions are part of its meaning.
        found += [finding for finding in lint_study(folder) if wanted is None or finding.file in wanted]
    return Report(tuple(_with_lines(found)), len(read))


def _studies(paths: Iterable[Path]) -> Mapping[Path, frozenset[Path] | None]:
    """The folders to check, each with the files to report on; None for all of them."""
    folders: dict[Path, frozenset[Path] | None] = {}
    for path in paths:
        if path.is_file():
            folder = path.parent if path.name in OF_A_STUDY else path.parent.parent
            known = folders.get(folder, frozenset())
            folders[folder] = None if known is None else known | {path}
        else:
            folders |= dict.fromkeys(_study_folders(path), None)
    return folders


def _study_folders(path: Path) -> list[Path]:
    inside = [each.parent for each in sorted(path.glob(f"*/{STUDY_FILE}"))]
    if (path / STUDY_FILE).is_file() or (not inside and version_files(path)):
        return [path]
    if not inside:
        raise NothingToLint(path)
    return inside


def _files(folder: Path) -> list[Path]:
    beside = (folder / name for name in OF_A_STUDY)
    return [*(each for each in beside if each.is_file()), *version_files(folder)]


def lint_study(folder: Path) -> list[Finding]:
    """What is wrong in one study: its files one by one, then together."""
    found: list[Finding] = []
    drafts: list[Draft] = []
    pages = _pages_beside(folder)
    files = version_files(folder)
    for file in files:
        source = _sound(file, "questionnaire", found)
        if source is not None:
            drafts.append(Draft(file, source.json, parse_questionnaire(source.json), pages))
    for draft in drafts:
        for rule in QUESTIONNAIRE_RULES:
            found += rule.findings(draft, draft.file)
    return found + _study_findings(folder, files, drafts) + _frozen_findings(folder)


def _study_findings(folder: Path, files: list[Path], drafts: list[Draft]) -> list[Finding]:
    file = folder / STUDY_FILE
    if not file.is_file():
        return []
    found: list[Finding] = []
    source = _sound(file, "study", found)
    if source is not None:
        versions = frozenset((each.parent.name, each.stem) for each in files)
        beside = _themes(folder, found), _actions(folder, found), _recordings(folder, found)
        study = StudyDraft(file, source.json, tuple(drafts), versions, *beside)
        for rule in STUDY_RULES:
            found += rule.findings(study, file)
    return found


def _frozen_findings(folder: Path) -> list[Finding]:
    """The study's published files that were edited since."""
    surveys = folder.parent if folder.name else folder.absolute().parent
    changed = [path for path in edited_files(surveys) if path.startswith(f"{folder.absolute().name}/")]
    return [
        Finding(
            FROZEN_RULE, Severity.ERROR, surveys / path, "", "The file was published and has changed.", remedy(path)
        )
        for path in changed
    ]


def _sound(file: Path, kind: str, found: list[Finding]) -> Source | None:
    """The file if it can be read and has the right shape; what is wrong with it joins what was found."""
    try:
        source = read_source(file)
    except Unreadable as unreadable:
        found += unreadable.findings
        return None
    wrong = shape_findings(kind, source.json, file)
    found += wrong
    return None if wrong else source


def read_sound(file: Path, kind: str) -> Json:
    """The JSON of a file of its own, such as a mapping. Raises Unsound with all that is wrong."""
    found: list[Finding] = []
    source = _sound(file, kind, found)
    if source is None:
        raise Unsound("\n".join(f"{file}:{each.line}: {each.message} {each.remedy}" for each in _with_lines(found)))
    checked: Json = source.json
    return checked


def _themes(folder: Path, found: list[Finding]) -> frozenset[str] | None:
    file = folder / THEMES_FILE
    source = _sound(file, "themes", found) if file.is_file() else None
    return None if source is None else frozenset(theme["id"] for theme in source.json["themes"])


def _actions(folder: Path, found: list[Finding]) -> Json | None:
    file = folder / ACTIONS_FILE
    source = _sound(file, "actions", found) if file.is_file() else None
    return None if source is None else source.json


def _recordings(folder: Path, found: list[Finding]) -> Mapping[str, Recordings]:
    listed = {file.parent.name: recordings_file(folder, file.parent.name) for file in version_files(folder)}
    sources = {name: _sound(file, "recordings", found) for name, file in listed.items() if file.is_file()}
    return {name: parse_recordings(source.json) for name, source in sources.items() if source}


def _pages_beside(study: Path) -> Path | None:
    """The pages of the site that stands beside the surveys, if there is one."""
    pages = study.absolute().parent.parent / "site" / "pages"
    return pages if pages.is_dir() else None


def _with_lines(found: list[Finding]) -> list[Finding]:
    """The findings with their lines, ordered; only files in which something was found are walked."""
    unplaced = {finding.file for finding in found if finding.pointer}
    lines = {file: lines_by_pointer(read_source(file).text) for file in unplaced}
    placed = [
        replace(finding, line=_nearest(finding.pointer, lines[finding.file])) if finding.pointer else finding
        for finding in found
    ]
    return sorted(placed, key=lambda each: (str(each.file), each.line, each.rule))


def _nearest(pointer: str, lines: Mapping[str, int]) -> int:
    while pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines[pointer]
