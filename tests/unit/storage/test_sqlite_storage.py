"""Promises of the SQLite files themselves: what lies on the disk, and what becomes of it."""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox

from boucle.core.identity.free_text import FreeTextAnswer, pad
from boucle.core.ports import Counted, PutOutcome, StoreUnavailable, Waiting, Withdrawn
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.database import BUSY_TIMEOUT_SECONDS, Database, FileKind, WrongFile, connect
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.schema import RESPONSES
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.transfer_format import ExportedResponse
from support.sqlite_files import query_rows, read_columns, read_everything
from support.submissions import MONDAY, SERIES, make_stored_key, new_response, new_text

STUDY, QUESTIONNAIRE = SERIES.study, SERIES.questionnaire


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "responses.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteResponseStore]:
    store = SqliteResponseStore(path)
    yield store
    store.close()


def test_a_store_closed_and_opened_again_finds_everything(path: Path) -> None:
    store = SqliteResponseStore(path)
    store.put(new_response(), [new_text()])
    store.close_days(SERIES, MONDAY)
    store.close()
    again = SqliteResponseStore(path)
    assert again.put(new_response(), []) is PutOutcome.REPLAYED
    again.put(new_response("two"), [])
    assert sum(again.count_pending_by_day(SERIES).values()) == 2
    assert again.count_pending_by_day(SERIES)[MONDAY] == 1
    again.close()


def test_what_is_put_now_is_put_as_ever(path: Path, store: SqliteResponseStore) -> None:
    assert store.put_now(new_response(), [new_text()]) is PutOutcome.STORED
    assert store.put_now(new_response(), [new_text()]) is PutOutcome.REPLAYED
    assert store.put_now(new_response()._replace(digest="another"), []) is PutOutcome.CONFLICT
    assert store.put_now(new_response("two"), []) is PutOutcome.STORED
    assert store.put(new_response("two"), []) is PutOutcome.REPLAYED
    assert query_rows(path, "SELECT count(*) FROM arrivals") == [(2,)]
    assert query_rows(path, "SELECT count(*) FROM arriving_texts") == [(1,)]


def test_what_is_put_now_waits_for_nobody_and_comes_to_nothing_then(path: Path, store: SqliteResponseStore) -> None:
    for texts in ([], [new_text()]):
        with closing(connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            start = time.monotonic()
            with pytest.raises(StoreUnavailable):
                store.put_now(new_response(), texts)
            assert time.monotonic() - start < BUSY_TIMEOUT_SECONDS / 2
        assert query_rows(path, "SELECT key FROM arrivals") == []
    assert store.put_now(new_response(), [new_text()]) is PutOutcome.STORED


def test_a_response_is_found_in_whichever_cohort_it_is(path: Path, store: SqliteResponseStore) -> None:
    """No index tells where a key is: a replay, a receipt and a withdrawal look into every cohort."""
    names = ["one", "two", "three", "gone"]
    for cohort, name in enumerate(names[:3], 1):
        store.put(new_response(name), [])
        store.mark_sealed(SERIES, MONDAY, cohort)
    store.put(new_response("gone"), [])
    store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key("gone"), [])
    replayed = [store.put(new_response(name), []) for name in names]
    assert replayed == [PutOutcome.REPLAYED] * 3 + [PutOutcome.WITHDRAWN]
    found = [store.read_standing(STUDY, QUESTIONNAIRE, make_stored_key(name)) for name in names]
    assert found == [*(Counted(SERIES, cohort) for cohort in (1, 2, 3)), Withdrawn()]
    assert store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key("two"), [])
    assert not store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key("never"), [])
    assert [store.count_sealed(SERIES, cohort) for cohort in (1, 2, 3)] == [1, 1, 1], "a tombstone stays in its cohort"
    assert len(query_rows(path, "SELECT key FROM responses")) == 4


def test_what_expired_leaves_no_cohort_behind(path: Path, store: SqliteResponseStore) -> None:
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert store.expire(new_response().expires) == 1
    assert query_rows(path, "SELECT * FROM cohorts") == []


