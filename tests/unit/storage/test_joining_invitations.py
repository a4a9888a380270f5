"""Whoever holds a full copy of the store does no better than chance at putting invitations beside their answers.

Of 200 codes put beside 200 answers at random, one is right on average. More than nine are right less than once in a
million times: attackers who stay below do no better than chance. Canaries, stores that are made as one would make them
at first, are joined by the same attackers.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from boucle.core.identity.invitations import Invitations, key_of_used_invitation
from boucle.core.identity.receipts import Keyring, response_key
from boucle.core.ports import ResponseStore, UsedInvitation, UsedInvitations
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path as Route
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series
from boucle.storage.dynamodb_store.copies import DynamoTransfer
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from boucle.submissions.submission import Submission
from boucle.submissions.submit import SubmissionService
from support.api import make_id
from support.attackers.joiners import (
    InvitedRespondent,
    StoreCopy,
    correlation_bound,
    count_right_by_computing,
    count_right_by_likeness,
    count_right_by_order,
    files_of,
    rank_correlation,
)
from support.builders import make_multiple, make_questionnaire, make_rating, make_study, make_yes_no

pytestmark = pytest.mark.slow

PEOPLE = 200
BY_CHANCE = 9
MASTER = b"0" * 32
DAY = date(2026, 3, 2)
ASKED: Questionnaire = make_questionnaire(
    make_yes_no("helped"), make_rating("mark"), make_multiple("brakes", "bus", "language", "nothing")
)
INVITING = make_study(ASKED)
ANSWERS = ("arrivals", "responses")
"""Before the seal, and after."""
WAVE = replace(INVITING.waves[0], invited={"candidats": PEOPLE})


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 12, tzinfo=UTC)


def respondents() -> Iterator[Submission]:
    """Two hundred invited people who answer in an order that has nothing to do with the numbers of their codes."""
    chance = random.Random(20260302)
    codes = Invitations(Keyring(MASTER).derive_invitation_key("etude", "candidats", "2026"))
    for number in chance.sample(range(1, PEOPLE + 1), PEOPLE):
        answers: Answers = {"helped": chance.choice(["yes", "no"]), "mark": chance.randint(0, 10)}
        if chance.random() < 0.6:
            answers = {**answers, "brakes": tuple(chance.sample(["bus", "language"], chance.randint(1, 2)))}
        yield Submission(
            id=str(make_id(chance.getrandbits(48))),
            language="fr",
            mode="self",
            path=Route(tuple(answers), answers),
            consents=frozenset(),
            invitation=codes.make_code(number),
        )


def answer_all(store: ResponseStore, used_invitations: UsedInvitations) -> list[tuple[str, str]]:
    """Everybody answers; the kept key of each code and that of its answers, in the order of arrival."""
    submissions = SubmissionService(store, Keyring(MASTER), Noon(), bytes, used_invitations)
    pairs = []
    for sent in respondents():
        receipt = submissions.submit(INVITING, WAVE, ASKED, sent).receipt
        assert sent.invitation
        pairs.append((sent.invitation, response_key("etude", "candidats", receipt)))
    return pairs


StoredItems = Mapping[str, Mapping[str, bytes]]
"""What is kept of each item by attribute, by its key."""


def copy_of(
    pairs: list[tuple[str, str]], used_invitations: StoredItems, responses: StoredItems, files: Mapping[str, bytes]
) -> StoreCopy:
    keys = [(key_of_used_invitation("etude", "candidats", "2026", code), response) for code, response in pairs]
    people = [
        InvitedRespondent(code, used_invitations[key], responses[response])
        for (code, _), (key, response) in zip(pairs, keys, strict=True)
    ]
    places = {digest: at for at, pair in enumerate(keys) for digest in pair}
    return StoreCopy(
        people, MASTER, files, [places[digest] for digest in used_invitations], [places[digest] for digest in responses]
    )


def rows(file: Path, *tables: str) -> dict[str, dict[str, bytes]]:
    """Every row of some tables by its key, in the order in which SQLite gives them."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        found = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608  one of two names
    return {row["key"]: {name: str(row[name]).encode() for name in row.keys()} for row in found}  # noqa: SIM118


def sqlite_copy(folder: Path, pairs: list[tuple[str, str]], used_invitations: SqliteUsedInvitations) -> StoreCopy:
    kept = {
        used.key: {"key": bytes.fromhex(used.key), "mark": bytes.fromhex(used.mark)}
        for used in used_invitations.read_all()
    }
    return copy_of(pairs, kept, rows(folder / "responses.sqlite3", *ANSWERS), files_of(folder))


def check_nothing_is_joined(copy: StoreCopy) -> None:
    joined = {name: right for name, right in count_right_by_order(copy).items() if right > BY_CHANCE}
    assert joined == {}
    bound = correlation_bound(PEOPLE)
    assert {name: r for name, r in rank_correlation(copy).items() if abs(r) > bound} == {}
    assert count_right_by_likeness(copy) <= BY_CHANCE
    assert count_right_by_computing(copy) == 0


def test_a_copy_of_the_sqlite_store_joins_nothing_before_the_seal_nor_after(tmp_path: Path) -> None:
    """With every file as it lies while the server runs; one attacker is told in which order the answers came."""
    with (
        closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store,
        closing(SqliteUsedInvitations(tmp_path / "invitations.sqlite3")) as used_invitations,
    ):
        pairs = answer_all(store, used_invitations)
        before = sqlite_copy(tmp_path, pairs, used_invitations)
        assert {"responses.sqlite3-wal", "invitations.sqlite3-journal"} < set(before.files)
        check_nothing_is_joined(before)
        store.mark_sealed(Series("etude", "candidats", 1, "2026"), DAY, 1)
        check_nothing_is_joined(sqlite_copy(tmp_path, pairs, used_invitations))


