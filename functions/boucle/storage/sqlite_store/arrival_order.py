"""Keeps the file from telling who came when: rows are written again in the order of their keys.

No column tells it (`schema.py`), but the place of a row does: within a page SQLite keeps rows where they were put, and
it takes pages as it needs them, from the free ones first, then at the end of the file. Therefore

1. what arrives lies in tables of its own (`arrivals`, `arriving_texts`), in the order of arrival while it waits;
2. a seal moves what it counts on, in the order of keys, and rewrites what stays behind (`rewrite_by_key`): the rows
   are copied by key into a table with other pages, and the old one is dropped;
3. responses go to the end of `responses`, by cohort and key. A row says its cohort, so that lying beside its cohort
   tells nothing more, and no older row is touched;
4. texts say no cohort, and lying beside it would tell. They have two levels: `arriving_texts` is rewritten by key at
   each seal and stays apart until it is a sixteenth of `texts`, when both are merged into a new `texts`
   (`merge_arrivals`). A merge writes at most seventeen rows for each new one, however many there are, and a seal
   between two merges writes the small level only: the cost follows what is new, and not what is stored;
5. the pages that this frees were freed in an order that comes from the rows in them, and the next rows would take
   them in that order: they are put in a random one (`shuffle_free_pages`).

All of it is done in the transaction of the seal: it is there whole, or not at all.
"""

from __future__ import annotations

import re
import sqlite3

from boucle.storage.sqlite_store.row_values import RowValues

MERGED_INTO = {"arriving_texts": "texts"}
"""Tables of what is new, and where each is merged. A row of them must not tell when it came, not even its cohort."""
MERGE_SHARE = 16
"""Merging writes everything anew: it waits until what is new is this part of it."""
FULL_PAGE_BYTES = 3000
"""A value of so many bytes is more than a row may keep in its own page (a quarter): the rest takes one page, alone."""

FILL_FREE_PAGES = """
    WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < :pages)
    INSERT INTO scattered SELECT randomblob(16), zeroblob(:bytes) FROM numbers
"""


def rewrite_by_key(connection: sqlite3.Connection, table: str, rows: str, values: RowValues) -> None:
    """Replace a table by one with the same columns, filled by the query `rows`, which gives them by key.

    The table has no index and no trigger: those would go with it. `values` are what the query binds.
    """
    [[statement]] = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
    # A table that was renamed once is quoted there.
    connection.execute(re.sub(rf'^CREATE TABLE "?{table}"?', "CREATE TABLE fresh", statement))
    # The old pages stay taken until the new ones are filled, so that no row keeps its page.
    connection.execute(f"INSERT INTO fresh {rows}", values)
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE fresh RENAME TO {table}")


def merge_arrivals(connection: sqlite3.Connection) -> None:
    """Merge each table of what is new into the one behind it, once that is worth it; until then, rewrite it by key."""
    for arriving, table in MERGED_INTO.items():
        [[new]] = connection.execute(f"SELECT count(*) FROM {arriving}")
        if new and _has_more_rows(connection, table, new * MERGE_SHARE):
            rewrite_by_key(connection, arriving, _order_by_key(f"SELECT * FROM {arriving}"), {})
        elif new:
            both = f"SELECT * FROM {table} UNION ALL SELECT * FROM {arriving}"
            rewrite_by_key(connection, table, _order_by_key(both), {})
            connection.execute(f"DELETE FROM {arriving}")


def _has_more_rows(connection: sqlite3.Connection, table: str, count: int) -> bool:
    # Not counted to the end: a large table would be read whole for that.
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1 OFFSET ?", (count,)).fetchone() is not None


def _order_by_key(rows: str) -> str:
    return f"{rows} ORDER BY study, questionnaire, key"


def count_free_pages(connection: sqlite3.Connection) -> int:
    """How many pages of the file hold nothing now."""
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def shuffle_free_pages(connection: sqlite3.Connection, pages: int) -> None:
    """Put so many free pages in a random order, by a table that takes one for each row and frees them by random key.

    For none, or fewer than none, nothing is done.
    """
    if pages > 0:
        connection.execute("CREATE TABLE scattered (place BLOB PRIMARY KEY, filling BLOB) WITHOUT ROWID")
        connection.execute(FILL_FREE_PAGES, {"pages": pages, "bytes": FULL_PAGE_BYTES})
        connection.execute("DROP TABLE scattered")