def test_a_copy_taken_twice_stores_no_response_in_a_second_cohort(
    tmp_path: Path, store: SqliteResponseStore, path: Path
) -> None:
    for cohort, name in enumerate(["one", "two"], 1):
        store.put(new_response(name), [])
        store.mark_sealed(SERIES, MONDAY, cohort)
    store.put(new_response("three"), [])
    with closing(SqliteTransfer(path, tmp_path / "ledger", tmp_path / "spent")) as copies:
        records = [record for record in copies.export_records() if isinstance(record, ExportedResponse)]
        assert [record.key for record in records] == sorted(make_stored_key(name) for name in ("one", "two", "three"))
        copies.import_records([replace(record, cohort=9) if record.cohort else record for record in records])
        assert [record for record in copies.export_records() if isinstance(record, ExportedResponse)] == records


def test_two_stores_on_one_file_see_each_other(path: Path, store: SqliteResponseStore) -> None:
    """The server and the job: each has its own."""
    job = SqliteResponseStore(path)
    store.put(new_response("before"), [])
    job.close_days(SERIES, MONDAY)
    store.put(new_response("after"), [])
    assert [job.mark_sealed(SERIES, MONDAY, 1), store.count_sealed(SERIES, 1)] == [1, 1]
    job.close()


def test_a_job_that_seals_and_a_server_that_writes_lose_nothing_to_each_other(
    path: Path, store: SqliteResponseStore
) -> None:
    job = SqliteResponseStore(path)
    puts = [partial(store.put, new_response(name, window=MONDAY), [new_text(name)]) for name in range(60)]

    def seal(cohort: int) -> int:
        day = MONDAY + timedelta(days=cohort)
        job.close_days(SERIES, day)
        read = len(list(job.read_pending(SERIES, day)))
        return read - job.mark_sealed(SERIES, day, cohort)

    with ThreadPoolExecutor(8) as pool:
        outcomes = pool.map(lambda put: put(), puts)
        assert [seal(cohort) for cohort in range(1, 11)] == [0] * 10
        assert set(outcomes) == {PutOutcome.STORED}
    sealed = sum(job.count_sealed(SERIES, cohort) for cohort in range(1, 11))
    assert sealed + sum(store.count_pending_by_day(SERIES).values()) == 60
    job.close()


def test_a_withdrawal_does_not_wait_for_a_long_reading(store: SqliteResponseStore) -> None:
    """Emptying the log would, and would keep every writer out meanwhile."""
    store.put(new_response("one"), [])
    store.put(new_response("two"), [])
    reading = store.read_pending(SERIES, MONDAY)
    next(reading)
    began = time.monotonic()
    assert store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key("two"), [])
    assert time.monotonic() - began < BUSY_TIMEOUT_SECONDS / 2
    assert len(list(reading)) == 1


def test_no_table_of_answers_has_a_row_number(path: Path, store: SqliteResponseStore) -> None:
    """It would tell in which order people answered, and put a text beside its response."""
    for table in read_columns(path):
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            query_rows(path, f"SELECT rowid FROM {table}")  # noqa: S608  # the file's own names


def test_once_sealed_answers_and_texts_lie_by_key_and_not_as_they_came(path: Path, store: SqliteResponseStore) -> None:
    """SQLite fills a page from its end: whatever came first, or has the smallest key once rewritten, lies last."""
    names = range(5)
    keys = [make_stored_key(name) for name in names]
    text_keys = [new_text(name).key for name in names]
    for name in names:
        store.put(new_response(name), [new_text(name)])
    assert last_first(path, keys) == keys
    assert last_first(path, text_keys) == text_keys
    store.mark_sealed(SERIES, MONDAY, 1)
    assert last_first(path, keys) == sorted(keys) != keys
    assert last_first(path, text_keys) == sorted(text_keys) != text_keys


