"""The kinds of store that the contract tests run against, and what they let a test see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path

from boucle.core.ports import (
    LockedVersion,
    NewText,
    UsedInvitation,
)
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemoryUsedInvitations, StoredResponse
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from support.amazon_benches import make_local_bench, make_moto_bench
from support.bench_ports import ClosableLedger, ClosableResponseStore, ClosableUsedInvitations, StoreBench
from support.sqlite_files import query_rows, read_columns, read_stored_attributes


class MemoryBench:
    def __init__(self, folder: Path) -> None:
        self.memory = MemoryResponseStore()
        self.store: ClosableResponseStore = self.memory
        self.ledger: ClosableLedger = MemoryLedger()
        self.used_invitations: ClosableUsedInvitations = MemoryUsedInvitations()

    def read_texts(self) -> Mapping[str, bytes]:
        return {key: text.payload for (_, _, key), text in self.memory.texts.items()}

    def read_attributes(self) -> Mapping[str, Collection[str]]:
        # The fake keeps study, questionnaire and key in the name of an item, and the series as one.
        response = {
            "study",
            "questionnaire",
            "key",
            "major",
            "wave",
            *(stored_field.name for stored_field in fields(StoredResponse)),
        }
        text = {"study", "questionnaire", "major", "wave", *(stored_field.name for stored_field in fields(NewText))}
        days = {"study", "questionnaire", "major", "wave", "first_open"}
        spent = {stored_field.name for stored_field in fields(UsedInvitation)}
        return {
            "responses": response - {"series"},
            "texts": text - {"series"},
            "closed_days": days,
            "spent": spent,
            "locked_versions": set(LockedVersion._fields),
        }


PACKED_COLUMNS = {"codes": {"key", "mark"}}
"""What is packed into one column."""


class SqliteBench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "responses.sqlite"
        self.store: ClosableResponseStore = SqliteResponseStore(self.path)
        self.ledger: ClosableLedger = SqliteLedger(folder / "ledger.sqlite")
        self.invitations = folder / "invitations.sqlite"
        self.used_invitations: ClosableUsedInvitations = SqliteUsedInvitations(self.invitations)

    def read_texts(self) -> Mapping[str, bytes]:
        return dict(
            query_rows(self.path, "SELECT key, payload FROM texts UNION ALL SELECT key, payload FROM arriving_texts")
        )

    def read_attributes(self) -> Mapping[str, Collection[str]]:
        spent = {
            name for column in read_columns(self.invitations)["spent"] for name in PACKED_COLUMNS.get(column, {column})
        }
        return {**read_stored_attributes(self.path), "spent": spent}


BENCHES: Mapping[str, Callable[[Path], StoreBench]] = {
    "memory": MemoryBench,
    "sqlite": SqliteBench,
    "moto": make_moto_bench,
    "dynamodb-local": make_local_bench,
}
