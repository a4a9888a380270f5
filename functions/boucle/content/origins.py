"""What each translation of a study was made from, where its file does not say so: translations.lock, in its folder.

A line for each text that was translated by hand: the hash of the sentence, the hash of the translation, the file, the
language and the text's name. Whoever runs `boucle lint`, `build`, `serve` or `freeze` writes it; it is kept in version
control, as published.lock is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.translations import HASH_LENGTH, Origins, TranslationOrigin, add_origins, list_origins
from boucle.core.strictjson import Json
from boucle.core.versions.lock import Lock

ORIGINS_FILE = "translations.lock"

HEADER = (
    "# The sentence that each translation was made from, where its file does not say so, and the translation: hashes.\n"
    "# Written by `boucle lint`; keep it in version control. A sentence that changes makes its translations stale.\n"
)


class UnreadableOrigins(BoucleError):
    """The file has a line that is none of ours."""


class StudyOrigins:
    """Completes the files of one study, each questionnaire's versions oldest first, with what is known beside them."""

    def __init__(self, folder: Path, lock: Lock) -> None:
        """Raises UnreadableOrigins."""
        self._folder = folder.absolute()
        self._lock = lock
        self._kept = read_origins(folder)
        self._newest: dict[str, Origins] = {}
        self._found: dict[str, Origins] = {}

    def complete(self, file: Path, source: Json) -> Json:
        """The file with the origins of its translations. One that was published is compared with nothing any more."""
        path = file.absolute().relative_to(self._folder).as_posix()
        questionnaire = path.rpartition("/")[0]
        kept = self._kept.get(path, {})
        is_published = f"{self._folder.name}/{path}" in self._lock
        before = {} if is_published else self._newest.get(questionnaire, {})
        completed = add_origins(source, before, kept)
        self._newest[questionnaire] = list_origins(completed)
        own = source.get("translations", {})
        self._found[path] = kept if is_published else {
            (language, name): origin
            for (language, name), origin in self._newest[questionnaire].items()
            if name not in own.get(language, {})
        }  # fmt: skip
        return completed

    def keep(self) -> None:
        """Write what was found beside the study, where that is not what stands there."""
        file, content = self._folder / ORIGINS_FILE, format_origins(self._found)
        # A server that watches the folder would build again and again what is written at each build.
        standing = file.read_text(encoding="utf-8") if file.is_file() else HEADER
        if content != standing:
            file.write_text(content, encoding="utf-8", newline="\n")


def read_origins(folder: Path) -> Mapping[str, Origins]:
    """By the path of the file, below the study's folder; nothing where nothing is kept. Raises UnreadableOrigins."""
    file = folder / ORIGINS_FILE
    found: dict[str, dict[tuple[str, str], TranslationOrigin]] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        if line and not line.startswith("#"):
            source, translation, path, language, name = _split(line)
            found.setdefault(path, {})[language, name] = TranslationOrigin(source, translation)
    return found


def _split(line: str) -> list[str]:
    parts = line.split(" ", 4)
    if len(parts) != 5 or any(len(part) != HASH_LENGTH for part in parts[:2]):
        raise UnreadableOrigins(
            f'{ORIGINS_FILE} has the line "{line[:80]}": take the file from version control again, or remove that line.'
        )
    return parts


def format_origins(found: Mapping[str, Origins]) -> str:
    """The file's text, the same for the same translations."""
    return HEADER + "".join(
        f"{origin.source} {origin.translation} {path} {language} {name}\n"
        for path, origins in sorted(found.items())
        for (language, name), origin in sorted(origins.items())
    )
