"""Lays rows down in the order of their keys, at a cost of what is new, so that a file does not tell who came when.

Within a page, SQLite keeps rows where they were put, and it numbers pages as it needs them. So what arrives lies in
tables of its own, in the order of arrival as long as it waits. A seal moves it on in the order of keys and writes
what stays behind anew. Responses say their cohort, so that moving one cohort after another tells nothing more. Texts
say nothing of the kind: they are merged into their table by writing the whole of it anew, once what is new is a
sixteenth of it; until then they lie apart, by key.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

ARRIVAL_TABLES = {"arriving_texts": "texts"}
"""Tables that take what comes, and where each is merged. A row of them must not tell when it came, not even its
cohort."""
MERGE_SHARE = 16
"""A merge writes everything anew: it waits until what is new is this part of it."""
FULL_PAGE_BYTES = 3000
"""Bytes that fill a page of their own, whatever the row around them."""

FILL_FREE_PAGES = """
    WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < :pages)
    INSERT INTO scattered SELECT randomblob(16), zeroblob(:bytes) FROM numbers
"""


def rewrite_by_key(
    connection: sqlite3.Connection, table: str, rows: str, values: Mapping[str, str | int | bytes | None]
) -> None:
    """Write a table anew with these rows, which the query gives in the order of their keys; it has no index."""
    [[statement]] = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
    connection.execute(re.sub(rf'^CREATE TABLE "?{table}"?', "CREATE TABLE fresh", statement))
    connection.execute(f"INSERT INTO fresh {rows}", values)
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE fresh RENAME TO {table}")


def merge_arrivals(connection: sqlite3.Connection) -> None:
    """Merge what came into each table that does not tell when, or write it down by key until merging is worth it."""
    for arriving, table in ARRIVAL_TABLES.items():
        [[new]] = connection.execute(f"SELECT count(*) FROM {arriving}")
        if new and connection.execute(f"SELECT 1 FROM {table} LIMIT 1 OFFSET ?", (new * MERGE_SHARE,)).fetchone():
            rewrite_by_key(connection, arriving, _order_by_key(f"SELECT * FROM {arriving}"), {})
        elif new:
            rewrite_by_key(
                connection, table, _order_by_key(f"SELECT * FROM {table} UNION ALL SELECT * FROM {arriving}"), {}
            )
            connection.execute(f"DELETE FROM {arriving}")


def _order_by_key(rows: str) -> str:
    return f"{rows} ORDER BY study, questionnaire, key"


def count_free_pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def shuffle_free_pages(connection: sqlite3.Connection, pages: int) -> None:
    """Put so many free pages in a random order: they are freed as the rows in them came to need them."""
    if pages > 0:
        connection.execute("CREATE TABLE scattered (place BLOB PRIMARY KEY, filling BLOB) WITHOUT ROWID")
        connection.execute(FILL_FREE_PAGES, {"pages": pages, "bytes": FULL_PAGE_BYTES})
        connection.execute("DROP TABLE scattered")
