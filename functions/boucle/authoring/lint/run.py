"""Lint: reads authors' files, and finds every mistake in them before a respondent does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import Checked, LintIssue, Rule, Severity
from boucle.authoring.lint.lines import lines_by_pointer
from boucle.authoring.lint.mending import Mended, mend
from boucle.authoring.lint.places import name_place
from boucle.authoring.lint.rules import QUESTIONNAIRE_RULES, STUDY_RULES
from boucle.authoring.lint.rules.promises import find_lost_studies
from boucle.authoring.lint.shape import find_shape_issues
from boucle.authoring.lint.sources import SourceFile, Unreadable, read_source
from boucle.content.locked import find_answered_files, remedy_for_answered
from boucle.content.origins import StudyOrigins
from boucle.content.renames import find_renamings
from boucle.content.surveys import (
    VERSION_NAME,
    find_edited_files,
    find_version_files,
    read_lock,
    recordings_file,
    version_order,
)
from boucle.core.errors import BoucleError
from boucle.core.ports import LockedVersion
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.strictjson import Json
from boucle.core.study.recordings import Recordings, parse_recordings
from boucle.core.versions.lock import remedy_for

STUDY_FILE = "study.json"
THEMES_FILE = "themes.json"
ACTIONS_FILE = "actions.json"
STUDY_FILES = (STUDY_FILE, THEMES_FILE, ACTIONS_FILE)

FROZEN_RULE = "edited-after-publication"
"""A published version's file is what it was when respondents read it."""


class Unsound(BoucleError):
    """A file has mistakes; the message lists them all."""


