"""Puts a response in a transaction of its caller: once in all its waves, and with the lock of its version."""

from __future__ import annotations

import sqlite3

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.core.versions.lock import OtherVersionLocked
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.row_values import PutRows, RowValues


def put_rows(connection: sqlite3.Connection, rows: PutRows, locks: bool) -> PutOutcome:
    """Put a response once, with its texts; its outcome. `locks`: it locks its version if it is stored.

    Raises OtherVersionLocked and StoreUnavailable; the transaction then has to be undone.
    """
    if rows.others and _is_elsewhere(connection, rows):
        return PutOutcome.ELSEWHERE
    outcome = _put_response(connection, rows.response)
    if locks and outcome is PutOutcome.STORED:
        _lock_version(connection, rows.response)
    if rows.texts and outcome in {PutOutcome.STORED, PutOutcome.REPLAYED}:
        connection.executemany(statements.PUT_TEXT, rows.texts)
    return outcome


def _lock_version(connection: sqlite3.Connection, row: RowValues) -> None:
    """In the transaction of the answer, which is undone where another hash is locked. Raises OtherVersionLocked."""
    connection.execute(statements.LOCK_VERSION, row)
    [file_hash] = connection.execute(statements.LOCKED_HASH, row).fetchone()
    if file_hash != row["file_hash"]:
        raise OtherVersionLocked("/".join(str(row[name]) for name in ("study", "questionnaire", "version")) + ".json")


def _is_elsewhere(connection: sqlite3.Connection, rows: PutRows) -> bool:
    """Whether it is stored in another wave, and not in its own; inside a transaction, which nobody overtakes."""

    def is_stored(row: RowValues) -> bool:
        return connection.execute(statements.STORED_DIGEST, row).fetchone() is not None

    return any(map(is_stored, rows.others)) and not is_stored(rows.response)


def _put_response(connection: sqlite3.Connection, row: RowValues) -> PutOutcome:
    if connection.execute(statements.PUT_RESPONSE, row).rowcount == 1:
        return PutOutcome.STORED
    found = connection.execute(statements.STORED_DIGEST, row).fetchone()
    if found is None:
        raise StoreUnavailable("what was there a moment ago is gone: it has to be put again")
    withdrawn, digest = found
    if withdrawn:
        return PutOutcome.WITHDRAWN
    # The seal has removed the digest: from then on any repeat of the id is taken for a replay.
    return PutOutcome.REPLAYED if digest in {None, row["digest"]} else PutOutcome.CONFLICT
