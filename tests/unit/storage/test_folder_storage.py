"""Promises of files on the local disk: whole or absent, inside their folder, private where they must be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from boucle.core.ports import StoreUnavailable
from boucle.storage.published.addresses import BadAddress
from boucle.storage.published.folder import FolderSink, FolderVault
from support.submissions import SERIES


class FailingDisk:
    """Syncs until its strength is spent, then fails as a full disk or a pulled plug would."""

    def __init__(self, strength: int) -> None:
        self.strength = strength
        self.syncs = 0

    def sync(self, descriptor: int) -> None:
        if self.syncs == self.strength:
            raise OSError(28, "No space left on device")
        self.syncs += 1
        os.fsync(descriptor)


@pytest.mark.parametrize("strength", range(7))
def test_wherever_a_write_breaks_the_file_is_whole_or_absent_and_the_next_attempt_succeeds(
    tmp_path: Path, strength: int
) -> None:
    """A first write syncs seven times: five new folders, the content, and last the folder that has the new name."""
    vault = FolderVault(tmp_path, sync=FailingDisk(strength).sync)
    with pytest.raises(StoreUnavailable, match="No space left"):
        vault.keep(SERIES, 1, b"entry")
    assert list(FolderVault(tmp_path).read_copies(SERIES)) == ([b"entry"] if strength == 6 else [])
    FolderVault(tmp_path).keep(SERIES, 1, b"entry")
    assert list(FolderVault(tmp_path).read_copies(SERIES)) == [b"entry"]


def test_a_replacement_that_breaks_leaves_the_file_before_it(tmp_path: Path) -> None:
    FolderSink(tmp_path).replace("s/latest.json", b"1", None)
    with pytest.raises(StoreUnavailable):
        FolderSink(tmp_path, sync=FailingDisk(0).sync).replace("s/latest.json", b"2", b"1")
    assert FolderSink(tmp_path).read("s/latest.json") == b"1"


def test_what_a_crash_left_is_cleared_by_the_next_write(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path)
    sink.put_new("releases/1.json", b"1")
    (tmp_path / ".writing" / "file").write_bytes(b"{")
    sink.put_new("releases/2.json", b"2")
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {".lock", "1.json", "2.json"}
    assert sink.read("releases/2.json") == b"2"


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.json").write_bytes(b"secret")
    root = tmp_path / "sink"
    root.mkdir()
    (root / "out").symlink_to(outside)
    (root / "file.json").symlink_to(outside / "secret.json")
    sink = FolderSink(root)
    for address in ("out/secret.json", "file.json"):
        with pytest.raises(BadAddress, match="symbolic link"):
            sink.read(address)
        with pytest.raises(BadAddress):
            sink.replace(address, b"", b"secret")
    with pytest.raises(BadAddress):
        sink.put_new("out/new.json", b"")
    assert [path.name for path in outside.iterdir()] == ["secret.json"]


def test_the_vault_is_closed_to_other_users_and_the_sink_is_not(tmp_path: Path) -> None:
    FolderVault(tmp_path / "vault").keep(SERIES, 1, b"entry")
    FolderSink(tmp_path / "sink").put_new("s/1.json", b"{}")
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "vault").rglob("*.json")} == {0}
    assert (tmp_path / "sink/s/1.json").stat().st_mode & 0o400


def test_a_folder_that_cannot_be_written_is_away_not_broken(tmp_path: Path) -> None:
    (tmp_path / "vault").write_bytes(b"a file where the folder should be")
    with pytest.raises(StoreUnavailable):
        FolderVault(tmp_path / "vault").keep(SERIES, 1, b"entry")
