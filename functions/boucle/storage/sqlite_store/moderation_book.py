"""The moderators' book in one SQLite file: who reads what, what was decided, and the texts that were approved."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence, Set
from datetime import date
from pathlib import Path

from boucle.core.study.coding import Coding, series_of_codings
from boucle.core.study.model import Series
from boucle.moderation.ports import AlreadyDecided, ApprovedText, ModerationDecision, ModerationVerdict, PublishedQuote
from boucle.storage.sqlite_store.database import Database, FileKind, Migration
from boucle.storage.sqlite_store.row_values import RowValues, series_row

CLAIM_SECONDS = 15 * 60
"""Long enough to read a hard text; then somebody else may."""

MODERATION = FileKind(
    name="moderators' decisions",
    application_id=0x426F754D,
    migrations=(
        Migration(
            "claims, decisions and approved texts",
            (
                "CREATE TABLE claims (key TEXT PRIMARY KEY, moderator TEXT NOT NULL, until REAL NOT NULL) STRICT",
                """
                CREATE TABLE decisions (
                    number INTEGER PRIMARY KEY,
                    key TEXT NOT NULL,
                    moderator TEXT NOT NULL,
                    day TEXT NOT NULL,
                    verdict TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    themes TEXT NOT NULL,
                    hidden TEXT NOT NULL
                ) STRICT
                """,
                "CREATE INDEX decisions_by_text ON decisions (key, number)",
                """
                CREATE TABLE approved (
                    key TEXT PRIMARY KEY,
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    question TEXT NOT NULL,
                    language TEXT NOT NULL,
                    text TEXT NOT NULL,
                    themes TEXT NOT NULL,
                    expires TEXT NOT NULL,
                    place INTEGER  -- a random number, from the moment the text is in a batch
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
        Migration(
            "second codings",
            (
                """
                CREATE TABLE codings (
                    key TEXT NOT NULL,
                    coder TEXT NOT NULL,
                    themes TEXT NOT NULL,
                    PRIMARY KEY (key)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
        Migration(
            "codings that are counted",
            (
                """
                CREATE TABLE counted (
                    key TEXT PRIMARY KEY,
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    day TEXT NOT NULL,
                    themes TEXT NOT NULL,
                    expires TEXT NOT NULL,
                    is_read INTEGER NOT NULL DEFAULT 0,  -- by a seal: from then on no other coding takes its place
                    cohort INTEGER
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX counted_by_series ON counted (study, questionnaire, major, wave, cohort, day)",
            ),
        ),
    ),
)

OF_SERIES = "study = :study AND questionnaire = :questionnaire AND major = :major AND wave = :wave"
CLAIM = """
    INSERT INTO claims (key, moderator, until) VALUES (:key, :moderator, :until)
    ON CONFLICT DO UPDATE SET moderator = excluded.moderator, until = excluded.until
    WHERE moderator = excluded.moderator OR until <= :now
"""
LAST = "SELECT number, verdict FROM decisions WHERE key = ? ORDER BY number DESC LIMIT 1"
APPEND = """
    INSERT INTO decisions (key, moderator, day, verdict, reason, themes, hidden)
    VALUES (:key, :moderator, :day, :verdict, :reason, :themes, :hidden)
"""
APPROVE = """
    INSERT INTO approved (key, study, questionnaire, major, wave, question, language, text, themes, expires)
    VALUES (:key, :study, :questionnaire, :major, :wave, :question, :language, :text, :themes, :expires)
"""
COUNT = """
    INSERT INTO counted (key, study, questionnaire, major, wave, day, themes, expires)
    VALUES (:key, :study, :questionnaire, :major, :wave, :day, :themes, :expires)
    ON CONFLICT DO NOTHING
"""
LOG = "SELECT number, key, moderator, day, verdict, reason, themes, hidden FROM decisions ORDER BY number"
WAITING = f"SELECT key FROM approved WHERE {OF_SERIES} AND place IS NULL ORDER BY key"
PUBLISHED = f"""
    SELECT question, language, text, themes FROM approved WHERE {OF_SERIES} AND place IS NOT NULL ORDER BY place, key
"""


