"""What was acknowledged is there, whatever happens to the process; and what it left behind can go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from boucle.core.ports import PutOutcome, Waiting
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support import acknowledging
from support.builders import REPOSITORY
from support.sqlite_files import query_rows
from support.submissions import MONDAY, SERIES, make_stored_key, new_response, new_text


@pytest.mark.slow
@pytest.mark.parametrize("acknowledged_before", [1, 50, 500])
def test_kill_9_under_load_loses_no_acknowledged_response_and_no_text(tmp_path: Path, acknowledged_before: int) -> None:
    path = tmp_path / "responses.sqlite"
    names = kill_after(path, acknowledged_before)
    store = SqliteResponseStore(path)
    assert len(names) >= acknowledged_before
    standings = {name: store.read_standing(SERIES.study, SERIES.questionnaire, make_stored_key(name)) for name in names}
    assert standings == dict.fromkeys(names, Waiting())
    texts = {key for (key,) in query_rows(path, "SELECT key FROM arriving_texts")}
    assert {new_text(name).key for name in names} <= texts
    stored = store.count_pending_by_day(SERIES)[MONDAY]
    assert stored == len(texts), "a response and its text are stored together or not at all"
    assert stored - len(names) <= 2 * acknowledging.THREADS, "stored, and killed before anybody was told"
    assert store.put(new_response(names[0]), []) is PutOutcome.REPLAYED
    assert store.put(new_response("after the restart"), []) is PutOutcome.STORED
    store.close()


def kill_after(path: Path, count: int) -> list[str]:
    """The names acknowledged by a process that is killed once it has acknowledged that many."""
    program = [sys.executable, "-m", "support.acknowledging", str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=REPOSITORY / "tests") as process:
        assert process.stdout is not None
        names = [process.stdout.readline() for _ in range(count)]
        process.kill()
        names += process.stdout.readlines()
    return [name.decode().strip() for name in names if name.endswith(b"\n")]