def test_texts_lie_by_key_however_they_came_and_not_cohort_after_cohort(path: Path, store: SqliteResponseStore) -> None:
    """A text says nothing of its cohort: where it lies must not either."""
    keys = []
    for cohort in (1, 2, 3):
        for number in range(4):
            name = f"{cohort} {number}"
            keys.append(new_text(name).key)
            store.put(new_response(name), [new_text(name)])
        store.mark_sealed(SERIES, MONDAY, cohort)
        assert last_first(path, keys) == sorted(keys)


def test_a_few_new_texts_wait_by_key_until_they_are_a_sixteenth_of_all(path: Path, store: SqliteResponseStore) -> None:
    """Gathering them writes all texts anew."""
    seal_with_texts(store, 1, [f"old {number}" for number in range(40)])
    seal_with_texts(store, 2, ["new 1", "new 2"])
    assert texts_in(path, "arriving_texts") == {new_text(name).key for name in ("new 1", "new 2")}
    keys = [new_text(f"new {number}").key for number in (1, 2)]
    assert last_first(path, keys) == sorted(keys)
    seal_with_texts(store, 3, ["new 3"])
    assert len(texts_in(path, "texts")) == 43
    assert texts_in(path, "arriving_texts") == set()


def seal_with_texts(store: SqliteResponseStore, cohort: int, names: Iterable[str]) -> None:
    for name in names:
        store.put(new_response(name), [new_text(name)])
    store.mark_sealed(SERIES, MONDAY, cohort)


def test_a_sealed_text_needs_no_page_of_its_own(path: Path, store: SqliteResponseStore) -> None:
    sealed = SealedBox(PrivateKey.generate().public_key).encrypt(pad(FreeTextAnswer("Un mot de plus.", "fr", True)))
    for number in range(60):
        store.put(new_response(str(number)), [replace(new_text(str(number)), payload=sealed)])
    [(pages,)] = query_rows(path, "PRAGMA page_count")
    assert pages < 60


def texts_in(path: Path, table: str) -> set[str]:
    return {key for (key,) in query_rows(path, f"SELECT key FROM {table}")}  # noqa: S608  # one of two names


def test_what_a_seal_frees_does_not_tell_in_which_order_it_was_used(tmp_path: Path) -> None:
    """SQLite takes free pages again in the order in which they were freed: that of the keys in them."""
    orders = {free_pages_after_a_seal(tmp_path / f"{number}.sqlite") for number in range(3)}
    assert len(orders) == 3, "the same work, three times, and another order each time"


def free_pages_after_a_seal(path: Path) -> tuple[int, ...]:
    """The numbers of the free pages, in the order in which SQLite keeps them."""
    with closing(SqliteResponseStore(path)) as store:
        for number in range(60):
            store.put(new_response(number, answers={"q": "x" * 900}), [])
        store.mark_sealed(SERIES, MONDAY, 1)
    content = path.read_bytes()
    size = int.from_bytes(content[16:18])
    trunk = int.from_bytes(content[32:36])
    pages: list[int] = []
    while trunk:
        at = (trunk - 1) * size
        count = int.from_bytes(content[at + 4 : at + 8])
        pages += [trunk, *struct.unpack_from(f">{count}I", content, at + 8)]
        trunk = int.from_bytes(content[at : at + 4])
    return tuple(pages)


def test_a_home_of_the_first_schema_is_taken_over_whole(path: Path) -> None:
    """What waits, what is sealed, what was withdrawn, and texts; and answers lie by key from then on."""
    first = FileKind(RESPONSES.name, RESPONSES.application_id, RESPONSES.migrations[:1])
    old = Database(path, first)
    states = {"waiting": (b"{}", "2026-01-05", "d", None), "sealed": (b"{}", None, None, 1), "gone": (None,) * 4}
    with old.transaction() as connection:
        for name, (answers, window, digest, cohort) in states.items():
            said = ("1.0.0", "fr", "self", answers.decode()) if answers else (None,) * 4
            key = (STUDY, QUESTIONNAIRE, make_stored_key(name), 1, "2026", "2028-12-31")
            connection.execute(
                f"INSERT INTO responses VALUES ({', '.join('?' * 13)})",  # noqa: S608  # question marks
                (*key, *said, window, digest, cohort),
            )
        text = (STUDY, QUESTIONNAIRE, new_text().key, 1, "2026", "mot", b"sealed", "2028-12-31")
        connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", text)
    old.close()
    with closing(SqliteResponseStore(path)) as store:
        standings = [store.read_standing(STUDY, QUESTIONNAIRE, make_stored_key(name)) for name in states]
        assert standings == [Waiting(), Counted(SERIES, 1), Withdrawn()]
        assert store.count_pending_by_day(SERIES) == {MONDAY: 1}
        assert store.put(new_response("gone"), []) is PutOutcome.WITHDRAWN
        assert store.expire(date(2028, 12, 31)) == 4


