"""Promises of `boucle audit --store`: what a copy of the store lets anybody join is found, and ours lets nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from boucle.audit.store import find_explained_choices, try_joins
from boucle.core.identity.receipts import Keyring, response_key, text_key
from boucle.core.ports import NewResponse, NewText
from boucle.core.questionnaire.model import Multiple
from boucle.core.study.model import Series
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support import builders

SERIES = Series("etude", "candidats", 1, "2026")
EXPLAINED = {"freins.other": "autre"}
EXPIRES = date(2027, 12, 31)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Thirty responses, sealed but for one, three of them with a text that explains "other", ten with one to "mot"."""
    file = tmp_path / "responses.sqlite3"
    with closing(SqliteResponseStore(file)) as store:
        for number in range(30):
            code = Keyring(b"0" * 32).make_receipt("etude", "2026", f"submission-{number}")
            store.put(_response(number, code), list(_texts(number, code)))
        store.mark_sealed(SERIES, date(2026, 2, 1), 1)
        store.withdraw("etude", "candidats", response_key("etude", "candidats", _code(29)), [])
    return file


def _code(number: int) -> str:
    return Keyring(b"0" * 32).make_receipt("etude", "2026", f"submission-{number}")


def _response(number: int, code: str) -> NewResponse:
    return NewResponse(
        series=SERIES,
        version="1.0.0",
        key=response_key("etude", "candidats", code),
        window=date(2026, 2, 1),
        language="fr",
        mode="self",
        answers={"freins": ("transport", "autre") if number < 3 else ("transport",)},
        digest=f"digest-{number}",
        expires=EXPIRES,
    )


def _texts(number: int, code: str) -> Iterator[NewText]:
    for question, least in (("freins.other", 3), ("mot", 10)):
        if number < least:
            key = text_key("etude", "candidats", code, question)
            yield NewText(key=key, series=SERIES, question=question, payload=b"sealed", expires=EXPIRES)


def change(copy: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement, values)


def test_our_own_store_lets_nothing_be_joined_and_the_smallest_crowd_is_said(copy: Path) -> None:
    found = try_joins(copy, EXPLAINED)
    assert found.violations == ()
    assert (found.responses, found.texts, found.smallest_crowd) == (30, 13, 3)


def test_a_text_to_a_question_of_its_own_could_be_of_anybody(copy: Path) -> None:
    change(copy, "DELETE FROM texts WHERE question = 'freins.other'")
    assert try_joins(copy, EXPLAINED).smallest_crowd == 29


STILL_WITH_ITS_DAY = """
    INSERT INTO arrivals SELECT study, questionnaire, key, major, wave, expires, version, language, mode, answers,
    '2026-02-01', 'digest', NULL FROM responses WHERE answers IS NOT NULL LIMIT 1
"""
WITH_THE_KEY_OF_A_RESPONSE = """
    UPDATE texts SET key = (SELECT key FROM responses LIMIT 1)
    WHERE key = (SELECT key FROM texts WHERE question = 'mot' LIMIT 1)
"""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (STILL_WITH_ITS_DAY, "1 sealed or withdrawn responses still have their day of arrival"),
        ("UPDATE responses SET mode = 'self' WHERE answers IS NULL", "1 withdrawn responses still have more"),
        ("ALTER TABLE responses ADD COLUMN address TEXT", "responses.address is stored"),
        ("CREATE TABLE visits (seen TEXT)", "visits.seen is stored"),
        ("CREATE TABLE visits (seen TEXT)", "visits numbers its rows"),
        ("UPDATE texts SET expires = '2028-01-01' WHERE question = 'mot'", "expire on several days"),
        (WITH_THE_KEY_OF_A_RESPONSE, "carry the key of a response"),
    ],
)
def test_what_lets_answers_be_joined_is_found(copy: Path, statement: str, says: str) -> None:
    change(copy, statement)
    assert any(says in violation for violation in try_joins(copy, EXPLAINED).violations)


def test_receipts_in_clear_are_found(copy: Path) -> None:
    change(copy, "UPDATE responses SET key = ? WHERE answers IS NULL", _code(29))
    assert any(
        "1 keys of responses are receipts in clear" in violation for violation in try_joins(copy, EXPLAINED).violations
    )


def test_the_copy_is_only_read(copy: Path) -> None:
    before = copy.read_bytes()
    try_joins(copy, EXPLAINED)
    assert copy.read_bytes() == before


def test_choices_that_texts_explain_are_read_in_the_questionnaires() -> None:
    obstacle = Multiple(
        id="freins",
        label=builders.make_text("freins"),
        choices=builders.make_choices("a", "autre", other="autre"),
        max_choices=2,
    )
    assert find_explained_choices([builders.make_study(builders.make_questionnaire(obstacle))]) == EXPLAINED
