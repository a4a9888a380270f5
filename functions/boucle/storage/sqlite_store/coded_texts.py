"""The moderators' book as a seal sees it: codings that wait to be counted, by the day on which they were made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date, datetime
from pathlib import Path

from boucle.core.ports import HeldGroup, Pending
from boucle.core.study.model import Series
from boucle.core.study.themes import THEME
from boucle.storage.sqlite_store.database import Database
from boucle.storage.sqlite_store.moderation_book import MODERATION, OF_SERIES
from boucle.storage.sqlite_store.row_values import series_row

WAITING = f"{OF_SERIES} AND cohort IS NULL"
UP_TO = f"{WAITING} AND day <= :through"
BY_DAY = f"SELECT day, count(*) FROM counted WHERE {WAITING} GROUP BY day"
READ = f"SELECT major, themes FROM counted WHERE {UP_TO} AND is_read ORDER BY key"
MARK = f"UPDATE counted SET cohort = :cohort WHERE {UP_TO} AND is_read"
REOPEN = f"UPDATE counted SET day = :today WHERE {WAITING} AND day > :today"
SEALED = f"SELECT count(*) FROM counted WHERE {OF_SERIES} AND cohort = :cohort"
ANY_MODE = "self"
"""Texts do not say how their questionnaire was answered, and no table of codings asks."""


class SqliteCodedTexts:
    """A `SealingStore` of codings, with the themes of each study: free sub-themes are not counted."""

    def __init__(self, path: Path, theme_ids: Mapping[str, Set[str]]) -> None:
        """Raises WrongFile and StoreUnavailable."""
        self._database = Database(path, MODERATION)
        self._theme_ids = theme_ids

    def now(self) -> datetime | None:
        return None

    def count_pending_by_day(self, series: Series) -> Mapping[date, int]:
        with self._database.connection() as connection:
            rows = connection.execute(BY_DAY, series_row(series)).fetchall()
        return {date.fromisoformat(day): count for day, count in rows}

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        """None: a coding is of themes that there are, and whoever made it can make it anew."""
        return {}

    def hold_back(self, series: Series, through: date, is_countable: Callable[[Pending], bool]) -> int:
        """None, as above."""
        return 0

    def close_days(self, series: Series, through: date) -> None:
        """From now on the codings of these days stand, whatever is decided anew about their texts."""
        row = {**series_row(series), "through": through.isoformat()}
        with self._database.transaction() as connection:
            connection.execute(f"UPDATE counted SET is_read = 1 WHERE {UP_TO}", row)

    def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
        with self._database.connection() as connection:
            rows = connection.execute(READ, {**series_row(series), "through": through.isoformat()}).fetchall()
        for major, themes in rows:
            found = tuple(theme for theme in json.loads(themes) if theme in self._theme_ids[series.study])
            yield Pending(version=f"{major}.0.0", mode=ANY_MODE, answers={THEME: found} if found else {})

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        row = {**series_row(series), "through": through.isoformat(), "cohort": cohort}
        with self._database.transaction() as connection:
            return connection.execute(MARK, row).rowcount

    def count_sealed(self, series: Series, cohort: int) -> int:
        with self._database.connection() as connection:
            return int(connection.execute(SEALED, {**series_row(series), "cohort": cohort}).fetchone()[0])

    def reopen_days(self, series: Series, today: date) -> int:
        """What waits in days after `today` moves to it; how many."""
        with self._database.transaction() as connection:
            return connection.execute(REOPEN, {**series_row(series), "today": today.isoformat()}).rowcount

    def expire(self, today: date) -> int:
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM counted WHERE expires <= ?", (today.isoformat(),)).rowcount

    def keys(self, series: Series) -> frozenset[str]:
        """Which texts' codings are counted or wait to be."""
        with self._database.connection() as connection:
            rows = connection.execute(f"SELECT key FROM counted WHERE {OF_SERIES}", series_row(series)).fetchall()
        return frozenset(key for (key,) in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
