"""Notices that files have changed, and builds again what they make; what cannot be built leaves all as it was."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path

from boucle.core.errors import BoucleError

log = logging.getLogger(__name__)

POLL_INTERVAL_SECONDS = 0.25

FileStates = Mapping[Path, tuple[int, int]]
"""When each file was last written, in nanoseconds, and its size."""


def read_file_states(*folders: Path) -> FileStates:
    """Every file of some folders as it looks now, hidden ones left out."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        for file in _walk_files(folder):
            try:
                about = file.stat()
            except OSError:
                continue  # removed in between
            found[file] = about.st_mtime_ns, about.st_size
    return found


def _walk_files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(where) / name for name in names if not name.startswith("."))


class FileWatcher:
    """Looks at folders in a thread of its own, and passes on which files changed, once they have come to rest."""

    def __init__(
        self,
        read_states: Callable[[], FileStates],
        on_change: Callable[[Set[Path]], object],
        interval_seconds: float = POLL_INTERVAL_SECONDS,
    ) -> None:
        self._read_states = read_states
        self._on_change = on_change
        self._interval_seconds = interval_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look, with the files as they are now."""
        self._thread.start()

    def stop(self) -> None:
        """Let what is being done finish, and look no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        known = before = self._read_states()
        while not self._stopped.wait(self._interval_seconds):
            now = self._read_states()
            # Twice the same: an editor, or a deployment, has finished writing.
            if now == before and now != known:
                self._notify({file for file in now.keys() | known.keys() if now.get(file) != known.get(file)})
                known = now
            before = now

    def _notify(self, files: Set[Path]) -> None:
        try:
            self._on_change(files)
        except BoucleError as error:
            log.error("what is served stays as it was: %s", error)
        except Exception as error:
            # The message of an unforeseen error might hold data; its kind does not.
            log.error("what is served stays as it was: %s", type(error).__name__)
