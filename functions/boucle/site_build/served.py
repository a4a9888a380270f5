"""Remembers the files of the versions that are served, so that what people have answered can be put back."""

from __future__ import annotations

from collections.abc import Iterable

from boucle.config.settings import Settings
from boucle.core.ports import LockedVersion
from boucle.core.study.model import Study
from boucle.core.versions.lock import hash_version


def remember_served(settings: Settings, studies: Iterable[Study]) -> None:
    """Copy the versions of these studies beside the answers to them, unless they were edited since they were read."""
    for study in studies:
        for version in study.questionnaires:
            path = LockedVersion(study.id, version.id, version.version, version.file_hash).path
            file = settings.surveys / path
            content = file.read_bytes() if file.is_file() else b""
            if hash_version(content) == version.file_hash:
                _write_copy(settings, path, content)


def _write_copy(settings: Settings, path: str, content: bytes) -> None:
    copy = settings.served_folder / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    beside = copy.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(copy)
