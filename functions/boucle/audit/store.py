"""Whoever got hold of a copy of the store of responses: what could they join with what?

The copy is a SQLite file of the embedded store, opened read-only. Free texts are sealed in it, so what is tried is
everything around them: keys, order, days, expiry, and how few responses each text could belong to.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.model import Multiple, Single
from boucle.core.study.model import Study
from boucle.pages.study.stored import STORED

RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
SERIES = "study, questionnaire, major, wave"
ROW_KINDS = {"arrivals": "responses", "cohorts": "responses", "arriving_texts": "texts"}
"""What the rows of a table are, where its name does not say it."""
RESPONSES = f"""(
    SELECT key, {SERIES}, answers, expires FROM arrivals UNION ALL SELECT key, {SERIES}, answers, expires FROM responses
)"""  # noqa: S608  constants
TEXTS = f"""(
    SELECT key, {SERIES}, question, expires FROM arriving_texts UNION ALL SELECT key, {SERIES}, question, expires
    FROM texts
)"""  # noqa: S608  constants
UNIONS = {"responses": RESPONSES, "texts": TEXTS}


class NotAStore(BoucleError):
    """A file that is no copy of a store of responses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinResult:
    """What the copy allows, and the fewest responses that one free text could belong to."""

    responses: int
    texts: int
    violations: tuple[str, ...]
    smallest_crowd: int | None
    """None: no text is stored."""


ExplainedChoices = Mapping[str, str]
"""By question of a text that explains an "other" choice, that choice: anybody reads it in the questionnaires."""


def find_explained_choices(studies: Iterable[Study]) -> ExplainedChoices:
    """The choices that free texts explain, in all these studies."""
    return {
        f"{question.id}.other": choice.value
        for study in studies
        for questionnaire in study.questionnaires
        for question in questionnaire.questions
        if isinstance(question, Single | Multiple)
        for choice in question.choices
        if choice.other
    }


def try_joins(copy: Path, explained: ExplainedChoices) -> JoinResult:
    """Try every join on a copy of the store. Raises NotAStore."""
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return _try_joins(connection, explained)
    except sqlite3.Error as error:
        raise NotAStore(f"{copy} is not a copy of a store of responses ({error}): give responses.sqlite3") from error


def _try_joins(connection: sqlite3.Connection, explained: ExplainedChoices) -> JoinResult:
    found = [
        *_find_undeclared_columns(connection),
        *_find_ordered_tables(connection),
        *_find_left_after_seal(connection),
        *_find_clear_receipts(connection),
        *_find_shared_keys(connection),
        *_find_telling_expiry(connection),
    ]
    crowds = list(_count_crowds(connection, explained))
    return JoinResult(
        responses=_read_number(connection, f"SELECT count(*) FROM {RESPONSES}"),  # noqa: S608  constants
        texts=_read_number(connection, f"SELECT count(*) FROM {TEXTS}"),  # noqa: S608  constants
        violations=tuple(found),
        smallest_crowd=min(crowds, default=None),
    )


def _read_number(connection: sqlite3.Connection, query: str) -> int:
    number: int = connection.execute(query).fetchone()[0]
    return number


def _read_columns(connection: sqlite3.Connection) -> Mapping[str, Set[str]]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        for table in tables
    }


def _find_undeclared_columns(connection: sqlite3.Connection) -> Iterator[str]:
    for table, columns in _read_columns(connection).items():
        for column in sorted(columns - set(STORED.get(ROW_KINDS.get(table, table), {}))):
            yield f"{table}.{column} is stored, and the anonymity sheet does not name it"


def _find_ordered_tables(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    for name, statement in rows:
        if "WITHOUT ROWID" not in (statement or "").upper():
            yield f"{name} numbers its rows: their numbers tell in which order people answered"


def _find_left_after_seal(connection: sqlite3.Connection) -> Iterator[str]:
    sealed = "SELECT count(*) FROM responses JOIN arrivals USING (study, questionnaire, key)"
    if count := _read_number(connection, sealed):
        yield f"{count} sealed or withdrawn responses still have their day of arrival and their digest"
    withdrawn = "SELECT count(*) FROM responses WHERE answers IS NULL AND coalesce(version, language, mode) IS NOT NULL"
    if count := _read_number(connection, withdrawn):
        yield f"{count} withdrawn responses still have more than a tombstone"


def _find_clear_receipts(connection: sqlite3.Connection) -> Iterator[str]:
    for what, rows in UNIONS.items():
        keys = (key for (key,) in connection.execute(f"SELECT key FROM {rows}"))  # noqa: S608  constants
        count = sum(RECEIPT.fullmatch(str(key).replace("-", "").upper()) is not None for key in keys)
        if count:
            yield f"{count} keys of {what} are receipts in clear: whoever reads the store can withdraw answers"


def _find_shared_keys(connection: sqlite3.Connection) -> Iterator[str]:
    if count := _read_number(connection, f"SELECT count(*) FROM {TEXTS} JOIN {RESPONSES} USING (key)"):  # noqa: S608  constants
        yield f"{count} free texts carry the key of a response: their author's other answers are known"


def _find_telling_expiry(connection: sqlite3.Connection) -> Iterator[str]:
    for what, rows in UNIONS.items():
        uneven = f"SELECT count(*) FROM (SELECT 1 FROM {rows} GROUP BY {SERIES} HAVING count(DISTINCT expires) > 1)"  # noqa: S608
        if _read_number(connection, uneven):
            yield f"{what} of one wave expire on several days, which tell when people answered"


def _count_crowds(connection: sqlite3.Connection, explained: ExplainedChoices) -> Iterator[int]:
    """For each question with free texts, how many responses of its series one of them could belong to."""
    asked = f"SELECT DISTINCT {SERIES}, question FROM {TEXTS}"  # noqa: S608  constants
    for *series, question in connection.execute(asked):
        where = "study = ? AND questionnaire = ? AND major = ? AND wave = ? AND answers IS NOT NULL"
        answers = connection.execute(f"SELECT answers FROM {RESPONSES} WHERE {where}", series)  # noqa: S608  constants
        yield sum(_may_have_written(json.loads(stored), question, explained) for (stored,) in answers)


def _may_have_written(answers: Mapping[str, object], question: str, explained: ExplainedChoices) -> bool:
    """Whether a response may come with a text to that question; one that explains a choice goes with that choice."""
    if question not in explained:
        return True
    answer = answers.get(question.removesuffix(".other"))
    return explained[question] in (answer if isinstance(answer, list) else [answer])
