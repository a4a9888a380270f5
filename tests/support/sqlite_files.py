"""Looking into a SQLite file from outside, as somebody would who got hold of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

ITEMS = {"arrivals": "responses", "cohorts": "responses", "arriving_texts": "texts"}


def query_rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def read_columns(path: Path) -> Mapping[str, Collection[str]]:
    """The columns of every table, hidden ones included."""
    tables = [name for (name,) in query_rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: [row[1] for row in query_rows(path, f"PRAGMA table_xinfo({table})")] for table in tables}


def read_stored_attributes(path: Path) -> Mapping[str, set[str]]:
    """The columns of every table, by what their rows are: responses and texts lie in two tables each."""
    found: dict[str, set[str]] = {}
    for table, names in read_columns(path).items():
        found.setdefault(ITEMS.get(table, table), set()).update(names)
    return found


def read_stored_keys(path: Path) -> list[str]:
    """The key of every stored response, as often as it is stored."""
    return [str(key) for (key,) in query_rows(path, "SELECT key FROM arrivals UNION ALL SELECT key FROM responses")]


def read_everything(path: Path) -> bytes:
    """All bytes that the file and its write-ahead log hold."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")