# --- canaries: the same attackers join what is made otherwise


class RowForEach:
    """Used codes as one would keep them at first: a row for each, in a file with a write-ahead log."""

    def __init__(self, file: Path, table: str = "") -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"CREATE TABLE spent (key TEXT PRIMARY KEY, mark TEXT, expires TEXT) {table}")

    def redeem(self, invitation: UsedInvitation) -> bool:
        self._connection.execute(
            "INSERT INTO spent VALUES (?, ?, ?)", (invitation.key, invitation.mark, str(invitation.expires))
        )
        return True

    def close(self) -> None:
        self._connection.close()


class KeptInOrder(SqliteUsedInvitations):
    """Ours, but each new code put behind the others rather than among them."""

    def redeem(self, invitation: UsedInvitation) -> bool:
        with self._database.transaction() as connection:
            row = {"expires": str(invitation.expires), "codes": bytes.fromhex(invitation.key + invitation.mark)}
            connection.execute(
                "INSERT INTO spent VALUES (:expires, :codes)"
                " ON CONFLICT DO UPDATE SET codes = CAST(codes || excluded.codes AS BLOB)",
                row,
            )
        return True


@pytest.mark.parametrize("table", ["", "WITHOUT ROWID"], ids=["with row numbers", "without row numbers"])
def test_a_row_for_each_code_is_joined_to_the_answers_that_came_with_it(tmp_path: Path, table: str) -> None:
    """By its log, and by where it lies: leaving out row numbers alone hides nothing."""
    with (
        closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store,
        closing(RowForEach(tmp_path / "invitations.sqlite3", table)) as used_invitations,
    ):
        pairs = answer_all(store, used_invitations)
        kept = rows(tmp_path / "invitations.sqlite3", "spent")
        responses = rows(tmp_path / "responses.sqlite3", *ANSWERS)
        copy = copy_of(pairs, kept, responses, files_of(tmp_path))
    untold = {name: right for name, right in count_right_by_order(copy).items() if "answers told" not in name}
    assert max(untold.values()) > PEOPLE // 2
    assert max(map(abs, rank_correlation(copy).values())) > 0.9


def test_codes_kept_in_the_order_of_use_are_joined(tmp_path: Path) -> None:
    with (
        closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store,
        closing(KeptInOrder(tmp_path / "invitations.sqlite3")) as used_invitations,
    ):
        copy = sqlite_copy(tmp_path, answer_all(store, used_invitations), used_invitations)
    assert max(count_right_by_order(copy).values()) == PEOPLE


class MarkedByTheResponse(SqliteUsedInvitations):
    """Ours, but marked with something that is kept of the answers too."""

    def __init__(self, file: Path, mark: Callable[[str, str], str]) -> None:
        super().__init__(file)
        self.mark = mark
        self.responses = iter([response for _, response in self.known])

    known: tuple[tuple[str, str], ...] = ()

    def redeem(self, invitation: UsedInvitation) -> bool:
        return super().redeem(replace(invitation, mark=self.mark(next(self.responses), invitation.key)))


def make_expected_pairs() -> tuple[tuple[str, str], ...]:
    from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations

    return tuple(answer_all(MemoryResponseStore(), MemoryUsedInvitations()))


@pytest.mark.parametrize("way", ["likeness", "computing"])
def test_a_mark_made_from_what_is_kept_of_the_answers_is_found(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hmac

    def alike(response: str, key: str) -> str:
        return response[:32]

    def compute(response: str, key: str) -> str:
        return hmac.digest(response.encode(), bytes.fromhex(key), "sha256")[:16].hex()

    monkeypatch.setattr(MarkedByTheResponse, "known", make_expected_pairs())
    with (
        closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store,
        closing(
            MarkedByTheResponse(tmp_path / "invitations.sqlite3", {"likeness": alike, "computing": compute}[way])
        ) as used_invitations,
    ):
        copy = sqlite_copy(tmp_path, answer_all(store, used_invitations), used_invitations)
    tried = {"likeness": count_right_by_likeness, "computing": count_right_by_computing}[way]
    assert tried(copy) > PEOPLE * 0.9


# --- DynamoDB


def items(bench: Any) -> tuple[StoredItems, StoredItems]:
    """What both tables hold, in the order in which they list it."""
    copies = DynamoTransfer(client=bench.client, tables=bench.tables)
    records = list(copies.export_records())
    kept: dict[str, dict[str, dict[str, bytes]]] = {"ExportedInvitation": {}, "ExportedResponse": {}}
    for record in records:
        if (kind := type(record).__name__) in kept:
            values = {name: str(getattr(record, name)).encode() for name in record.__dataclass_fields__}
            kept[kind][record.key] = values  # type: ignore[union-attr]  # both kinds have one
    used_invitations = {
        key: {"key": bytes.fromhex(key), "mark": bytes.fromhex(exported["mark"].decode())}
        for key, exported in kept["ExportedInvitation"].items()
    }
    return used_invitations, kept["ExportedResponse"]


@pytest.mark.parametrize("kind", ["moto", "dynamodb-local"])
def test_a_copy_of_the_dynamodb_tables_joins_nothing(tmp_path: Path, kind: str) -> None:
    """moto lists items as they came, which DynamoDB does not: its listing is left out."""
    from support.benches import BENCHES

    bench = BENCHES[kind](tmp_path)
    pairs = answer_all(bench.store, bench.used_invitations)
    used_invitations, responses = items(bench)
    if kind == "moto":
        used_invitations, responses = (dict(sorted(attributes.items())) for attributes in (used_invitations, responses))
    check_nothing_is_joined(copy_of(pairs, used_invitations, responses, {}))
