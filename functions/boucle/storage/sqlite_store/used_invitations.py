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

from boucle.core.identity.invitations import DIGEST_BYTES
from boucle.core.ports import UsedInvitation
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.database import Connect, Database, connect
from boucle.storage.sqlite_store.group_commit import GroupCommit
from boucle.storage.sqlite_store.schema import USED_INVITATIONS

ENTRY_BYTES = 2 * DIGEST_BYTES


class SqliteUsedInvitations:
    """One file; a `UsedInvitations`. Open one in each process."""

    def __init__(self, path: Path, *, connect: Connect = connect) -> None:
        """Raises WrongFile and StoreUnavailable."""
        self._database = Database(path, USED_INVITATIONS, connect)
        self._commits = GroupCommit(self._database.transaction)

    def redeem(self, invitation: UsedInvitation) -> bool:
        return self._commits.run(lambda connection: _redeem(connection, invitation))

    def add_all(self, many: Iterable[UsedInvitation]) -> None:
        """Put those whose code is not there yet, all or none."""
        listed = list(many)
        self._commits.run(lambda connection: [_redeem(connection, invitation) for invitation in listed])

    def read_all(self) -> Iterator[UsedInvitation]:
        """Every code that was used, by day of expiry, then by key."""
        with self._database.connection() as connection:
            found = connection.execute(statements.ALL_USED_INVITATIONS).fetchall()
        for expires, codes in found:
            for at in range(0, len(codes), ENTRY_BYTES):
                key, mark = codes[at : at + DIGEST_BYTES], codes[at + DIGEST_BYTES : at + ENTRY_BYTES]
                yield UsedInvitation(key=key.hex(), mark=mark.hex(), expires=date.fromisoformat(expires))

    def expire(self, today: date) -> int:
        """Delete what has reached its expiry; how many codes."""
        row = {"today": today.isoformat()}
        gone = self._commits.run(
            lambda connection: connection.execute(statements.EXPIRE_USED_INVITATIONS, row).fetchall()
        )
        return sum(len(codes) // ENTRY_BYTES for (codes,) in gone)

    def backup(self, path: Path) -> None:
        """A consistent copy in a new file, while others go on. Raises WrongFile when there is one already."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Finish what is being written, refuse what comes after, and let go of the file."""
        self._commits.close()
        self._database.close()


def _redeem(connection: sqlite3.Connection, invitation: UsedInvitation) -> bool:
    expires = invitation.expires.isoformat()
    key, mark = bytes.fromhex(invitation.key), bytes.fromhex(invitation.mark)
    by_day: dict[str, bytes] = dict(connection.execute(statements.ALL_USED_INVITATIONS).fetchall())
    # Of every day: a code that was used before its wave was prolonged stands under the day that was to be its last.
    for codes in by_day.values():
        at = _place_of(key, codes)
        if codes[at : at + DIGEST_BYTES] == key:
            return codes[at + DIGEST_BYTES : at + ENTRY_BYTES] == mark
    codes = by_day.get(expires, b"")
    at = _place_of(key, codes)
    connection.execute(
        statements.PUT_USED_INVITATIONS, {"expires": expires, "codes": codes[:at] + key + mark + codes[at:]}
    )
    return True


def _place_of(key: bytes, codes: bytes) -> int:
    """Where the key stands among sorted codes, or where it belongs."""
    at_entry = range(len(codes) // ENTRY_BYTES)
    return ENTRY_BYTES * bisect_left(
        at_entry, key, key=lambda at: codes[at * ENTRY_BYTES : at * ENTRY_BYTES + DIGEST_BYTES]
    )
