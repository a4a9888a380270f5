"""What the SQLite store promises when the disk or a neighbour gets in its way: nothing stored, then all well again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.storage.sqlite_store.database import connect
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.submissions import MONDAY, SERIES, new_response, new_text

BUSY_SECONDS = 0.02


class Disk:
    """Opens connections as the disk allows: at most `pages`, to write or only to read."""

    def __init__(self) -> None:
        self.pages = 0
        self.read_only = False

    def connect(self, path: Path) -> sqlite3.Connection:
        connection = connect(path, BUSY_SECONDS)
        connection.execute(f"PRAGMA max_page_count = {self.pages or 2**30}")
        connection.execute(f"PRAGMA query_only = {self.read_only}")
        return connection


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "responses.sqlite"


@pytest.fixture
def store(path: Path, disk: Disk) -> Iterator[SqliteResponseStore]:
    SqliteResponseStore(path).close()
    store = SqliteResponseStore(path, connect=disk.connect)
    yield store
    store.close()


def fill_until_away(store: SqliteResponseStore) -> int:
    """How many large responses were acknowledged before the store gave up."""
    for name in range(1000):
        try:
            store.put(new_response(name, answers={"q": "x" * 3000}), [new_text(name)])
        except StoreUnavailable:
            return name
    raise AssertionError("the disk never got full")


def test_on_a_full_disk_what_was_acknowledged_is_there_and_nothing_else(path: Path, disk: Disk) -> None:
    disk.pages = 40
    store = SqliteResponseStore(path, connect=disk.connect)
    stored = fill_until_away(store)
    assert stored > 5
    disk.pages = 0
    assert store.count_pending_by_day(SERIES) == {MONDAY: stored}
    assert store.put(new_response(stored, answers={"q": "x" * 3000}), [new_text(stored)]) is PutOutcome.STORED
    store.close()


def test_a_full_disk_tells_why(path: Path, disk: Disk) -> None:
    disk.pages = 40
    store = SqliteResponseStore(path, connect=disk.connect)
    fill_until_away(store)
    with pytest.raises(StoreUnavailable, match="full"):
        store.put(new_response("more", answers={"q": "x" * 30000}), [])
    store.close()


def test_a_read_only_store_is_read_and_writes_again_once_it_may(path: Path, disk: Disk) -> None:
    with closing(SqliteResponseStore(path)) as before:
        before.put(new_response(), [])
    disk.read_only = True
    store = SqliteResponseStore(path, connect=disk.connect)
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1}
    with pytest.raises(StoreUnavailable, match="readonly"):
        store.put(new_response("two"), [])
    disk.read_only = False
    assert store.put(new_response("two"), []) is PutOutcome.STORED
    store.close()


def test_a_neighbour_who_holds_the_lock_too_long_sends_writers_away_but_not_readers(
    path: Path, store: SqliteResponseStore
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.put(new_response(), [])
        with pytest.raises(StoreUnavailable, match="locked"):
            store.close_days(SERIES, MONDAY)
        assert store.count_pending_by_day(SERIES) == {}
        neighbour.execute("ROLLBACK")
    assert store.put(new_response(), []) is PutOutcome.STORED


def test_a_busy_disk_does_not_unsay_a_withdrawal(path: Path, store: SqliteResponseStore) -> None:
    """A reader keeps the log from being emptied; the withdrawal itself is done."""
    store.put(new_response(), [])
    with closing(sqlite3.connect(path, isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN")
        neighbour.execute("SELECT count(*) FROM responses").fetchone()
        assert store.withdraw(SERIES.study, SERIES.questionnaire, new_response().key, [])
    assert store.count_pending_by_day(SERIES) == {}


def test_an_unstorable_response_is_refused_by_name_and_leaves_the_store_well(store: SqliteResponseStore) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.put(new_response(answers={"q": float("nan")}), [])
    assert store.put(new_response(), []) is PutOutcome.STORED


def test_a_text_that_cannot_be_stored_takes_its_response_with_it(store: SqliteResponseStore) -> None:
    """They are committed together or not at all."""
    broken = new_text(payload="not bytes")  # type: ignore[arg-type]  # what a caller's mistake would send
    with pytest.raises(sqlite3.IntegrityError):
        store.put(new_response(), [broken])
    assert store.count_pending_by_day(SERIES) == {}
    assert store.put(new_response(), [new_text()]) is PutOutcome.STORED


def test_a_ledger_that_cannot_be_written_is_away_and_takes_the_entry_later(tmp_path: Path, disk: Disk) -> None:
    SqliteLedger(tmp_path / "ledger.sqlite").close()
    disk.read_only = True
    ledger = SqliteLedger(tmp_path / "ledger.sqlite", connect=disk.connect)
    with pytest.raises(StoreUnavailable):
        ledger.append(SERIES, 1, b"entry")
    disk.read_only = False
    assert ledger.append(SERIES, 1, b"entry")
    ledger.close()


def test_a_folder_that_cannot_be_made_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        SqliteResponseStore(tmp_path / "file" / "responses.sqlite")
