"""Reads the surveys/ folder: one folder a study, one file a version. What it reads has passed lint.

A published version is what its respondents read: a file that was edited since is refused.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from boucle.config.settings import Settings
from boucle.content.origins import StudyOrigins
from boucle.content.renames import describe_edited
from boucle.core.errors import BoucleError
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.study.actions import parse_actions
from boucle.core.study.history import HISTORY_FILE, History, parse_history
from boucle.core.study.model import Study
from boucle.core.study.parse import parse_study
from boucle.core.study.recordings import Recordings, parse_recordings
from boucle.core.study.themes import parse_themes
from boucle.core.versions.first_edition import FIRST_EDITION
from boucle.core.versions.lock import (
    LOCK_FILE,
    EditedAfterPublication,
    Lock,
    find_edited,
    find_first_edition,
    hash_version,
    parse_lock,
)

log = logging.getLogger(__name__)

Studies = Mapping[str, Study]
"""Studies by id."""

VERSION_NAME = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
"""What a version's file is called, its ending aside."""

BROKEN = (ValueError, LookupError, TypeError, AttributeError)
"""What reading a file raises that lint has not passed."""


class UnreadableStudy(BoucleError):
    """A file that people answer has mistakes; lint says which."""


def read_surveys(folder: Path, without: Set[str] = frozenset(), *, demonstration: bool = False) -> Studies:
    """Every study of the folder but those left out, with every version of its questionnaires.

    One that cannot be read is left out too, and a warning says so, unless something of it was published.
    `demonstration`: whether their answers are invented. Raises EditedAfterPublication and UnreadableStudy.
    """
    changed = [path for path in find_edited_files(folder) if path.split("/")[0] not in without]
    if changed:
        raise EditedAfterPublication(describe_edited(folder, changed[0], read_lock(folder)))
    published = {path.partition("/")[0] for path in read_lock(folder)}
    files = (file for file in sorted(folder.glob("*/study.json")) if file.parent.name not in without)
    studies = (_read_if_readable(file.parent, published) for file in files)
    return MappingProxyType({study.id: replace(study, demonstration=demonstration) for study in studies if study})


def _read_if_readable(folder: Path, published: Set[str]) -> Study | None:
    try:
        return read_study(folder)
    except UnreadableStudy as error:
        if folder.name in published:
            raise
        log.warning("%s Its study is left out.", error)
        return None


def read_studies(settings: Settings, without: Set[str] = frozenset()) -> Studies:
    """Every study of an installation but those left out; those of a demonstration say so. Raises as `read_surveys`."""
    return read_surveys(settings.surveys, without, demonstration=settings.demonstration)


def read_study(folder: Path) -> Study:
    """The study of one folder; drafts that cannot be read are left out. Raises UnreadableStudy."""
    origins, study_file = StudyOrigins(folder, read_lock(folder.absolute().parent)), folder / "study.json"
    with _explain_errors(study_file):
        source = _read_json(study_file)
        opened = find_opened_versions(source)
    first_edition = read_first_edition(folder.absolute().parent)
    read = (
        _read_version(file, version, origins, opened, first_edition) for file, version in _read_by_age(folder, opened)
    )
    with _explain_errors(study_file):
        study = parse_study(origins.complete(study_file, source), [version for version in read if version])
    actions, themes = folder / "actions.json", folder / "themes.json"
    spoken = {
        questionnaire_id: read_recordings(folder, questionnaire_id) for questionnaire_id in study.questionnaire_ids
    }
    return replace(
        study,
        actions=parse_actions(_read_json(actions)) if actions.is_file() else study.actions,
        themes=parse_themes(_read_json(themes)) if themes.is_file() else study.themes,
        recordings={id: recordings for id, recordings in spoken.items() if recordings},
    )


def keep_origins(folder: Path) -> None:
    """Keep beside a study's files which sentence each translation is of; the files have passed lint.

    Raises UnreadableOrigins. Where the folder cannot be written to, nothing is kept.
    """
    origins, study_file = StudyOrigins(folder, read_lock(folder.absolute().parent)), folder / "study.json"
    study = _read_json(study_file)
    for file, source in _read_by_age(folder, find_opened_versions(study)):
        with suppress(*BROKEN):
            origins.complete(file, source)
    origins.complete(study_file, study)
    with suppress(OSError):
        origins.keep()


def _read_by_age(folder: Path, opened: Set[tuple[str, str]]) -> list[tuple[Path, dict[str, Any]]]:
    """Every version's file and what it says, each questionnaire's oldest first."""
    read = []
    for file in find_version_files(folder):
        with _pass_over_drafts(file, opened):
            source = _read_json(file)
            _refuse_other_place(file, source)
            read.append(((source["id"], version_order(source["version"])), file, source))
    return [(file, source) for _, file, source in sorted(read, key=lambda version: version[0])]


