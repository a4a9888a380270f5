"""Files that are whole or absent, and on disk when the call returns, whatever crashes in the middle.

Content is written and synced under `.writing/` beside the files, then given its name in one step. One lock for each
root keeps writers apart, in any process; whoever holds it may clear what a crash left in `.writing/`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boucle.core.ports import AlreadyWritten, StoreUnavailable

Sync = Callable[[int], None]
"""Puts a file or a folder on disk by its descriptor; an argument, so that a test can crash right there."""


REMEDY = "Two installations may be writing to one folder: check the settings before going on."


def sync_path(path: Path, sync: Sync = os.fsync) -> None:
    """Put a file's content, or a folder's list of names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableFolder:
    """A root, and ways to read and write below it. All raise StoreUnavailable, in the place of every OSError."""

    root: Path
    private: bool
    """Whether other users of the machine are kept out."""
    sync: Sync = os.fsync

    def read(self, path: Path) -> bytes | None:
        """The file's content; None when there is no file."""
        with self._translate_errors():
            return _read_content(path)

    def write_once(self, path: Path, content: bytes) -> None:
        """Write the file, or find the same bytes in it. Raises AlreadyWritten."""
        with self._translate_errors(), self._lock_folder() as scratch:
            self._make_folder(path.parent)
            try:
                # A link, unlike a rename, never takes the place of a file.
                path.hardlink_to(self._write_scratch(scratch, content))
            except FileExistsError:
                if _read_content(path) != content:
                    raise AlreadyWritten(f"{path} holds something else, and is never changed. {REMEDY}") from None
            # Also when it was there: whoever wrote it may have crashed before it was on disk.
            sync_path(path.parent, self.sync)

    def replace(self, path: Path, content: bytes, expected: bytes | None) -> bool:
        """Put content in the place of what is expected, atomically; False when something else is there."""
        with self._translate_errors(), self._lock_folder() as scratch:
            if _read_content(path) != expected:
                return False
            self._make_folder(path.parent)
            self._write_scratch(scratch, content).replace(path)
            sync_path(path.parent, self.sync)
            return True

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnavailable(f"{self.root}: {error}") from error

    @contextmanager
    def _lock_folder(self) -> Iterator[Path]:
        """Be the only writer below the root, and have an empty folder for what is not finished yet."""
        scratch = self.root / ".writing"
        self._make_folder(scratch)
        with (self.root / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _clear(scratch)
            try:
                yield scratch
            finally:
                _clear(scratch)

    def _write_scratch(self, scratch: Path, content: bytes) -> Path:
        path = scratch / "file"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if self.private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            self.sync(file.fileno())
        return path

    def _make_folder(self, folder: Path) -> None:
        """Make the folder and those above it, each on disk before anything is put in it."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700 if self.private else 0o755, exist_ok=True)
        sync_path(folder.parent, self.sync)


def _read_content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _clear(folder: Path) -> None:
    for leftover in folder.iterdir():
        leftover.unlink()
