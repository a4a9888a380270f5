"""The embedded default: responses and texts in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from boucle.core.ports import (
    Counted,
    Doubt,
    HeldGroup,
    LockedVersion,
    NewResponse,
    NewText,
    Pending,
    PutOutcome,
    Standing,
    StoreUnavailable,
    Waiting,
    Withdrawn,
)
from boucle.core.study.model import Series
from boucle.storage.rows import answers_from_json, many_from_json
from boucle.storage.sqlite_store import statements
from boucle.storage.sqlite_store.arrival_order import (
    count_free_pages,
    merge_arrivals,
    rewrite_by_key,
    shuffle_free_pages,
)
from boucle.storage.sqlite_store.database import Connect, Database, connect
from boucle.storage.sqlite_store.group_commit import GroupCommit
from boucle.storage.sqlite_store.puts import put_rows
from boucle.storage.sqlite_store.row_values import RowValues, group_row, key_row, make_rows, series_row
from boucle.storage.sqlite_store.schema import RESPONSES

READ_BATCH_SIZE = 250
"""Responses whose answers are read together."""


class SqliteResponseStore:
    """Responses and free texts; a `ResponseStore`, `SealingStore` and `QuarantineStore`. Open one in each process."""

    def __init__(
        self, path: Path, *, connect: Connect = connect, capacity: int = 1024, max_wait_seconds: float = 5.0
    ) -> None:
        """At most `capacity` writers wait, `max_wait_seconds` each. Raises WrongFile and StoreUnavailable."""
        self._database = Database(path, RESPONSES, connect)
        self._nonblocking_database = Database(path, RESPONSES, lambda file: _disable_waiting(connect(file)))
        self._locked_versions: set[LockedVersion] = set()
        """Those that this process has seen locked: whoever answers them next has nothing to lock."""
        self._commits = GroupCommit(self._database.transaction, capacity=capacity, max_wait_seconds=max_wait_seconds)

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        rows = make_rows(response, texts)
        locks = self._may_lock(response)
        outcome = self._commits.run(lambda connection: put_rows(connection, rows, locks))
        return self._remember_lock(response, locks, outcome)

    def put_now(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        """The same, but StoreUnavailable is raised at once when somebody else is writing."""
        rows = make_rows(response, texts)
        locks = self._may_lock(response)
        # A statement alone is a transaction too, and needs nobody to begin and to end it.
        with (
            self._nonblocking_database.transaction()
            if rows.texts or rows.others or locks
            else self._nonblocking_database.connection() as connection
        ):
            outcome = put_rows(connection, rows, locks)
        return self._remember_lock(response, locks, outcome)

    def put_all(self, many: Sequence[tuple[NewResponse, Sequence[NewText]]]) -> Sequence[PutOutcome | Exception]:
        """Their outcomes, durable together; one that cannot be put leaves the others alone. Raises StoreUnavailable."""
        prepared = [(make_rows(*pair), self._may_lock(pair[0])) for pair in many]
        try:
            outcomes = self._commits.run(
                lambda connection: [put_rows(connection, *prepared_rows) for prepared_rows in prepared]
            )
        except StoreUnavailable:
            raise
        except Exception:
            return [self._put_or_error(*pair) for pair in many]
        for (response, _), (_, locks), outcome in zip(many, prepared, outcomes, strict=True):
            self._remember_lock(response, locks, outcome)
        return outcomes

    def _may_lock(self, response: NewResponse) -> bool:
        """Whether it may be the first answer to its version, as far as this process knows."""
        if not response.file_hash:
            return False
        # A plain tuple, which is equal: every submission is looked up.
        series = response.series
        name = (series.study, series.questionnaire, response.version, response.file_hash)
        return name not in self._locked_versions

    def _remember_lock(self, response: NewResponse, locks: bool, outcome: PutOutcome) -> PutOutcome:
        # Only now, once it is durable: a lock that was undone would be missed for ever.
        if locks and outcome is PutOutcome.STORED:
            self._locked_versions.add(response.locked_version)
        return outcome

    def read_locked_versions(self) -> Sequence[LockedVersion]:
        with self._database.connection() as connection:
            return [LockedVersion(*row) for row in connection.execute(statements.LOCKED_VERSIONS)]

    def _put_or_error(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome | Exception:
        try:
            return self.put(response, texts)
        except Exception as error:
            return error

    def lock_answered(self, versions: Iterable[LockedVersion]) -> None:
        """Lock those of these versions that were answered before answers locked any, or in a copy without locks."""
        rows = [version._asdict() for version in versions]
        self._commits.run(lambda connection: connection.executemany(statements.LOCK_IF_ANSWERED, rows))

    def read_standing(self, study: str, questionnaire: str, key: str) -> Standing | None:
        with self._database.connection() as connection:
            found = connection.execute(statements.STANDING, key_row(study, questionnaire, key)).fetchone()
        if found is None:
            return None
        withdrawn, cohort, major, wave = found
        if withdrawn:
            return Withdrawn()
        return Waiting() if cohort is None else Counted(Series(study, questionnaire, major, wave), cohort)

    def withdraw(self, study: str, questionnaire: str, key: str, text_keys: Sequence[str]) -> bool:
        row = key_row(study, questionnaire, key)
        text_rows = [key_row(study, questionnaire, text_key) for text_key in text_keys]
        there = self._commits.run(lambda connection: _withdraw(connection, row, text_rows))
        if there:
            self._clean_up(self._database.empty_log)
        return there

    def now(self) -> datetime | None:
        """None: a file has no clock of its own."""
        return None

    def count_pending_by_day(self, series: Series) -> Mapping[date, int]:
        with self._database.connection() as connection:
            counts = connection.execute(statements.PENDING_BY_DAY, series_row(series)).fetchall()
        return {date.fromisoformat(window): count for window, count in counts}

    def close_days(self, series: Series, through: date) -> None:
        first_open = (through + timedelta(days=1)).isoformat()
        row = {**series_row(series), "first_open": first_open}
        self._commits.run(lambda connection: connection.execute(statements.CLOSE_DAYS, row))

    def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
        with self._database.connection() as connection:
            rows = connection.execute(statements.READ_PENDING, {**series_row(series), "through": through.isoformat()})
            while several := rows.fetchmany(READ_BATCH_SIZE):
                versions, modes, answers = zip(*several, strict=True)
                yield from map(Pending, versions, modes, many_from_json(answers))

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        """As promised; and what came lies by key from then on, so that the file no longer tells who came when."""
        row = {**series_row(series), "through": through.isoformat(), "cohort": cohort}
        marked = self._commits.run(lambda connection: _seal(connection, row))
        if marked:
            self._clean_up(self._database.empty_log)
        return marked

    def count_sealed(self, series: Series, cohort: int) -> int:
        with self._database.connection() as connection:
            found = connection.execute(statements.SEALED_COUNT, {**series_row(series), "cohort": cohort}).fetchone()
        return int(found[0])

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        with self._database.connection() as connection:
            return _count_strays(connection, known)

    def reopen_days(self, series: Series, today: date) -> int:
        row = {**series_row(series), "today": today.isoformat()}
        return self._commits.run(
            lambda connection: [connection.execute(statement, row).rowcount for statement in statements.REOPEN_DAYS][-1]
        )

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        with self._database.connection() as connection:
            counts = connection.execute(statements.HELD, series_row(series)).fetchall()
        return {HeldGroup(date.fromisoformat(window), doubt): count for window, doubt, count in counts}

    def hold_back(self, series: Series, through: date, is_countable: Callable[[Pending], bool]) -> int:
        row = {**series_row(series), "through": through.isoformat()}
        with self._database.connection() as connection:
            keys = [
                key
                for key, version, mode, answers in connection.execute(statements.READ_WAITING_BY_KEY, row)
                if not is_countable(Pending(version, mode, answers_from_json(answers)))
            ]
        rows = [{**row, "key": key, "held": Doubt.UNCOUNTABLE.value} for key in keys]
        return self._commits.run(
            lambda connection: sum(connection.execute(statements.HOLD_BACK, one).rowcount for one in rows)
        )

    def release(self, series: Series, which: HeldGroup) -> int:
        row = group_row(series, which)
        return self._commits.run(lambda connection: connection.execute(statements.RELEASE, row).rowcount)

    def drop(self, series: Series, which: HeldGroup) -> int:
        row = group_row(series, which)
        dropped = self._commits.run(
            lambda connection: [connection.execute(statement, row).rowcount for statement in statements.DROP_HELD][-1]
        )
        if dropped:
            self._clean_up(self._database.empty_log)
        return dropped

    def expire(self, today: date) -> int:
        """Responses, tombstones and texts together."""
        row = {"today": today.isoformat()}
        with self._database.connection() as connection:
            [first] = connection.execute(statements.FIRST_EXPIRY).fetchone()
        if first is None or first > row["today"]:
            return 0
        deleted = self._commits.run(lambda connection: _expire(connection, row))
        self._clean_up(self._database.empty_log)
        return deleted

    def backup(self, path: Path) -> None:
        """A consistent copy in a new file, while others go on. Raises WrongFile when there is one already."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Finish what was taken, refuse what comes after, and let go of the file."""
        self._commits.close()
        self._nonblocking_database.close()
        self._database.close()

    def _clean_up(self, work: Callable[[], None]) -> None:
        """Work that is best done; what was wanted is committed already, and a busy or full disk must not deny it."""
        with suppress(StoreUnavailable):
            work()


