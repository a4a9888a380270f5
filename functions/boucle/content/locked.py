"""Which studies may be used: those whose files are what was locked, in the lock or by the first answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from boucle.content.surveys import find_edited_files
from boucle.core.ports import LockedVersion
from boucle.core.versions.lock import find_edited, hash_version, remedy_for


def find_answered_files(folder: Path, locked: Iterable[LockedVersion]) -> list[str]:
    """The files that were answered and were edited or removed since, of the studies that are there."""
    hashes = {lock.path: lock.file_hash for lock in locked if (folder / lock.study / "study.json").is_file()}

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return find_edited(hashes, read)


def find_refused_studies(
    folder: Path, locked: Sequence[LockedVersion] = (), copies: Path | None = None
) -> Mapping[str, str]:
    """The studies that cannot be used as their files are, by the name of their folder, each with what to do.

    `copies` is where the versions that were served last were kept.
    """
    published = {path: f"was published and has changed. {remedy_for(path)}" for path in find_edited_files(folder)}
    hashes = {lock.path: lock.file_hash for lock in locked}
    answered = {
        path: f"was answered and has changed. {remedy_for_answered(path)}{_name_copy(copies, path, hashes[path])}"
        for path in find_answered_files(folder, locked)
    }
    refused: dict[str, str] = {}
    for path, why in (answered | published).items():
        refused.setdefault(path.split("/")[0], f"{folder / path} {why}")
    return refused


def remedy_for_answered(path: str) -> str:
    """What to do about a file that was edited after its first answer."""
    return (
        f"Make the change a new version (boucle new version FILE copies it as it is now), then put {path} back as it "
        "was answered."
    )


def _name_copy(copies: Path | None, path: str, file_hash: str) -> str:
    """Where the file lies as it was answered, if it was kept."""
    copy = copies / path if copies else None
    is_kept = copy is not None and copy.is_file() and hash_version(copy.read_bytes()) == file_hash
    return f" So it was: {copy}" if is_kept else ""
