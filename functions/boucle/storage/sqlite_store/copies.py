"""Reads the SQLite files whole, and fills them from a copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from boucle.core.ports import SpentCode
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.database import Database
from boucle.storage.sqlite_store.schema import LEDGER, RESPONSES
from boucle.storage.sqlite_store.used_invitations import SqliteSpent
from boucle.storage.transfer_format import (
    KeptDays,
    KeptEntry,
    KeptResponse,
    KeptSpent,
    KeptText,
    Record,
    refuse_other_entry,
)

BY_KEY = itemgetter(*(statements.NAMES[KeptResponse].index(each) for each in ("study", "questionnaire", "key")))


class SqliteCopies:
    """The three files of one installation; a `Copyable`."""

    def __init__(self, responses: Path, ledger: Path, spent: Path) -> None:
        """Opens the files, making them where there are none. Raises WrongFile and StoreAway."""
        self._responses = Database(responses, RESPONSES)
        self._ledger = Database(ledger, LEDGER)
        self._spent = SqliteSpent(spent)

    def records(self) -> Iterator[Record]:
        yield from _read(self._ledger, KeptEntry)
        yield from _read(self._responses, KeptDays, KeptResponse, KeptText)
        for each in self._spent.spent():
            yield KeptSpent(key=each.key, mark=each.mark, expires=each.expires.isoformat())

    def texts(self) -> Iterator[KeptText]:
        """The free texts alone, for those who moderate them."""
        with self._responses.connection() as connection:
            names = [each.name for each in fields(KeptText)]
            for row in connection.execute(statements.WHOLE[KeptText]).fetchall():
                yield KeptText(**dict(zip(names, row, strict=True)))

    def take(self, records: Iterable[Record]) -> int:
        count = 0
        spent: list[SpentCode] = []
        with self._ledger.transaction() as ledger, self._responses.transaction() as responses:
            for record in records:
                count += 1
                if isinstance(record, KeptSpent):
                    spent.append(record.spent)
                    continue
                connection = ledger if isinstance(record, KeptEntry) else responses
                added = connection.execute(statements.TAKE[_table_of(record)], asdict(record)).rowcount
                if isinstance(record, KeptEntry) and not added:
                    [[there]] = connection.execute(statements.ENTRY, asdict(record))
                    refuse_other_entry(record, there)
        self._spent.take(spent)
        return count

    def close(self) -> None:
        self._spent.close()
        self._ledger.close()
        self._responses.close()


def _table_of(record: statements.Row) -> str:
    """What waits goes where it waits; all else, and texts, to where it stays: in a copy they stand in key order."""
    waits = isinstance(record, KeptResponse) and record.window is not None
    return statements.TABLES[type(record)][0 if waits else -1]


def _read(database: Database, *kinds: type[statements.Row]) -> Iterator[statements.Row]:
    """Every record of some kinds, in one snapshot: between two, a seal would make days and responses disagree."""
    with database.connection() as connection:
        connection.execute("BEGIN")
        for kind in kinds:
            names = [each.name for each in fields(kind)]
            for row in _rows(connection, kind):
                yield kind(**dict(zip(names, row, strict=True)))
        connection.execute("COMMIT")


def _rows(connection: sqlite3.Connection, kind: type[statements.Row]) -> Iterator[tuple[Any, ...]]:
    """In the order of keys. Cohorts are merged, each of which lies in that order: sorting all would fill the memory."""
    if kind is not KeptResponse:
        return iter(connection.execute(statements.WHOLE[kind]))
    cohorts = connection.execute(statements.COHORTS).fetchall()
    parts = [connection.execute(statements.WHOLE_COHORT, each) for each in cohorts]
    return merge(connection.execute(statements.WHOLE[kind]), *parts, key=BY_KEY)