def _disable_waiting(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The same, which waits for nobody."""
    connection.execute("PRAGMA busy_timeout = 0")
    return connection


def _count_strays(connection: sqlite3.Connection, known: Set[Series]) -> Counter[Series]:
    """What waits is read once, as for a gate; of what is sealed, only the cohorts that nobody knows are counted."""
    waiting = connection.execute(statements.WAITING_BY_SERIES).fetchall()
    found = Counter({series: count for *names, count in waiting if (series := Series(*names)) not in known})
    for study, questionnaire, wave, major, expires, cohort in connection.execute(statements.COHORTS).fetchall():
        series = Series(study, questionnaire, major, wave)
        if cohort and series not in known:
            row = {**series_row(series), "expires": expires, "cohort": cohort}
            found[series] += connection.execute(statements.COHORT_SIZE, row).fetchone()[0]
    return +found


def _withdraw(connection: sqlite3.Connection, row: RowValues, text_rows: Sequence[RowValues]) -> bool:
    for statement in statements.DELETE_TEXT:
        connection.executemany(statement, text_rows)
    return [connection.execute(statement, row).rowcount for statement in statements.WITHDRAW][-1] == 1


def _expire(connection: sqlite3.Connection, row: RowValues) -> int:
    deleted = sum(connection.execute(statement, row).rowcount for statement in statements.EXPIRE)
    connection.execute(statements.EXPIRE_COHORTS, row)
    return deleted


def _seal(connection: sqlite3.Connection, row: RowValues) -> int:
    sealed = connection.execute(statements.SEAL, row).rowcount
    if sealed:
        free = count_free_pages(connection)
        rewrite_by_key(connection, "arrivals", statements.STILL_WAITING, row)
        merge_arrivals(connection)
        shuffle_free_pages(connection, count_free_pages(connection) - free)
    return sealed
