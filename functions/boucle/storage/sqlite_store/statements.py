"""Every SQL statement of the SQLite stores, in one place; values are always bound by name."""

from __future__ import annotations

from dataclasses import fields

from boucle.storage.transfer_format import (
    ExportedDays,
    ExportedEntry,
    ExportedLock,
    ExportedResponse,
    ExportedText,
)

OF_SERIES = "study = :study AND questionnaire = :questionnaire AND major = :major AND wave = :wave"
OF_KEY = "study = :study AND questionnaire = :questionnaire AND key = :key"
# A key is sought in every cohort that it may be in: what a seal adds lies together, and no index grows with it.
COHORT_BY_COHORT = "FROM cohorts CROSS JOIN responses USING (expires, study, questionnaire, major, wave, cohort)"
IN_COHORTS = f"""
    {COHORT_BY_COHORT}
    WHERE cohorts.study = :study AND cohorts.questionnaire = :questionnaire AND key = :key
"""
OF_WAVE = "AND cohorts.wave = :wave"
"""A submission that comes again comes in its wave; whoever has a receipt does not know it."""

# The window is decided here, under the lock that `close_days` takes too: no answer slips into a day that is over.
PUT_RESPONSE = f"""
    INSERT INTO arrivals
        (study, questionnaire, key, major, wave, expires, version, language, mode, answers, digest, held, window)
    SELECT :study, :questionnaire, :key, :major, :wave, :expires, :version, :language, :mode, :answers, :digest, :held,
        max(:window, coalesce((SELECT first_open FROM closed_days WHERE {OF_SERIES}), :window))
    WHERE NOT EXISTS (SELECT 1 {IN_COHORTS} {OF_WAVE})
    ON CONFLICT DO NOTHING
"""
PUT_TEXT = f"""
    INSERT INTO arriving_texts (study, questionnaire, key, major, wave, question, payload, expires)
    SELECT :study, :questionnaire, :key, :major, :wave, :question, :payload, :expires
    WHERE NOT EXISTS (SELECT 1 FROM texts WHERE {OF_KEY})
    ON CONFLICT DO NOTHING
"""
STORED_DIGEST = f"""
    SELECT 0, digest FROM arrivals WHERE {OF_KEY}
    UNION ALL SELECT answers IS NULL, NULL {IN_COHORTS} {OF_WAVE}
"""
STANDING = f"""
    SELECT 0, NULL, major, wave FROM arrivals WHERE {OF_KEY}
    UNION ALL SELECT answers IS NULL, nullif(cohort, 0), major, wave {IN_COHORTS}
"""
LOCK_VERSION = """
    INSERT INTO locked_versions (study, questionnaire, version, file_hash)
    VALUES (:study, :questionnaire, :version, :file_hash) ON CONFLICT DO NOTHING
"""
LOCK_IF_ANSWERED = f"""
    INSERT INTO locked_versions (study, questionnaire, version, file_hash)
    SELECT :study, :questionnaire, :version, :file_hash
    WHERE EXISTS (
        SELECT 1 FROM arrivals WHERE study = :study AND questionnaire = :questionnaire AND version = :version
    ) OR EXISTS (
        SELECT 1 {COHORT_BY_COHORT}
        WHERE cohorts.study = :study AND cohorts.questionnaire = :questionnaire AND version = :version
    )
    ON CONFLICT DO NOTHING
"""
LOCKED_HASH = """
    SELECT file_hash FROM locked_versions
    WHERE study = :study AND questionnaire = :questionnaire AND version = :version
"""
LOCKED_VERSIONS = "SELECT study, questionnaire, version, file_hash FROM locked_versions ORDER BY 1, 2, 3"
BURY = """
    INSERT INTO responses (expires, study, questionnaire, major, wave, cohort, key)
    SELECT expires, study, questionnaire, major, wave, 0, key FROM arrivals
"""
WITHDRAW = (
    f"{BURY} WHERE {OF_KEY}",
    f"DELETE FROM arrivals WHERE {OF_KEY}",
    f"""
    UPDATE responses SET version = NULL, language = NULL, mode = NULL, answers = NULL
    WHERE (expires, study, questionnaire, major, wave, cohort, key) IN
        (SELECT expires, study, questionnaire, major, wave, cohort, key {IN_COHORTS})
    """,
)
DELETE_TEXT = [f"DELETE FROM {table} WHERE {OF_KEY}" for table in ("arriving_texts", "texts")]
PENDING_BY_DAY = f"SELECT window, count(*) FROM arrivals WHERE {OF_SERIES} AND held IS NULL GROUP BY window"
CLOSE_DAYS = """
    INSERT INTO closed_days (study, questionnaire, major, wave, first_open)
    VALUES (:study, :questionnaire, :major, :wave, :first_open)
    ON CONFLICT DO UPDATE SET first_open = max(first_open, excluded.first_open)
"""
REOPEN_DAYS = (
    f"UPDATE closed_days SET first_open = :today WHERE {OF_SERIES} AND first_open > :today",
    f"UPDATE arrivals SET window = :today WHERE {OF_SERIES} AND window > :today",
)
WAITING_BY_SERIES = "SELECT study, questionnaire, major, wave, count(*) FROM arrivals GROUP BY 1, 2, 3, 4"
COHORT_SIZE = """
    SELECT count(*) FROM responses
    WHERE expires = :expires AND study = :study AND questionnaire = :questionnaire AND major = :major AND wave = :wave
        AND cohort = :cohort AND answers IS NOT NULL
"""
DUE = f"{OF_SERIES} AND window <= :through AND held IS NULL"
READ_PENDING = f"SELECT version, mode, answers FROM arrivals WHERE {DUE}"
SEAL = f"""
    INSERT INTO responses
    SELECT expires, study, questionnaire, major, wave, :cohort, key, version, language, mode, answers
    FROM arrivals WHERE {DUE} ORDER BY key
"""
READ_WAITING_BY_KEY = f"SELECT key, version, mode, answers FROM arrivals WHERE {DUE}"
HOLD_BACK = f"UPDATE arrivals SET held = :held WHERE {DUE} AND key = :key"
STILL_WAITING = f"SELECT * FROM arrivals WHERE NOT ({DUE}) ORDER BY study, questionnaire, key"
HELD = f"SELECT window, held, count(*) FROM arrivals WHERE {OF_SERIES} AND held IS NOT NULL GROUP BY window, held"
IS_HELD = f"{OF_SERIES} AND window = :window AND held = :held"
RELEASE = f"""
    UPDATE arrivals SET held = NULL,
        window = max(window, coalesce((SELECT first_open FROM closed_days WHERE {OF_SERIES}), window))
    WHERE {IS_HELD}
"""
DROP_HELD = (f"{BURY} WHERE {IS_HELD} ORDER BY key", f"DELETE FROM arrivals WHERE {IS_HELD}")
SEALED_COUNT = f"""
    SELECT count(*) {COHORT_BY_COHORT}
    WHERE cohorts.study = :study AND cohorts.questionnaire = :questionnaire AND cohorts.wave = :wave
        AND cohorts.major = :major AND cohorts.cohort = :cohort
"""
# A text expires with its response, or with what is left of it.
FIRST_EXPIRY = """
    SELECT min(day) FROM (SELECT min(expires) AS day FROM responses UNION ALL SELECT min(expires) FROM arrivals)
"""
EXPIRE = [
    f"DELETE FROM {table} WHERE expires <= :today" for table in ("arrivals", "responses", "arriving_texts", "texts")
]
EXPIRE_COHORTS = "DELETE FROM cohorts WHERE expires <= :today"

