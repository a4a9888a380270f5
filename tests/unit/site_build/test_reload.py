"""Promises of what watches files: changes are told once they have come to rest, and mistakes stop nothing."""

from __future__ import annotations

import threading
from collections.abc import Set
from pathlib import Path

import pytest

from boucle.core.errors import BoucleError
from boucle.site_build.reload import FileStates, FileWatcher, read_file_states

FILE, OTHER = Path("a.json"), Path("b.json")


def watch_looks(*looks: FileStates, mistake: Exception | None = None) -> list[Set[Path]]:
    """What a watch says that sees these, one after another."""
    said, rests = list[Set[Path]](), list[FileStates]()
    seen, enough = iter(looks), threading.Event()
    last = looks[0]

    def look() -> FileStates:
        nonlocal last
        last = next(seen, last)
        if last is looks[-1]:
            rests.append(last)
            if len(rests) > 2:
                enough.set()
        return last

    def note_change(files: Set[Path]) -> None:
        said.append(files)
        if mistake:
            raise mistake

    watch = FileWatcher(look, note_change, interval_seconds=0.001)
    watch.start()
    assert enough.wait(10)
    watch.stop()
    return said


def test_a_change_is_told_once_it_has_come_to_rest() -> None:
    assert watch_looks({FILE: (1, 1)}, {FILE: (2, 1)}, {FILE: (3, 1)}) == [{FILE}]


def test_new_and_removed_files_are_changes() -> None:
    assert watch_looks({FILE: (1, 1)}, {OTHER: (1, 1)}) == [{FILE, OTHER}]


def test_what_is_as_it_was_is_no_change() -> None:
    assert watch_looks({FILE: (1, 1)}, {FILE: (2, 1)}, {FILE: (1, 1)}) == []


@pytest.mark.parametrize("mistake", [BoucleError("line 3: a comma is missing"), OSError("a private path")])
def test_a_mistake_is_said_and_the_watch_goes_on(mistake: Exception, caplog: pytest.LogCaptureFixture) -> None:
    first, second = {FILE: (2, 1)}, {FILE: (3, 1)}
    assert watch_looks({FILE: (1, 1)}, first, first, second, mistake=mistake) == [{FILE}] * 2
    assert "what is served stays as it was" in caplog.text
    assert "private" not in caplog.text


def test_files_are_seen_and_hidden_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.json").write_text("{}")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_text("")
    (tmp_path / "study" / ".study.json.swp").write_text("")
    assert {path.name for path in read_file_states(tmp_path)} == {"study.json"}
