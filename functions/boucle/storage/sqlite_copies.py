"""Reads the SQLite files whole, and fills them from a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

from boucle.storage import statements
from boucle.storage.copies import KeptDays, KeptEntry, KeptResponse, KeptText, Record, refuse_other_entry
from boucle.storage.database import Database
from boucle.storage.schema import LEDGER, RESPONSES


class SqliteCopies:
    """Both files of one installation; a `Copyable`."""

    def __init__(self, responses: Path, ledger: Path) -> None:
        """Opens the files, making them where there are none. Raises WrongFile and StoreAway."""
        self._responses = Database(responses, RESPONSES)
        self._ledger = Database(ledger, LEDGER)

    def records(self) -> Iterator[Record]:
        yield from _read(self._ledger, KeptEntry)
        yield from _read(self._responses, KeptDays, KeptResponse, KeptText)

    def texts(self) -> Iterator[KeptText]:
        """The free texts alone, for those who moderate them."""
        with self._responses.connection() as connection:
            names = [each.name for each in fields(KeptText)]
            for row in connection.execute(statements.WHOLE[KeptText]).fetchall():
                yield KeptText(**dict(zip(names, row, strict=True)))

    def take(self, records: Iterable[Record]) -> int:
        count = 0
        with self._ledger.transaction() as ledger, self._responses.transaction() as responses:
            for record in records:
                connection = ledger if isinstance(record, KeptEntry) else responses
                added = connection.execute(statements.TAKE[type(record)], asdict(record)).rowcount
                if isinstance(record, KeptEntry) and not added:
                    [[there]] = connection.execute(statements.ENTRY, asdict(record))
                    refuse_other_entry(record, there)
                count += 1
        return count

    def close(self) -> None:
        self._ledger.close()
        self._responses.close()


def _read(database: Database, *kinds: type[Record]) -> Iterator[Record]:
    """Every record of some kinds, in one snapshot: between two, a seal would make days and responses disagree."""
    with database.connection() as connection:
        connection.execute("BEGIN")
        for kind in kinds:
            names = [each.name for each in fields(kind)]
            for row in connection.execute(statements.WHOLE[kind]):
                yield kind(**dict(zip(names, row, strict=True)))
        connection.execute("COMMIT")