PUT_USED_INVITATIONS = """
    INSERT INTO spent (expires, codes) VALUES (:expires, :codes)
    ON CONFLICT DO UPDATE SET codes = excluded.codes
"""
ALL_USED_INVITATIONS = "SELECT expires, codes FROM spent ORDER BY expires"
EXPIRE_USED_INVITATIONS = "DELETE FROM spent WHERE expires <= :today RETURNING codes"

APPEND = """
    INSERT INTO entries (study, questionnaire, major, wave, number, entry)
    VALUES (:study, :questionnaire, :major, :wave, :number, :entry)
    ON CONFLICT DO NOTHING
"""
ENTRY = f"SELECT entry FROM entries WHERE {OF_SERIES} AND number = :number"
ENTRIES = f"SELECT entry FROM entries WHERE {OF_SERIES} ORDER BY number"
ENTRIES_BY_SERIES = "SELECT study, questionnaire, major, wave, count(*) FROM entries GROUP BY 1, 2, 3, 4"
NOTE = f"SELECT after, days_from FROM notes WHERE {OF_SERIES}"
PUT_NOTE = """
    INSERT INTO notes (study, questionnaire, major, wave, after, days_from)
    VALUES (:study, :questionnaire, :major, :wave, :after, :days_from)
    ON CONFLICT DO UPDATE SET after = excluded.after, days_from = excluded.days_from
"""