@dataclass(frozen=True, slots=True)
class NothingToLint(Exception):
    """A path leads to no study and no questionnaire."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path} holds no {STUDY_FILE} and no questionnaire."


@dataclass(frozen=True, slots=True)
class LintReport:
    """Everything found, in the order of files and lines, and how many files were read."""

    issues: tuple[LintIssue, ...]
    files: int
    sound: tuple[Path, ...] = ()
    """The folders of the studies without an error."""

    def of(self, severity: Severity) -> tuple[LintIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is severity)


def lint(paths: Iterable[Path], locked: Sequence[LockedVersion] = ()) -> LintReport:
    """What is wrong in a surveys folder, in a study's folder, or in a file; `locked` versions have been answered.

    Raises NothingToLint.
    """
    found: list[LintIssue] = []
    read: set[Path] = set()
    sound: list[Path] = []
    paths = tuple(paths)
    for folder, wanted in _find_studies(paths).items():
        read.update(_list_files(folder) if wanted is None else wanted)
        # A file is checked in its study, whatever was asked for: waves and versions are part of its meaning.
        issues = lint_study(folder, locked)
        found += [issue for issue in issues if wanted is None or issue.file in wanted]
        if (folder / STUDY_FILE).is_file() and not any(issue.severity is Severity.ERROR for issue in issues):
            sound.append(folder)
    found += [issue for surveys in _find_whole_folders(paths) for issue in find_lost_studies(surveys)]
    return LintReport(tuple(_place(found)), len(read), tuple(sound))


def _find_studies(paths: Iterable[Path]) -> Mapping[Path, frozenset[Path] | None]:
    """The folders to check, each with the files to report on; None for all of them."""
    folders: dict[Path, frozenset[Path] | None] = {}
    for path in paths:
        if path.is_file():
            folder = path.parent if path.name in STUDY_FILES else path.parent.parent
            known = folders.get(folder, frozenset())
            folders[folder] = None if known is None else known | {path}
        else:
            folders |= dict.fromkeys(_find_study_folders(path), None)
    return folders


def _find_whole_folders(paths: Iterable[Path]) -> list[Path]:
    """The folders among these that hold studies, and are none."""
    return [path for path in paths if path.is_dir() and any(path.glob(f"*/{STUDY_FILE}"))]


def _find_study_folders(path: Path) -> list[Path]:
    inside = [study_file.parent for study_file in sorted(path.glob(f"*/{STUDY_FILE}"))]
    if (path / STUDY_FILE).is_file() or (not inside and find_version_files(path)):
        return [path]
    if not inside:
        raise NothingToLint(path)
    return inside


def _list_files(folder: Path) -> list[Path]:
    beside = (folder / name for name in STUDY_FILES)
    return [*(file for file in beside if file.is_file()), *find_version_files(folder)]


def lint_study(folder: Path, locked: Sequence[LockedVersion] = ()) -> list[LintIssue]:
    """What is wrong in one study: its files one by one, then together."""
    found: list[LintIssue] = []
    drafts: dict[Path, Draft] = {}
    pages = _find_pages(folder)
    files = find_version_files(folder)
    read = {file: _read_mended(file, "questionnaire", file.absolute().parent.name, found) for file in files}
    origins = StudyOrigins(folder, read_lock(_find_surveys(folder)))
    for file, mended in sorted(read.items(), key=_order_by_age):
        if mended is not None:
            completed = origins.complete(file, mended.json)
            draft = Draft(file, completed, parse_questionnaire(completed), pages)
            found += _apply(QUESTIONNAIRE_RULES, draft, file, mended)
            drafts[file] = draft
    of_study = _find_study_issues(folder, read, drafts, origins)
    told = [issue for issue in of_study if (its := read.get(issue.file)) is None or its.tells(issue, issue.file)]
    return found + told + _find_frozen_issues(folder, locked)


def _order_by_age(read: tuple[Path, Mended | None]) -> tuple[str, tuple[int, ...]]:
    """By questionnaire, then oldest first; what could not be read, anywhere."""
    file, mended = read
    return file.parent.name, version_order(mended.json["version"]) if mended else ()


def _find_study_issues(
    folder: Path, read: Mapping[Path, Mended | None], drafts: Mapping[Path, Draft], origins: StudyOrigins
) -> list[LintIssue]:
    file = folder / STUDY_FILE
    if not file.is_file():
        return []
    found: list[LintIssue] = []
    mended = _read_mended(file, "study", folder.absolute().name, found)
    if mended is not None:
        versions = _find_versions(read)
        partly = {version_file for version_file, its in read.items() if its is not None and its.untold}
        # A copy that still says the version it was copied from would stand in for that one.
        partly |= {version_file for version_file, draft in drafts.items() if not draft.is_in_place}
        beside = _read_themes(folder, found), _read_actions(folder, found), _read_recordings(folder, found)
        whole = tuple(draft for version_file, draft in drafts.items() if version_file not in partly)
        rest = tuple(draft for version_file, draft in drafts.items() if version_file in partly)
        completed, frozen = origins.complete(file, mended.json), _find_frozen_versions(folder)
        study = StudyDraft(file, completed, whole, versions, *beside, frozen, rest)
        found += _apply(STUDY_RULES, study, file, mended)
    return found


def _find_versions(files: Iterable[Path]) -> frozenset[tuple[str, str]]:
    """The questionnaires and versions that files are named after; a file of another name is no version."""
    return frozenset((file.parent.name, file.stem) for file in files if VERSION_NAME.fullmatch(file.stem))


def _find_frozen_versions(folder: Path) -> frozenset[tuple[str, str]]:
    study = folder.absolute().name
    names = (path.removesuffix(".json").split("/") for path in read_lock(folder.absolute().parent))
    return frozenset((name[1], name[2]) for name in names if len(name) == 3 and name[0] == study)


def _apply(rules: Iterable[Rule[Checked]], checked: Checked, file: Path, mended: Mended) -> list[LintIssue]:
    """What the rules find in a draft; of what had to be mended in its file, nothing."""
    found = [issue for rule in rules for issue in rule.find_issues(checked, file)]
    return [issue for issue in found if mended.tells(issue, file)]


def _read_mended(file: Path, kind: str, id: str, found: list[LintIssue]) -> Mended | None:
    """The file made readable; what is wrong with it joins what was found."""
    try:
        source = read_source(file)
    except Unreadable as unreadable:
        found += unreadable.issues
        return None
    wrong = find_shape_issues(kind, source.json, file)
    found += wrong
    return mend(kind, source.json, id) if wrong else Mended(source.json)


def _find_surveys(study: Path) -> Path:
    return study.parent if study.name else study.absolute().parent


def _find_frozen_issues(folder: Path, locked: Sequence[LockedVersion]) -> list[LintIssue]:
    """The study's published or answered files that were edited since, or lie in a folder of another name."""
    surveys = _find_surveys(folder)
    published = find_edited_files(surveys)
    answered = [path for path in find_answered_files(surveys, locked) if path not in published]
    found = [(path, "published", remedy_for(path)) for path in published]
    found += [(path, "answered", remedy_for_answered(path)) for path in answered]
    return [
        LintIssue(FROZEN_RULE, Severity.ERROR, surveys / path, "", f"The file was {what} and has changed.", remedy)
        for path, what, remedy in found
        if path.startswith(f"{folder.absolute().name}/")
    ] + [
        LintIssue(FROZEN_RULE, Severity.ERROR, folder / STUDY_FILE, "/id", str(renaming), renaming.remedy)
        for renaming in find_renamings(surveys, read_lock(surveys))
        if renaming.after == folder.absolute().name
    ]


