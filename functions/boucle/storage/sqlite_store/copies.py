"""Reads the SQLite files whole, and fills them from a copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from boucle.core.ports import UsedInvitation
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.database import Database
from boucle.storage.sqlite_store.schema import LEDGER, RESPONSES
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from boucle.storage.transfer_format import (
    ExportedDays,
    ExportedEntry,
    ExportedInvitation,
    ExportedLock,
    ExportedResponse,
    ExportedText,
    Record,
    refuse_other_entry,
    refuse_other_lock,
)

BY_KEY = itemgetter(
    *(statements.COLUMNS[ExportedResponse].index(column) for column in ("study", "questionnaire", "key"))
)


class SqliteTransfer:
    """The three files of one installation; a `StoreTransfer`."""

    def __init__(self, responses: Path, ledger: Path, used_invitations: Path) -> None:
        """Opens the files, making them where there are none. Raises WrongFile and StoreUnavailable."""
        self._responses = Database(responses, RESPONSES)
        self._ledger = Database(ledger, LEDGER)
        self._used_invitations = SqliteUsedInvitations(used_invitations)

    def export_records(self) -> Iterator[Record]:
        yield from _read_records(self._ledger, ExportedEntry)
        yield from _read_records(self._responses, ExportedDays, ExportedLock, ExportedResponse, ExportedText)
        for invitation in self._used_invitations.read_all():
            yield ExportedInvitation(key=invitation.key, mark=invitation.mark, expires=invitation.expires.isoformat())

    def export_texts(self) -> Iterator[ExportedText]:
        """The free texts alone, for those who moderate them."""
        with self._responses.connection() as connection:
            names = [field.name for field in fields(ExportedText)]
            for row in connection.execute(statements.SELECT_ALL[ExportedText]).fetchall():
                yield ExportedText(**dict(zip(names, row, strict=True)))

    def import_records(self, records: Iterable[Record]) -> int:
        count = 0
        used_invitations: list[UsedInvitation] = []
        with self._ledger.transaction() as ledger, self._responses.transaction() as responses:
            for record in records:
                count += 1
                if isinstance(record, ExportedInvitation):
                    used_invitations.append(record.used_invitation)
                    continue
                connection = ledger if isinstance(record, ExportedEntry) else responses
                added = connection.execute(statements.INSERT_RECORD[_table_of(record)], asdict(record)).rowcount
                if not added:
                    _refuse_other(connection, record)
        self._used_invitations.add_all(used_invitations)
        return count

    def close(self) -> None:
        """Let go of the three files."""
        self._used_invitations.close()
        self._ledger.close()
        self._responses.close()


def _refuse_other(connection: sqlite3.Connection, record: Record) -> None:
    """Raises LedgerMismatch or OtherVersionLocked where what stands there already says something else."""
    if isinstance(record, ExportedEntry):
        [[entry]] = connection.execute(statements.ENTRY, asdict(record))
        refuse_other_entry(record, entry)
    elif isinstance(record, ExportedLock):
        [[file_hash]] = connection.execute(statements.LOCKED_HASH, asdict(record))
        refuse_other_lock(record, file_hash)


def _table_of(record: statements.TableRecord) -> str:
    """What waits goes where it waits; all else, and texts, to where it stays: in a copy they stand in key order."""
    waits = isinstance(record, ExportedResponse) and record.window is not None
    return statements.TABLES[type(record)][0 if waits else -1]


def _read_records(database: Database, *kinds: type[statements.TableRecord]) -> Iterator[statements.TableRecord]:
    """Every record of some kinds, in one snapshot: between two, a seal would make days and responses disagree."""
    with database.connection() as connection:
        connection.execute("BEGIN")
        for kind in kinds:
            names = [field.name for field in fields(kind)]
            for row in _select_rows(connection, kind):
                yield kind(**dict(zip(names, row, strict=True)))
        connection.execute("COMMIT")


def _select_rows(connection: sqlite3.Connection, kind: type[statements.TableRecord]) -> Iterator[tuple[Any, ...]]:
    """In the order of keys. Cohorts are merged, each of which lies in that order: sorting all would fill the memory."""
    if kind is not ExportedResponse:
        return iter(connection.execute(statements.SELECT_ALL[kind]))
    cohorts = connection.execute(statements.COHORTS).fetchall()
    parts = [connection.execute(statements.SELECT_COHORT, cohort) for cohort in cohorts]
    return merge(connection.execute(statements.SELECT_ALL[kind]), *parts, key=BY_KEY)
