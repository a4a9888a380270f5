"""Looking into a SQLite file from outside, as somebody would who got hold of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def columns(path: Path) -> Mapping[str, Collection[str]]:
    """The columns of every table, hidden ones included."""
    tables = [name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: [row[1] for row in rows(path, f"PRAGMA table_xinfo({table})")] for table in tables}


def everything(path: Path) -> bytes:
    """All bytes that the file and its write-ahead log hold."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")
