"""The ledger of one machine: a SQLite file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from pathlib import Path

from boucle.core.ports import LedgerNote
from boucle.core.study.model import Series
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.database import Connect, Database, connect
from boucle.storage.sqlite_store.row_values import series_row
from boucle.storage.sqlite_store.schema import LEDGER


class SqliteLedger:
    """The append-only list of sealed cohorts; a `Ledger`."""

    def __init__(self, path: Path, *, connect: Connect = connect) -> None:
        """Raises WrongFile and StoreUnavailable."""
        self._database = Database(path, LEDGER, connect)

    def read_entries(self, series: Series) -> Sequence[bytes]:
        with self._database.connection() as connection:
            return [entry for (entry,) in connection.execute(statements.ENTRIES, series_row(series))]

    def append(self, series: Series, number: int, entry: bytes) -> bool:
        with self._database.transaction() as connection:
            return (
                connection.execute(statements.APPEND, {**series_row(series), "number": number, "entry": entry}).rowcount
                == 1
            )

    def read_note(self, series: Series) -> LedgerNote | None:
        with self._database.connection() as connection:
            found = connection.execute(statements.NOTE, series_row(series)).fetchone()
        return LedgerNote(found[0], date.fromisoformat(found[1])) if found else None

    def put_note(self, series: Series, note: LedgerNote) -> None:
        row = {**series_row(series), "after": note.after, "days_from": note.days_from.isoformat()}
        with self._database.transaction() as connection:
            connection.execute(statements.PUT_NOTE, row)

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        with self._database.connection() as connection:
            rows = connection.execute(statements.ENTRIES_BY_SERIES).fetchall()
        return {series: count for *names, count in rows if (series := Series(*names)) not in known}

    def backup(self, path: Path) -> None:
        """A consistent copy in a new file, while others go on. Raises WrongFile when there is one already."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