def _refuse_other_place(file: Path, source: Mapping[str, Any]) -> None:
    """Raise ValueError where the file's place names another version: a copy must not stand in for what it copies."""
    if (source["id"], source["version"]) != (file.absolute().parent.name, file.stem):
        raise ValueError(file)


def _read_version(
    file: Path,
    source: Mapping[str, Any],
    origins: StudyOrigins,
    opened: Set[tuple[str, str]],
    first_edition: Set[str],
) -> Questionnaire | None:
    with _pass_over_drafts(file, opened):
        return _lock(file, origins.complete(file, source), first_edition)
    return None


def find_opened_versions(study: Mapping[str, Any]) -> Set[tuple[str, str]]:
    """The questionnaires and versions that the waves of a study's file open."""
    return {
        (questionnaire, opening["version"])
        for wave in study["waves"]
        for questionnaire, openings in wave["questionnaires"].items()
        for opening in openings
    }


@contextmanager
def _pass_over_drafts(file: Path, opened: Set[tuple[str, str]]) -> Iterator[None]:
    """Leave out a version that cannot be read while no wave opens it. Raises UnreadableStudy for another one."""
    try:
        with _explain_errors(file):
            yield
    except UnreadableStudy:
        if (file.parent.name, file.stem) in opened:
            raise


@contextmanager
def _explain_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        study = file.parent if file.name == "study.json" else file.parent.parent
        raise UnreadableStudy(f"{file} cannot be read; see what is wrong with: boucle lint {study}.") from error


def read_version(file: Path, first_edition: Set[str] = frozenset()) -> Questionnaire:
    """The version in a file, with the hash that locks it; `first_edition` is that of the lock beside its study."""
    return _lock(file, json.loads(file.read_bytes()), first_edition)


def _lock(file: Path, source: Mapping[str, Any], first_edition: Set[str]) -> Questionnaire:
    return replace(
        parse_questionnaire(source),
        file_hash=hash_version(file.read_bytes()),
        edition=FIRST_EDITION if path_in_lock(file) in first_edition else None,
    )


def path_in_lock(file: Path) -> str:
    """What a lock calls a version's file: its path below the surveys folder."""
    study, questionnaire = file.absolute().parts[-3:-1]
    return f"{study}/{questionnaire}/{file.name}"


def recordings_file(folder: Path, questionnaire: str) -> Path:
    """Where a study's folder says which text each recording of a questionnaire reads."""
    return folder / questionnaire / "audio" / "recordings.json"


def recording_file(folder: Path, questionnaire: str, language: str, name: str) -> Path:
    """One recording."""
    return folder / questionnaire / "audio" / language / f"{name}.opus"


def read_recordings(folder: Path, questionnaire: str) -> Recordings:
    """The recordings of a questionnaire; none where its content ships none."""
    file = recordings_file(folder, questionnaire)
    return parse_recordings(_read_json(file)) if file.is_file() else {}


def find_version_files(folder: Path) -> list[Path]:
    """The files of all versions of a study's questionnaires."""
    return sorted(folder.glob("*/*.json"))


def version_order(version: str) -> tuple[int, ...]:
    """A key that sorts versions by age: 1.2.0 before 1.10.0."""
    return tuple(int(part) for part in version.split("."))


def read_lock(folder: Path) -> Lock:
    """The published versions of a folder of surveys; none when nothing was frozen."""
    file = folder / LOCK_FILE
    return parse_lock(file.read_text(encoding="utf-8")) if file.is_file() else {}


def read_first_edition(folder: Path) -> Set[str]:
    """The versions of a folder of surveys that were frozen under the first rules of what a change is."""
    file = folder / LOCK_FILE
    return find_first_edition(file.read_text(encoding="utf-8")) if file.is_file() else frozenset()


def find_edited_files(folder: Path) -> list[str]:
    """The published files of a folder of surveys that were edited or removed since."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    edited = find_edited(read_lock(folder), read)
    known = read_history(folder).hashes if edited else {}
    return [path for path in edited if path not in known or hash_version(read(path) or b"") != known[path]]


def read_history(folder: Path) -> History:
    """What the studies of a folder said when they were frozen. Raises UnreadableHistory."""
    file = folder / HISTORY_FILE
    return parse_history(file.read_text(encoding="utf-8")) if file.is_file() else History()


def find_study_file(surveys: Path, id: str) -> Path | None:
    """The study.json that has this id, in whatever folder it is."""
    return next((file for file in sorted(surveys.glob("*/study.json")) if _read_id(file) == id), None)


def _read_id(file: Path) -> object:
    try:
        source = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        return None
    return source.get("id") if isinstance(source, dict) else None


def _read_json(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