def last_first(path: Path, keys: list[str]) -> list[str]:
    return sorted(keys, key=lambda key: read_everything(path).rindex(key.encode()), reverse=True)


def test_nothing_of_a_withdrawn_answer_stays_in_the_file_or_its_log(path: Path, store: SqliteResponseStore) -> None:
    store.put(new_response(answers={"metier": "soudeuse"}), [new_text(payload=b"a text of hers")])
    assert b"soudeuse" in read_everything(path)
    store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key("one"), [new_text().key])
    assert b"soudeuse" not in read_everything(path)
    assert b"a text of hers" not in read_everything(path)
    [tombstone] = query_rows(path, "SELECT version, language, mode, answers, cohort FROM responses")
    assert tombstone == (None, None, None, None, 0)


def test_after_the_seal_no_day_of_arrival_and_no_digest_stay_in_the_file_or_its_log(
    path: Path, store: SqliteResponseStore
) -> None:
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert new_response().digest.encode() not in read_everything(path)
    assert MONDAY.isoformat().encode() not in read_everything(path)


def test_the_files_are_closed_to_other_users_of_the_machine(path: Path, store: SqliteResponseStore) -> None:
    store.put(new_response(), [])
    assert {store_file.stat().st_mode & 0o077 for store_file in path.parent.iterdir()} == {0}


def test_reading_does_not_hold_up_those_who_write(store: SqliteResponseStore) -> None:
    store.put(new_response("one"), [])
    store.put(new_response("two"), [])
    reading = store.read_pending(SERIES, MONDAY)
    next(reading)
    assert store.put(new_response("three"), []) is PutOutcome.STORED
    assert len(list(reading)) == 1, "a reader sees what was there when it began"


def test_what_waits_is_counted_among_what_waits_only(path: Path, store: SqliteResponseStore) -> None:
    """Counting it must not slow down as what was sealed piles up."""
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert query_rows(path, "SELECT count(*) FROM arrivals") == [(0,)]


def test_a_backup_is_a_store_of_its_own(tmp_path: Path, store: SqliteResponseStore) -> None:
    store.put(new_response(), [new_text()])
    copy = tmp_path / "copies" / "responses.sqlite"
    copy.parent.mkdir()
    store.backup(copy)
    store.put(new_response("later"), [])
    restored = SqliteResponseStore(copy)
    assert restored.read_standing(STUDY, QUESTIONNAIRE, make_stored_key("one")) == Waiting()
    assert restored.read_standing(STUDY, QUESTIONNAIRE, make_stored_key("later")) is None
    assert restored.put(new_response("more"), []) is PutOutcome.STORED
    restored.close()


def test_a_backup_never_overwrites(tmp_path: Path, store: SqliteResponseStore) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(b"precious")
    with pytest.raises(WrongFile, match="exists already"):
        store.backup(copy)
    assert copy.read_bytes() == b"precious"


def test_a_ledger_is_backed_up_whole(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    ledger.append(SERIES, 1, b"entry")
    ledger.backup(tmp_path / "copy.sqlite")
    ledger.close()
    copy = SqliteLedger(tmp_path / "copy.sqlite")
    assert list(copy.read_entries(SERIES)) == [b"entry"]
    copy.close()
