"""Promises of opening a SQLite file: many may at once, only what is ours is, and what was closed stays closed."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from boucle.core.ports import StoreUnavailable
from boucle.storage.sqlite_store.database import WrongFile, connect
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.sqlite_files import query_rows
from support.submissions import MONDAY, SERIES, new_response
from support.together import run_at_once

STUDY, QUESTIONNAIRE = SERIES.study, SERIES.questionnaire


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "responses.sqlite"


def test_many_may_open_a_new_file_at_once(path: Path) -> None:
    stores = run_at_once(*[partial(SqliteResponseStore, path)] * 8)
    run_at_once(*[partial(store.put, new_response(name), []) for name, store in enumerate(stores)])
    assert stores[0].count_pending_by_day(SERIES) == {MONDAY: 8}
    for store in stores:
        store.close()


def test_a_store_opens_while_another_process_closes_it(path: Path) -> None:
    """The last to close a file holds it for a moment, in which SQLite refuses others without waiting."""
    refusals = [sqlite3.OperationalError("database is locked")] * 2
    refusals[0].sqlite_errorcode = sqlite3.SQLITE_BUSY

    def connect_at_the_third_try(file: Path) -> sqlite3.Connection:
        if refusals:
            raise refusals.pop()
        return connect(file)

    SqliteResponseStore(path).close()
    store = SqliteResponseStore(path, connect=connect_at_the_third_try)
    assert (refusals, store.read_standing(STUDY, QUESTIONNAIRE, "nothing")) == ([], None)
    store.close()


def test_a_file_of_a_newer_program_is_refused_and_left_alone(path: Path) -> None:
    SqliteResponseStore(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(WrongFile, match=r"newer Boucle \(schema 99; this one knows up to \d+\)\. Upgrade Boucle"):
        SqliteResponseStore(path)
    assert query_rows(path, "PRAGMA user_version") == [(99,)]


def test_a_ledger_is_not_taken_for_a_store_of_responses(path: Path) -> None:
    SqliteResponseStore(path).close()
    with pytest.raises(WrongFile, match="does not hold a ledger"):
        SqliteLedger(path)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "else.sqlite") as other:
        other.execute("CREATE TABLE photos (id)")
    other.close()
    with pytest.raises(WrongFile, match="does not hold responses"):
        SqliteResponseStore(tmp_path / "else.sqlite")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(b"Dear all, " * 200)
    with pytest.raises(WrongFile, match="not a whole SQLite file"):
        SqliteResponseStore(tmp_path / "letter.txt")


def test_a_closed_store_refuses_instead_of_opening_again(path: Path) -> None:
    store = SqliteResponseStore(path)
    store.close()
    with pytest.raises(StoreUnavailable, match="closing"):
        store.put(new_response(), [])
    with pytest.raises(StoreUnavailable, match="closed"):
        store.count_pending_by_day(SERIES)
