"""Notices that files have changed, and builds again what they make; what cannot be built leaves all as it was."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path

from boucle.core.errors import Refusal

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.25

Looks = Mapping[Path, tuple[int, int]]
"""When each file was last written, in nanoseconds, and its size."""


def looks_of(*folders: Path) -> Looks:
    """Every file of some folders as it looks now, hidden ones left out."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        for file in _files(folder):
            try:
                about = file.stat()
            except OSError:
                continue  # removed in between
            found[file] = about.st_mtime_ns, about.st_size
    return found


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (Path(where) / each for each in names if not each.startswith("."))


class Watch:
    """Looks at folders in a thread of its own, and says what changed once they have come to rest."""

    def __init__(
        self, look: Callable[[], Looks], changed: Callable[[Set[Path]], object], every: float = LOOK_EVERY_SECONDS
    ) -> None:
        self._look = look
        self._changed = changed
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let what is being done finish, and look no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        known = before = self._look()
        while not self._stopped.wait(self._every):
            now = self._look()
            # Twice the same: an editor, or a deployment, has finished writing.
            if now == before and now != known:
                self._tell({file for file in now.keys() | known.keys() if now.get(file) != known.get(file)})
                known = now
            before = now

    def _tell(self, files: Set[Path]) -> None:
        try:
            self._changed(files)
        except Refusal as error:
            log.error("what is served stays as it was: %s", error)
        except Exception as error:
            # The message of an unforeseen error might hold data; its kind does not.
            log.error("what is served stays as it was: %s", type(error).__name__)
