"""Vault and sink in folders of the local disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from boucle.core.study.model import Series
from boucle.storage.durable_files import DurableFolder, Sync
from boucle.storage.published.addresses import BadAddress, check_address


class FolderVault:
    """A private, write-once copy of ledger entries, one file each: `study/questionnaire/v1/wave/7.json`; a `Vault`."""

    def __init__(self, root: Path, *, sync: Sync = os.fsync) -> None:
        self._folder = DurableFolder(root=root, private=True, sync=sync)

    def keep(self, series: Series, number: int, entry: bytes) -> None:
        self._folder.write_once(_resolve_inside(self._folder.root, f"{series}/{number}.json"), entry)

    def read_copies(self, series: Series) -> Sequence[bytes]:
        copies = _resolve_inside(self._folder.root, str(series)).glob("*.json")
        # By number: as text, cohort 10 would come before cohort 2.
        oldest_first = sorted(copies, key=lambda path: int(path.stem))
        return [content for path in oldest_first if (content := self._folder.read(path)) is not None]


class FolderSink:
    """Published files in a folder that a web server lays over the built site; a `Sink`. Raises BadAddress too."""

    def __init__(self, root: Path, *, sync: Sync = os.fsync) -> None:
        self._folder = DurableFolder(root=root, private=False, sync=sync)

    def read(self, address: str) -> bytes | None:
        return self._folder.read(_resolve_inside(self._folder.root, address))

    def put_new(self, address: str, content: bytes) -> None:
        self._folder.write_once(_resolve_inside(self._folder.root, address), content)

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        return self._folder.replace(_resolve_inside(self._folder.root, address), content, expected)


def _resolve_inside(root: Path, address: str) -> Path:
    path = root / check_address(address)
    if not path.resolve().is_relative_to(root.resolve()):
        raise BadAddress(f"{address!r} leaves {root} through a symbolic link. Remove the link.")
    return path
