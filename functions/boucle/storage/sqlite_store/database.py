"""One SQLite file: private, durable, brought up to date, and shared between threads and processes.

Every error that may pass (locked, disk full, read only) becomes `StoreUnavailable`, and that moment's connections are
not used again: the next caller opens a fresh one, so the store recovers by itself once the cause is gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from boucle.core.errors import BoucleError
from boucle.core.ports import StoreUnavailable
from boucle.storage.durable_files import sync_path

Connect = Callable[[Path], sqlite3.Connection]
"""Opens a file; an argument, so that a test can hand out connections to a full or read-only disk."""

BUSY_TIMEOUT_SECONDS = 5.0
OPEN_TIMEOUT_SECONDS = 5.0
OPEN_RETRY_SECONDS = 0.02
PRIMARY_CODE = 0xFF
"""SQLite's extended error codes carry the plain one in their last byte."""
LOG_TIMEOUT_MS = 50
"""How long emptying the log waits for those who use it; meanwhile nobody writes."""
PAGE_BYTES = 8192
"""Of a new file. A sealed text, with what stands around it, fits into a page of it with others."""
LOG_PAGES = 1500
"""The log is moved into the file when it is that long (12 MB): longer, and whoever it happens to waits too long."""
CACHE_KILOBYTES = 16 * 1024
"""Of what waits, and of the cohorts that a key is sought in."""


class WrongFile(BoucleError):
    """The file cannot be used by this program; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One named step of a file's schema; once released it never changes."""

    name: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file holds. Its `user_version` is how many of the migrations it has been through."""

    name: str
    application_id: int
    migrations: tuple[Migration, ...]
    journal: str = "wal"


def connect(path: Path, busy_seconds: float = BUSY_TIMEOUT_SECONDS) -> sqlite3.Connection:
    """A connection that waits for other writers, and that has written to disk what it has committed."""
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")  # what is sorted in a file of its own is not erased there
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Database:
    """Lends connections to one file, each to one user at a time."""

    def __init__(self, path: Path, kind: FileKind, connect: Connect = connect) -> None:
        """Open the file, creating or upgrading it. Raises WrongFile and StoreUnavailable."""
        self.path = path
        self._kind = kind
        self._connect = connect
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        with self.connection():
            pass

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; one whose use ended in an error is closed, which undoes what it had not committed.

        Raises StoreUnavailable for every error of the database that may pass, and when the file was closed.
        """
        if self._closed:
            raise StoreUnavailable(f"{self.path} was closed")
        try:
            lent = self._acquire()
            try:
                yield lent
            except BaseException:
                lent.close()
                raise
        except sqlite3.OperationalError as error:
            self._close_idle()  # opened in the same circumstances, such as a disk that was read only
            raise StoreUnavailable(f"{self.path}: {error}") from error
        self._idle.append(lent)
        if self._closed:
            self._close_idle()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: durable when the block ends, undone whole when it raises. Raises StoreUnavailable."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def empty_log(self) -> None:
        """Move the write-ahead log into the file and truncate it, unless somebody is using it just now.

        The log keeps what was deleted, and the order in which rows came.
        """
        with self.connection() as connection:
            [usual] = connection.execute("PRAGMA busy_timeout").fetchone()
            # Waiting for a reader here keeps every writer out: better try again after the next deletion.
            connection.execute(f"PRAGMA busy_timeout = {LOG_TIMEOUT_MS}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute(f"PRAGMA busy_timeout = {usual}")

    def copy_to(self, path: Path) -> None:
        """A consistent copy, made while others read and write; complete under its name or absent.

        Raises WrongFile when there is a file of that name, and StoreUnavailable.
        """
        try:
            with _create_whole(path) as new, self.connection() as connection:
                connection.execute("VACUUM INTO ?", (str(new),))
        except FileExistsError:
            raise WrongFile(f"{path} exists already. Name another file, or remove this one first.") from None

    def close(self) -> None:
        """Close what is not lent now; what is lent is closed when it comes back."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _acquire(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> sqlite3.Connection:
        """Open the file; a process that closes it just now holds it a moment, and SQLite does not wait for that."""
        deadline = monotonic() + OPEN_TIMEOUT_SECONDS
        while True:
            try:
                return self._open_once()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    raise
                sleep(OPEN_RETRY_SECONDS)

    def _open_once(self) -> sqlite3.Connection:
        try:
            if not self.path.exists():
                _create(self.path, self._kind, self._connect)
            return _bring_up_to_date(self._connect(self.path), self._kind, self.path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise WrongFile(f"{self.path} is not a whole SQLite file ({error}). Restore it from a backup.") from error


def _create(path: Path, kind: FileKind, connect: Connect) -> None:
    # Many may start at once: one of them makes the file, the others find it.
    with suppress(FileExistsError), _create_whole(path) as new:
        _bring_up_to_date(connect(new), kind, new).close()


@contextmanager
def _create_whole(path: Path) -> Iterator[Path]:
    """Lend an empty private file that gets the path's name when the block ends well. Raises FileExistsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=path.parent, prefix=".new-") as folder:
            new = Path(folder) / path.name
            new.touch(mode=0o600)
            yield new
            sync_path(new)
            path.hardlink_to(new)
        sync_path(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be made: {error}") from error


def _bring_up_to_date(connection: sqlite3.Connection, kind: FileKind, path: Path) -> sqlite3.Connection:
    try:
        # In one snapshot: another process may be making this very file.
        connection.execute("BEGIN")
        done = _read_version(connection, kind, path)
        connection.execute("COMMIT")
        # Asked before it is set: setting it fails at once when somebody else has the file open.
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != kind.journal:
            connection.execute(f"PRAGMA journal_mode = {kind.journal}")
        if done < len(kind.migrations):
            _migrate(connection, kind, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _read_version(connection: sqlite3.Connection, kind: FileKind, path: Path) -> int:
    found = int(connection.execute("PRAGMA application_id").fetchone()[0])
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    empty = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if found != kind.application_id and not (empty and found == 0):
        raise WrongFile(f"{path} does not hold {kind.name}. Check the paths in the settings.")
    known = len(kind.migrations)
    if done > known:
        raise WrongFile(
            f"{path} was written by a newer Boucle (schema {done}; this one knows up to {known}). "
            "Upgrade Boucle, or restore the copy made before the upgrade."
        )
    return done


def _migrate(connection: sqlite3.Connection, kind: FileKind, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Read again under the lock: another process may have done it meanwhile.
    done = _read_version(connection, kind, path)
    for migration in kind.migrations[done:]:
        for statement in migration.statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {kind.application_id}")
    connection.execute(f"PRAGMA user_version = {len(kind.migrations)}")
    connection.execute("COMMIT")