def _read_if_sound(file: Path, kind: str, found: list[LintIssue]) -> SourceFile | None:
    """The file if it can be read and has the right shape; what is wrong with it joins what was found."""
    try:
        source = read_source(file)
    except Unreadable as unreadable:
        found += unreadable.issues
        return None
    wrong = find_shape_issues(kind, source.json, file)
    found += wrong
    return None if wrong else source


def read_sound(file: Path, kind: str) -> Json:
    """The JSON of a file of its own, such as a mapping. Raises Unsound with all that is wrong."""
    found: list[LintIssue] = []
    source = _read_if_sound(file, kind, found)
    if source is None:
        raise Unsound("\n".join(f"{file}:{issue.line}: {issue.message} {issue.remedy}" for issue in _place(found)))
    checked: Json = source.json
    return checked


def _read_themes(folder: Path, found: list[LintIssue]) -> frozenset[str] | None:
    file = folder / THEMES_FILE
    source = _read_if_sound(file, "themes", found) if file.is_file() else None
    return None if source is None else frozenset(theme["id"] for theme in source.json["themes"])


def _read_actions(folder: Path, found: list[LintIssue]) -> Json | None:
    file = folder / ACTIONS_FILE
    source = _read_if_sound(file, "actions", found) if file.is_file() else None
    return None if source is None else source.json


def _read_recordings(folder: Path, found: list[LintIssue]) -> Mapping[str, Recordings]:
    listed = {file.parent.name: recordings_file(folder, file.parent.name) for file in find_version_files(folder)}
    sources = {name: _read_if_sound(file, "recordings", found) for name, file in listed.items() if file.is_file()}
    return {name: parse_recordings(source.json) for name, source in sources.items() if source}


def _find_pages(study: Path) -> Path | None:
    """The pages of the site that stands beside the surveys, if there is one."""
    pages = study.absolute().parent.parent / "site" / "pages"
    return pages if pages.is_dir() else None


def _place(found: list[LintIssue]) -> list[LintIssue]:
    """The issues with their lines and places, ordered; only files that have some are walked."""
    files = {file: _read_if_readable(file) for file in {issue.file for issue in found}}
    lines = {file: lines_by_pointer(source.text) for file, source in files.items() if source is not None}
    placed = [
        _place_one(issue, source, lines[issue.file]) if (source := files[issue.file]) else issue for issue in found
    ]
    return sorted(placed, key=lambda issue: (str(issue.file), issue.line, issue.rule))


def _read_if_readable(file: Path) -> SourceFile | None:
    try:
        return read_source(file)
    except (Unreadable, FileNotFoundError):
        return None


def _place_one(issue: LintIssue, source: SourceFile, lines: Mapping[str, int]) -> LintIssue:
    place = name_place(source.json, issue.pointer, issue.file)
    return replace(issue, line=_find_nearest_line(issue.pointer, lines), place=place)


def _find_nearest_line(pointer: str, lines: Mapping[str, int]) -> int:
    while pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines[pointer]
