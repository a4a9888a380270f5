"""The lock of a version is in the transaction of its first answer: both are there, or neither is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.core.versions.lock import OtherVersionLocked
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.database import connect
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.transfer_format import ExportedLock, read_export, write_export
from support.submissions import MONDAY, SERIES, new_response, new_text
from support.together import run_at_once

ASKED, EDITED = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteResponseStore]:
    with closing(SqliteResponseStore(tmp_path / "responses")) as opened:
        yield opened


Put = Callable[[SqliteResponseStore, str, str], object]


def put_one_of_many(store: SqliteResponseStore, name: str, file_hash: str) -> object:
    [outcome] = store.put_all([(new_response(name, file_hash=file_hash), [])])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


PUTS: dict[str, Put] = {
    "put": lambda store, name, file_hash: store.put(new_response(name, file_hash=file_hash), []),
    "now": lambda store, name, file_hash: store.put_now(new_response(name, file_hash=file_hash), []),
    "now with a text": lambda store, name, file_hash: store.put_now(
        new_response(name, file_hash=file_hash), [new_text(name)]
    ),
    "among many": put_one_of_many,
}


@pytest.mark.parametrize("put", PUTS.values(), ids=PUTS)
def test_whichever_way_it_is_written_the_first_answer_locks(store: SqliteResponseStore, put: Put) -> None:
    assert put(store, "one", ASKED) is PutOutcome.STORED
    assert [lock.file_hash for lock in store.read_locked_versions()] == [ASKED]
    with pytest.raises(OtherVersionLocked):
        put(store, "two", EDITED)
    assert put(store, "two", ASKED) is PutOutcome.STORED
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2}


def test_of_many_written_together_only_those_of_an_edited_file_are_refused(store: SqliteResponseStore) -> None:
    hashes = {"one": ASKED, "two": EDITED, "three": ASKED}
    outcomes = store.put_all([(new_response(name, file_hash=file_hash), ()) for name, file_hash in hashes.items()])
    assert [type(outcome) for outcome in outcomes] == [PutOutcome, OtherVersionLocked, PutOutcome]
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2}


class PulledPlug(sqlite3.Connection):
    """Commits nothing once its plug is pulled."""

    pulled = False

    def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
        if PulledPlug.pulled and sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *rest)  # type: ignore[arg-type]  # as it was called


def connect_to_plug(path: Path) -> sqlite3.Connection:
    connect(path).close()
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=PulledPlug)


def test_an_answer_that_is_undone_leaves_no_lock_and_no_memory_of_one(tmp_path: Path) -> None:
    with closing(SqliteResponseStore(tmp_path / "responses", connect=connect_to_plug)) as store:
        PulledPlug.pulled = True
        with pytest.raises(StoreUnavailable):
            store.put(new_response("one", file_hash=ASKED), [])
        PulledPlug.pulled = False
        assert store.read_locked_versions() == []
        # Had the process remembered a lock that was undone, this answer would have none.
        store.put(new_response("two", file_hash=ASKED), [])
        assert [lock.file_hash for lock in store.read_locked_versions()] == [ASKED]


def test_another_process_that_serves_an_edited_file_is_refused(tmp_path: Path, store: SqliteResponseStore) -> None:
    with closing(SqliteResponseStore(tmp_path / "responses")) as other:
        stores = {ASKED: store, EDITED: other}

        def answer(file_hash: str, number: int) -> bool:
            try:
                stores[file_hash].put(new_response(f"{file_hash} {number}", file_hash=file_hash), [])
            except OtherVersionLocked:
                return False
            return True

        took = run_at_once(*(partial(answer, file_hash, number) for number in range(4) for file_hash in stores))
        [lock] = store.read_locked_versions()
        assert took == [file_hash == lock.file_hash for _ in range(4) for file_hash in stores]


def open_transfer(folder: Path) -> SqliteTransfer:
    return SqliteTransfer(folder / "responses", folder / "ledger", folder / "invitations")


def test_an_export_carries_the_locks_and_is_not_taken_over_another(tmp_path: Path, store: SqliteResponseStore) -> None:
    store.put(new_response("one", file_hash=ASKED), [])
    with closing(open_transfer(tmp_path)) as transfer:
        write_export(transfer.export_records(), tmp_path / "everything.jsonl")
    records = list(read_export(tmp_path / "everything.jsonl"))
    assert [record for record in records if isinstance(record, ExportedLock)] == [
        ExportedLock(study="parcours", questionnaire="candidats", version="1.0.0", file_hash=ASKED)
    ]
    (tmp_path / "new").mkdir()
    with closing(open_transfer(tmp_path / "new")) as transfer:
        for _ in range(2):
            assert transfer.import_records(records) == len(records)
    with closing(SqliteResponseStore(tmp_path / "new" / "responses")) as moved, pytest.raises(OtherVersionLocked):
        moved.put(new_response("two", file_hash=EDITED), [])
    (tmp_path / "edited").mkdir()
    with closing(SqliteResponseStore(tmp_path / "edited" / "responses")) as edited:
        edited.put(new_response("three", file_hash=EDITED), [])
    with closing(open_transfer(tmp_path / "edited")) as transfer, pytest.raises(OtherVersionLocked):
        transfer.import_records(records)
    with closing(SqliteResponseStore(tmp_path / "edited" / "responses")) as edited:
        assert edited.count_pending_by_day(SERIES) == {MONDAY: 1}
