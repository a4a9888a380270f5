"""What the SQLite files hold: every table, column and index, step by step.

`WITHOUT ROWID` because a row number tells in which order people answered. No column is finer than a day. A response
waits in `arrivals`, and only there has it a day of arrival and a digest; a seal, or a withdrawal, moves it on.
"""

from __future__ import annotations

from boucle.storage.sqlite_store.database import FileKind, Migration

RESPONSES = FileKind(
    name="responses",
    application_id=0x426F7552,
    migrations=(
        Migration(
            "responses, texts and closed days",
            (
                """
                CREATE TABLE responses (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    key TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    expires TEXT NOT NULL,
                    version TEXT,
                    language TEXT,
                    mode TEXT,
                    answers TEXT,   -- JSON by question id; NULL in a tombstone
                    window TEXT,    -- the day of arrival, and
                    digest TEXT,    -- what tells a replay from a conflict: both only until the seal
                    cohort INTEGER,
                    PRIMARY KEY (study, questionnaire, key),
                    CHECK ((window IS NULL) = (digest IS NULL)),
                    CHECK (window IS NULL OR cohort IS NULL),
                    CHECK (CASE WHEN answers IS NULL
                        THEN coalesce(version, language, mode, window) IS NULL
                        ELSE coalesce(window, cohort) IS NOT NULL END)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE INDEX responses_waiting ON responses (study, questionnaire, major, wave, window)
                WHERE window IS NOT NULL
                """,
                """
                CREATE INDEX responses_sealed ON responses (study, questionnaire, major, wave, cohort)
                WHERE cohort IS NOT NULL
                """,
                """
                CREATE TABLE texts (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    key TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    question TEXT NOT NULL,
                    payload BLOB NOT NULL,
                    expires TEXT NOT NULL,
                    PRIMARY KEY (study, questionnaire, key)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE closed_days (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    first_open TEXT NOT NULL,
                    PRIMARY KEY (study, questionnaire, major, wave)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
        Migration(
            "responses that are held back",
            (
                """
                ALTER TABLE responses ADD COLUMN held TEXT CHECK (held IS NULL OR window IS NOT NULL)
                """,
                "DROP INDEX responses_waiting",
                """
                CREATE INDEX responses_waiting ON responses (study, questionnaire, major, wave, window)
                WHERE window IS NOT NULL AND held IS NULL
                """,
                """
                CREATE INDEX responses_held ON responses (study, questionnaire, major, wave, window, held)
                WHERE held IS NOT NULL
                """,
            ),
        ),
        Migration(
            "arrivals apart",
            (
                "DROP INDEX responses_waiting",
                "DROP INDEX responses_held",
                "DROP INDEX responses_sealed",
                "ALTER TABLE responses RENAME TO mixed",
                "ALTER TABLE texts RENAME TO mixed_texts",
                """
                CREATE TABLE arrivals (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    key TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    expires TEXT NOT NULL,
                    version TEXT NOT NULL,
                    language TEXT NOT NULL,
                    mode TEXT NOT NULL,
                    answers TEXT NOT NULL,  -- JSON by question id
                    window TEXT NOT NULL,   -- the day of arrival, and
                    digest TEXT NOT NULL,   -- what tells a replay from a conflict: neither goes on from here
                    held TEXT,              -- why it is held back
                    PRIMARY KEY (study, questionnaire, key)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX arrivals_by_day ON arrivals (study, questionnaire, major, wave, window, held)",
                # A cohort stands together, so that sealing only adds at the end; what expires first stands first.
                """
                CREATE TABLE responses (
                    expires TEXT NOT NULL,
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    cohort INTEGER NOT NULL,  -- 0 where a withdrawal came before the seal
                    key TEXT NOT NULL,
                    version TEXT,
                    language TEXT,
                    mode TEXT,
                    answers TEXT,  -- NULL in a tombstone
                    PRIMARY KEY (expires, study, questionnaire, major, wave, cohort, key),
                    CHECK (CASE WHEN answers IS NULL THEN coalesce(version, language, mode) IS NULL ELSE cohort > 0 END)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE UNIQUE INDEX responses_by_key ON responses (study, questionnaire, key)",
                *(
                    f"""
                CREATE TABLE {name} (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    key TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    question TEXT NOT NULL,
                    payload BLOB NOT NULL,
                    expires TEXT NOT NULL,
                    PRIMARY KEY (study, questionnaire, key)
                ) STRICT, WITHOUT ROWID
                """
                    for name in ("texts", "arriving_texts")
                ),
                """
                INSERT INTO arrivals SELECT study, questionnaire, key, major, wave, expires, version, language, mode,
                    answers, window, digest, held FROM mixed WHERE window IS NOT NULL ORDER BY study, questionnaire, key
                """,
                """
                INSERT INTO responses SELECT expires, study, questionnaire, major, wave, coalesce(cohort, 0), key,
                    version, language, mode, answers FROM mixed WHERE window IS NULL ORDER BY 1, 2, 3, 4, 5, 6, 7
                """,
                "INSERT INTO texts SELECT * FROM mixed_texts ORDER BY study, questionnaire, key",
                "DROP TABLE mixed",
                "DROP TABLE mixed_texts",
            ),
        ),
        # It cost every submission a page of the disk. The few who ask by day read all that waits, as the seal does.
        Migration("arrivals without an index by day", ("DROP INDEX arrivals_by_day",)),
        # With an index by key, each new key needed a page of its own there, and the more so the more was counted.
        Migration(
            "responses sought in each cohort",
            (
                "DROP INDEX responses_by_key",
                """
                CREATE TABLE cohorts (  -- that responses are in; few, so that a key is sought in each
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    wave TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    expires TEXT NOT NULL,
                    cohort INTEGER NOT NULL,
                    PRIMARY KEY (study, questionnaire, wave, major, expires, cohort)
                ) STRICT, WITHOUT ROWID
                """,
                """
                INSERT INTO cohorts SELECT DISTINCT study, questionnaire, wave, major, expires, cohort FROM responses
                """,
                """
                CREATE TRIGGER name_cohort AFTER INSERT ON responses BEGIN
                    INSERT INTO cohorts VALUES
                        (new.study, new.questionnaire, new.wave, new.major, new.expires, new.cohort)
                    ON CONFLICT DO NOTHING;
                END
                """,
            ),
        ),
        Migration(
            "versions locked by their first answer",
            (
                """
                CREATE TABLE locked_versions (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    version TEXT NOT NULL,
                    file_hash TEXT NOT NULL,
                    PRIMARY KEY (study, questionnaire, version)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
    ),
)

USED_INVITATIONS = FileKind(
    name="used invitations",
    application_id=0x426F7549,
    # A write-ahead log keeps each state of a page, one after another: the order in which people answered.
    journal="truncate",
    migrations=(
        Migration(
            "spent",
            (
                """
                CREATE TABLE spent (
                    expires TEXT PRIMARY KEY,
                    codes BLOB NOT NULL  -- key and mark of each, by key: the same bytes whoever came first
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
    ),
)

LEDGER = FileKind(
    name="a ledger",
    application_id=0x426F754C,
    migrations=(
        Migration(
            "entries",
            (
                """
                CREATE TABLE entries (
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    number INTEGER NOT NULL CHECK (number > 0),
                    entry BLOB NOT NULL,
                    PRIMARY KEY (study, questionnaire, major, wave, number)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
        Migration(
            "notes",
            (
                """
                CREATE TABLE notes (  -- beside entries dated ahead by a wrong clock, which never change
                    study TEXT NOT NULL,
                    questionnaire TEXT NOT NULL,
                    major INTEGER NOT NULL,
                    wave TEXT NOT NULL,
                    after INTEGER NOT NULL,
                    days_from TEXT NOT NULL,
                    PRIMARY KEY (study, questionnaire, major, wave)
                ) STRICT, WITHOUT ROWID
                """,
            ),
        ),
    ),
)