class SqliteBook:
    """A `Book` and `Quotes`; every moderator opens the same file."""

    def __init__(self, path: Path) -> None:
        """Raises WrongFile and StoreUnavailable."""
        self._database = Database(path, MODERATION)

    def claim(self, key: str, moderator: str, now: float) -> bool:
        row = {"key": key, "moderator": moderator, "now": now, "until": now + CLAIM_SECONDS}
        with self._database.transaction() as connection:
            return connection.execute(CLAIM, row).rowcount == 1

    def decisions(self) -> Mapping[str, tuple[int, ModerationDecision]]:
        last = {decision.key: (number, decision) for number, decision in self.log()}
        return {key: numbered for key, numbered in last.items() if numbered[1].verdict is not ModerationVerdict.UNDONE}

    def decide(
        self,
        decision: ModerationDecision,
        approved: ApprovedText | None,
        *,
        replaces: int,
        coding: Coding | None = None,
    ) -> int:
        with self._database.transaction() as connection:
            if _find_standing_decision(connection, decision.key) != replaces:
                raise AlreadyDecided("somebody else decided about this text meanwhile; nothing was changed")
            number = connection.execute(APPEND, _decision_row(decision)).lastrowid
            connection.execute("DELETE FROM approved WHERE key = ?", (decision.key,))
            connection.execute("DELETE FROM claims WHERE key = ?", (decision.key,))
            connection.execute("DELETE FROM counted WHERE key = ? AND NOT is_read", (decision.key,))
            if approved:
                connection.execute(APPROVE, _row_of_approved(approved))
            if coding:
                connection.execute(COUNT, _row_of_coding(coding))
        return int(number or 0)

    def log(self) -> Sequence[tuple[int, ModerationDecision]]:
        with self._database.connection() as connection:
            return [(row[0], _parse_decision(row[1:])) for row in connection.execute(LOG)]

    def forget_withdrawn(self, there: Set[str], today: date) -> int:
        with self._database.transaction() as connection:
            kept = connection.execute("SELECT key, expires FROM approved").fetchall()
            # Past its expiry a text is not there because the time is over, not because its author took it back.
            over = {key for key, expires in kept if expires <= today.isoformat()}
            known = {key for (key,) in connection.execute("SELECT key FROM decisions UNION SELECT key FROM claims")}
            gone = (known | {key for key, _ in kept}) - there - over
            for key in gone:
                for table in ("approved", "decisions", "claims", "codings", "counted"):
                    connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))
        if gone:
            self._database.empty_log()
        return len(gone)

    def code_again(self, key: str, coder: str, themes: Sequence[str]) -> None:
        row = (key, coder, json.dumps(list(themes)))
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO codings (key, coder, themes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
            connection.execute("DELETE FROM claims WHERE key = ?", (key,))

    def second_codings(self) -> Mapping[str, tuple[str, ...]]:
        with self._database.connection() as connection:
            rows = connection.execute("SELECT key, themes FROM codings").fetchall()
        return {key: tuple(json.loads(themes)) for key, themes in rows}

    def batch(self, series: Series, minimum: int, place: Sequence[int]) -> int:
        with self._database.transaction() as connection:
            keys = [key for (key,) in connection.execute(WAITING, series_row(series))]
            if len(keys) < minimum:
                return 0
            rows = list(zip(place, keys, strict=False))
            connection.executemany("UPDATE approved SET place = ? WHERE key = ?", rows)
        return len(rows)

    def count_waiting(self, series: Series) -> int:
        with self._database.connection() as connection:
            return len(connection.execute(WAITING, series_row(series)).fetchall())

    def read_published_quotes(self, series: Series) -> Sequence[PublishedQuote]:
        with self._database.connection() as connection:
            rows = connection.execute(PUBLISHED, series_row(series)).fetchall()
        return [
            PublishedQuote(question, language, text, tuple(json.loads(themes)))
            for question, language, text, themes in rows
        ]

    def backup(self, path: Path) -> None:
        """A consistent copy in a new file, while others go on. Raises WrongFile when there is one already."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _find_standing_decision(connection: sqlite3.Connection, key: str) -> int:
    """The number of the decision that stands about a text; 0 when there is none, or the last was undone."""
    found = connection.execute(LAST, (key,)).fetchone()
    return 0 if found is None or found[1] == ModerationVerdict.UNDONE.value else int(found[0])


def _decision_row(decision: ModerationDecision) -> RowValues:
    return {
        "key": decision.key,
        "moderator": decision.moderator,
        "day": decision.day.isoformat(),
        "verdict": decision.verdict.value,
        "reason": decision.reason,
        "themes": json.dumps(decision.themes),
        "hidden": json.dumps(decision.hidden),
    }


def _parse_decision(row: Sequence[str]) -> ModerationDecision:
    key, moderator, day, verdict, reason, themes, hidden = row
    return ModerationDecision(
        key=key,
        moderator=moderator,
        day=date.fromisoformat(day),
        verdict=ModerationVerdict(verdict),
        reason=reason,
        themes=tuple(json.loads(themes)),
        hidden=tuple(json.loads(hidden)),
    )


def _row_of_approved(approved: ApprovedText) -> RowValues:
    return {
        "key": approved.key,
        **series_row(approved.series),
        "question": approved.question,
        "language": approved.language,
        "text": approved.text,
        "themes": json.dumps(approved.themes),
        "expires": approved.expires.isoformat(),
    }


def _row_of_coding(coding: Coding) -> RowValues:
    return {
        "key": coding.key,
        **series_row(series_of_codings(coding.series)),
        "day": coding.day.isoformat(),
        "themes": json.dumps(coding.themes),
        "expires": coding.expires.isoformat(),
    }
