"""Backup and restore of one machine's installation: consistent while it serves, whole or absent."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from boucle.bootstrap.transfer import copy_files
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError


class NoBackup(BoucleError):
    """There is nothing to back up, or no place to put it."""


class NoRestore(BoucleError):
    """A backup only goes into a home that is new, and only whole."""


def back_up(settings: Settings, file: Path) -> int:
    """Write the backup; how many files it holds. Raises NoBackup."""
    if file.exists():
        raise NoBackup(f"{file} exists already: name another file, or remove this one first")
    if not settings.responses_file.exists():
        raise NoBackup(f"{settings.home} holds no installation: name it with `boucle --home FOLDER backup FILE`")
    with TemporaryDirectory(dir=settings.home, prefix=".backup-") as folder:
        copies = Path(folder)
        copy_files(settings, copies)
        return _archive(settings, copies, file)


def restore_backup(settings: Settings, file: Path) -> int:
    """Unpack the backup into a home that does not exist yet; how many files. Raises NoRestore."""
    if settings.home.exists():
        raise NoRestore(f"{settings.home} exists: restore into a new one, with `boucle --home FOLDER restore {file}`")
    settings.home.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.home.parent, prefix=".restore-") as folder:
        unpacked = Path(folder) / "home"
        try:
            with tarfile.open(file) as archive:
                archive.extractall(unpacked, filter="data")
                count = sum(member.isfile() for member in archive.getmembers())
        except (tarfile.TarError, OSError) as error:
            raise NoRestore(f"{file} is not a whole backup: {error}") from error
        unpacked.chmod(0o700)
        unpacked.rename(settings.home)
    return count


def _archive(settings: Settings, copies: Path, file: Path) -> int:
    beside = file.with_name(f".{file.name}.new")
    beside.touch(mode=0o600)
    members = [(copied_file, copied_file.name) for copied_file in sorted(copies.iterdir())] + list(
        _list_other_files(settings)
    )
    with tarfile.open(beside, "w") as archive:
        for path, name in members:
            archive.add(path, name)
    beside.replace(file)
    return len(members)


def _list_other_files(settings: Settings) -> Iterator[tuple[Path, str]]:
    """What is written once, or in one step: the vault, what is published and served, the keys, the clock."""
    home = settings.home
    single = (
        settings.master_key_file,
        settings.text_key_file,
        settings.clock_file,
        settings.clock_record_file,
        settings.job_file,
        settings.invitations_file,
    )
    folders = (settings.vault_folder, settings.published_folder, settings.served_folder)
    for path in (*single, *(listed_file for folder in folders for listed_file in sorted(folder.rglob("*")))):
        if path.is_file() and not path.name.startswith("."):
            yield path, path.relative_to(home).as_posix()