TableRecord = ExportedEntry | ExportedDays | ExportedLock | ExportedResponse | ExportedText
"""What a copy keeps as a row of a table."""
TABLES: dict[type[TableRecord], tuple[str, ...]] = {
    ExportedEntry: ("entries",),
    ExportedDays: ("closed_days",),
    ExportedLock: ("locked_versions",),
    ExportedResponse: ("arrivals", "responses"),
    ExportedText: ("arriving_texts", "texts"),
}
COLUMNS = {kind: [field.name for field in fields(kind)] for kind in TABLES}
ABSENT_COLUMNS = {"arrivals": {"cohort"}, "responses": {"window", "digest", "held"}}
"""What a copy says of each response, and one of its tables has no column for."""
READ_EXPRESSIONS = {
    ("arrivals", "cohort"): "NULL AS cohort",
    ("responses", "cohort"): "nullif(cohort, 0) AS cohort",
} | {("responses", name): f"NULL AS {name}" for name in ABSENT_COLUMNS["responses"]}
WRITE_EXPRESSIONS = {"cohort": "coalesce(:cohort, 0)"}


def _build_select(kind: type[TableRecord], table: str) -> str:
    names = [READ_EXPRESSIONS.get((table, name), name) for name in COLUMNS[kind]]
    return f"SELECT {', '.join(names)} FROM {table}"


def _build_insert(kind: type[TableRecord], table: str) -> str:
    columns = [name for name in COLUMNS[kind] if name not in ABSENT_COLUMNS.get(table, ())]
    values = [WRITE_EXPRESSIONS.get(name, f":{name}") for name in columns]
    there = [
        f"NOT EXISTS (SELECT 1 FROM {other_table} WHERE {OF_KEY})"
        for other_table in TABLES[kind]
        if other_table not in {table, "responses"}
    ]
    if kind is ExportedResponse:
        there.append(f"NOT EXISTS (SELECT 1 {IN_COHORTS})")
    return f"""
        INSERT INTO {table} ({", ".join(columns)}) SELECT {", ".join(values)}
        WHERE {" AND ".join(there) or "true"} ON CONFLICT DO NOTHING
    """


KEYS = {
    ExportedEntry: "study, questionnaire, major, wave, number",
    ExportedDays: "study, questionnaire, major, wave",
    ExportedLock: "study, questionnaire, version",
}
SELECT_ALL = {
    kind: " UNION ALL ".join(_build_select(kind, table) for table in tables if table != "responses")
    + f" ORDER BY {KEYS.get(kind, 'study, questionnaire, key')}"
    for kind, tables in TABLES.items()
}
"""Every row as a copy keeps it, in the order of its keys; but what is in a cohort."""
COHORTS = "SELECT study, questionnaire, wave, major, expires, cohort FROM cohorts"
SELECT_COHORT = f"""
    {_build_select(ExportedResponse, "responses")}
    WHERE study = ? AND questionnaire = ? AND wave = ? AND major = ? AND expires = ? AND cohort = ? ORDER BY key
"""
INSERT_RECORD = {table: _build_insert(kind, table) for kind, tables in TABLES.items() for table in tables}
