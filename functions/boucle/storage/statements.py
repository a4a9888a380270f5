"""Every SQL statement of the SQLite stores, in one place; values are always bound by name."""

from __future__ import annotations

from dataclasses import fields

from boucle.storage.copies import KeptDays, KeptEntry, KeptResponse, KeptText

OF_SERIES = "study = :study AND questionnaire = :questionnaire AND major = :major AND wave = :wave"
OF_KEY = "study = :study AND questionnaire = :questionnaire AND key = :key"

# The window is decided here, under the lock that `close_days` takes too: no answer slips into a day that is over.
PUT_RESPONSE = f"""
    INSERT INTO responses
        (study, questionnaire, key, major, wave, expires, version, language, mode, answers, digest, held, window)
    VALUES (:study, :questionnaire, :key, :major, :wave, :expires, :version, :language, :mode, :answers, :digest, :held,
        max(:window, coalesce((SELECT first_open FROM closed_days WHERE {OF_SERIES}), :window)))
    ON CONFLICT DO NOTHING
"""
PUT_TEXT = """
    INSERT INTO texts (study, questionnaire, key, major, wave, question, payload, expires)
    VALUES (:study, :questionnaire, :key, :major, :wave, :question, :payload, :expires)
    ON CONFLICT DO NOTHING
"""
STORED_DIGEST = f"SELECT answers IS NULL, digest FROM responses WHERE {OF_KEY}"
STANDING = f"SELECT answers IS NULL, cohort, major, wave FROM responses WHERE {OF_KEY}"
BURY = """
    UPDATE responses SET version = NULL, language = NULL, mode = NULL, answers = NULL, digest = NULL, window = NULL,
        held = NULL
"""
WITHDRAW = f"{BURY} WHERE {OF_KEY}"
DELETE_TEXT = f"DELETE FROM texts WHERE {OF_KEY}"
PENDING_BY_DAY = f"""
    SELECT window, count(*) FROM responses WHERE {OF_SERIES} AND window IS NOT NULL AND held IS NULL
    GROUP BY window
"""
CLOSE_DAYS = """
    INSERT INTO closed_days (study, questionnaire, major, wave, first_open)
    VALUES (:study, :questionnaire, :major, :wave, :first_open)
    ON CONFLICT DO UPDATE SET first_open = max(first_open, excluded.first_open)
"""
WAITS = f"{OF_SERIES} AND window <= :through AND held IS NULL"
READ_PENDING = f"SELECT version, mode, answers FROM responses WHERE {WAITS}"
MARK_SEALED = f"UPDATE responses SET cohort = :cohort, window = NULL, digest = NULL WHERE {WAITS}"
HELD = f"""
    SELECT window, held, count(*) FROM responses WHERE {OF_SERIES} AND held IS NOT NULL GROUP BY window, held
"""
IS_HELD = f"{OF_SERIES} AND window = :window AND held = :held"
RELEASE = f"""
    UPDATE responses SET held = NULL,
        window = max(window, coalesce((SELECT first_open FROM closed_days WHERE {OF_SERIES}), window))
    WHERE {IS_HELD}
"""
DROP_HELD = f"{BURY} WHERE {IS_HELD}"
SEALED_COUNT = f"SELECT count(*) FROM responses WHERE {OF_SERIES} AND cohort = :cohort"
EXPIRE_RESPONSES = "DELETE FROM responses WHERE expires <= :today"
EXPIRE_TEXTS = "DELETE FROM texts WHERE expires <= :today"

SPENT_UNTIL = "SELECT codes FROM spent WHERE expires = :expires"
SPEND = """
    INSERT INTO spent (expires, codes) VALUES (:expires, :codes)
    ON CONFLICT DO UPDATE SET codes = excluded.codes
"""
ALL_SPENT = "SELECT expires, codes FROM spent ORDER BY expires"
EXPIRE_SPENT = "DELETE FROM spent WHERE expires <= :today RETURNING codes"

APPEND = """
    INSERT INTO entries (study, questionnaire, major, wave, number, entry)
    VALUES (:study, :questionnaire, :major, :wave, :number, :entry)
    ON CONFLICT DO NOTHING
"""
ENTRY = f"SELECT entry FROM entries WHERE {OF_SERIES} AND number = :number"
ENTRIES = f"SELECT entry FROM entries WHERE {OF_SERIES} ORDER BY number"

Row = KeptEntry | KeptDays | KeptResponse | KeptText
"""What a copy keeps as a row of a table."""
TABLE: dict[type[Row], str] = {
    KeptEntry: "entries",
    KeptDays: "closed_days",
    KeptResponse: "responses",
    KeptText: "texts",
}
NAMES = {kind: [each.name for each in fields(kind)] for kind in TABLE}
WHOLE = {kind: f"SELECT {', '.join(NAMES[kind])} FROM {table}" for kind, table in TABLE.items()}
"""Every row of a table as a copy keeps it, in the order of its keys."""
TAKE = {
    kind: f"""
    INSERT INTO {table} ({", ".join(NAMES[kind])}) VALUES ({", ".join(f":{name}" for name in NAMES[kind])})
    ON CONFLICT DO NOTHING
"""
    for kind, table in TABLE.items()
}
