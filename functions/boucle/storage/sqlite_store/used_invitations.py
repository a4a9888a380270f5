"""The invitations that were used, in a file of their own that does not tell in which order.

All codes that expire on one day are one value, sorted by key and written whole each time: the file is the same, byte
for byte, in whatever order the same codes were used. Rows would lie in a page as they came. The cost grows with the
waves that are not over: beside its disk writes, a code takes 1 ms of processor when it is the first, 2 after 5,000
others of its wave, 5 after 20,000.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from boucle.core.identity.invitations import KEPT_BYTES
from boucle.core.ports import SpentCode
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.database import Connect, Database, connect
from boucle.storage.sqlite_store.group_commit import GroupCommit
from boucle.storage.sqlite_store.schema import SPENT

ENTRY = 2 * KEPT_BYTES


class SqliteSpent:
    """One file; a `SpentCodes`. Open one in each process."""

    def __init__(self, path: Path, *, connect: Connect = connect) -> None:
        """Raises WrongFile and StoreAway."""
        self._database = Database(path, SPENT, connect)
        self._commits = GroupCommit(self._database.transaction)

    def spend(self, spent: SpentCode) -> bool:
        return self._commits.run(lambda connection: _spend(connection, spent))

    def take(self, many: Iterable[SpentCode]) -> None:
        """Put those whose code is not there yet, all or none."""
        listed = list(many)
        self._commits.run(lambda connection: [_spend(connection, each) for each in listed])

    def spent(self) -> Iterator[SpentCode]:
        """Every code that was used, by day of expiry, then by key."""
        with self._database.connection() as connection:
            found = connection.execute(statements.ALL_SPENT).fetchall()
        for expires, codes in found:
            for at in range(0, len(codes), ENTRY):
                key, mark = codes[at : at + KEPT_BYTES], codes[at + KEPT_BYTES : at + ENTRY]
                yield SpentCode(key=key.hex(), mark=mark.hex(), expires=date.fromisoformat(expires))

    def expire(self, today: date) -> int:
        """Delete what has reached its expiry; how many codes."""
        row = {"today": today.isoformat()}
        gone = self._commits.run(lambda connection: connection.execute(statements.EXPIRE_SPENT, row).fetchall())
        return sum(len(codes) // ENTRY for (codes,) in gone)

    def backup(self, path: Path) -> None:
        """A consistent copy in a new file, while others go on. Raises WrongFile when there is one already."""
        self._database.copy_to(path)

    def close(self) -> None:
        self._commits.close()
        self._database.close()


def _spend(connection: sqlite3.Connection, spent: SpentCode) -> bool:
    expires = spent.expires.isoformat()
    key, mark = bytes.fromhex(spent.key), bytes.fromhex(spent.mark)
    by_day: dict[str, bytes] = dict(connection.execute(statements.ALL_SPENT).fetchall())
    # Of every day: a code that was used before its wave was prolonged stands under the day that was to be its last.
    for codes in by_day.values():
        at = _place_of(key, codes)
        if codes[at : at + KEPT_BYTES] == key:
            return codes[at + KEPT_BYTES : at + ENTRY] == mark
    codes = by_day.get(expires, b"")
    at = _place_of(key, codes)
    connection.execute(statements.SPEND, {"expires": expires, "codes": codes[:at] + key + mark + codes[at:]})
    return True


def _place_of(key: bytes, codes: bytes) -> int:
    """Where the key stands among sorted codes, or where it belongs."""
    at_entry = range(len(codes) // ENTRY)
    return ENTRY * bisect_left(at_entry, key, key=lambda at: codes[at * ENTRY : at * ENTRY + KEPT_BYTES])
