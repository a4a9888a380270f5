"""Rows as the SQLite store holds them, put past it in bulk: what is measured comes afterwards."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cache
from itertools import cycle
from pathlib import Path

from boucle.core.questionnaire.validation import settle
from boucle.core.study.model import Series
from boucle.storage.rows import answers_to_json
from support.servers.contenders import QUESTIONNAIRE, STUDY, invent_people, read_shared_surveys

SERIES = Series(STUDY, QUESTIONNAIRE, 1, "2026")
WAVE_BEFORE = "2025"
EXPIRES = "2029-01-01"
VERSION_LANGUAGE_MODE = ("1.0.0", "fr", "self")
LATER_COHORTS = 4
INSERT_SEALED = "INSERT INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_ARRIVAL = "INSERT INTO arrivals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"


@cache
def settle_answers() -> tuple[str, ...]:
    """What the store would hold of each invented candidate."""
    version = read_shared_surveys()[STUDY].by_version[QUESTIONNAIRE, "1.0.0"]
    taken = [settle(version, person.answers, ())[0].answers for person in invent_people()]
    return tuple(
        answers_to_json({id: given_answers[id] for id in given_answers if id not in version.free_texts})
        for given_answers in taken
    )


def make_keys(count: int) -> list[str]:
    """Keys as hashes are: evenly spread, without any order."""
    drawn = os.urandom(32 * count).hex()
    return [drawn[at : at + 64] for at in range(0, len(drawn), 64)]


def generate_keys_in_order(count: int) -> Iterator[str]:
    """As many keys, ascending, a few at a time: ten million would fill the memory."""
    for first in range(256):
        share = (count + first) // 256
        yield from sorted(f"{first:02x}{key[2:]}" for key in make_keys(share))


def put_sealed(file: Path, count: int) -> None:
    """Seal so many in the wave before, in a file that nobody has open.

    Two thirds come at once, the rest in a few cohorts.
    """
    rest = count // 3 // LATER_COHORTS
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # alone with the file: each page is written once
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        _seal(connection, count - rest * LATER_COHORTS, 1)
        for cohort in range(2, 2 + LATER_COHORTS):
            _seal(connection, rest, cohort)
        connection.execute("PRAGMA journal_mode = WAL")


def _seal(connection: sqlite3.Connection, count: int, cohort: int) -> None:
    connection.execute("BEGIN")
    series = (SERIES.study, SERIES.questionnaire, SERIES.major, WAVE_BEFORE, cohort)
    keys = zip(generate_keys_in_order(count), cycle(settle_answers()), strict=False)
    connection.executemany(
        INSERT_SEALED, ((EXPIRES, *series, key, *VERSION_LANGUAGE_MODE, answers) for key, answers in keys)
    )
    connection.execute("COMMIT")


def put_waiting(file: Path, count: int, window: date) -> None:
    """So many that came on that day."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(INSERT_ARRIVAL, _make_waiting_rows(count, window))


def _make_waiting_rows(count: int, window: date) -> Iterator[tuple[object, ...]]:
    for key, answers in zip(make_keys(count), cycle(settle_answers()), strict=False):
        place = (SERIES.study, SERIES.questionnaire, key, SERIES.major, SERIES.wave, EXPIRES)
        yield *place, *VERSION_LANGUAGE_MODE, answers, window.isoformat(), "d" * 64
