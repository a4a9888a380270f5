"""One file of a study by itself, with what the versions before and the study's translations.lock know of its texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from boucle.authoring.lint.run import STUDY_FILE, Unsound, read_sound
from boucle.content.origins import StudyOrigins
from boucle.content.surveys import read_lock, version_order
from boucle.core.strictjson import Json


def complete_source(file: Path, source: Json) -> Json:
    """The file as a study is read; versions before it that cannot be read are passed over."""
    is_study = file.name == STUDY_FILE
    folder = file.absolute().parent if is_study else file.absolute().parent.parent
    origins = StudyOrigins(folder, read_lock(folder.parent))
    for version, earlier in () if is_study else sorted(_read_others(file), key=lambda pair: _order(pair[1])):
        if _order(earlier) < _order(source):
            origins.complete(version, earlier)
    return origins.complete(file, source)


def _order(source: Json) -> tuple[int, ...]:
    return version_order(source["version"])


def _read_others(file: Path) -> Iterator[tuple[Path, Json]]:
    for other in file.absolute().parent.glob("*.json"):
        try:
            yield other, read_sound(other, "questionnaire")
        except Unsound:
            continue
