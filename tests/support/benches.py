"""The kinds of store that the contract tests run against, and what they let a test see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from boucle.core.ports import Ledger, NewText, QuarantineDesk, ResponseDesk, SealingDesk, SpentCode, SpentCodes
from boucle.storage.memory import MemoryDesk, MemoryLedger, MemorySpent, StoredResponse
from boucle.storage.sqlite_store.stores import SqliteDesk, SqliteLedger
from boucle.storage.sqlite_store.used_invitations import SqliteSpent
from support.amazon_benches import local_bench, moto_bench
from support.sqlite_files import columns, rows, stored_attributes


class Desk(ResponseDesk, SealingDesk, QuarantineDesk, Protocol):
    """All sides of one store of responses."""

    def close(self) -> None: ...


class ClosableLedger(Ledger, Protocol):
    def close(self) -> None: ...


class ClosableSpent(SpentCodes, Protocol):
    def close(self) -> None: ...


class Bench(Protocol):
    """A kind of store, and ways to look at what it holds that no port offers."""

    desk: Desk
    ledger: ClosableLedger
    spent: ClosableSpent

    def texts(self) -> Mapping[str, bytes]:
        """The stored payloads by key."""

    def attributes(self) -> Mapping[str, Collection[str]]:
        """The name of everything that is stored, by kind of item."""


class MemoryBench:
    def __init__(self, folder: Path) -> None:
        self.memory = MemoryDesk()
        self.desk: Desk = self.memory
        self.ledger: ClosableLedger = MemoryLedger()
        self.spent: ClosableSpent = MemorySpent()

    def texts(self) -> Mapping[str, bytes]:
        return {key: text.payload for (_, _, key), text in self.memory.texts.items()}

    def attributes(self) -> Mapping[str, Collection[str]]:
        # The fake keeps study, questionnaire and key in the name of an item, and the series as one.
        response = {"study", "questionnaire", "key", "major", "wave", *(each.name for each in fields(StoredResponse))}
        text = {"study", "questionnaire", "major", "wave", *(each.name for each in fields(NewText))}
        days = {"study", "questionnaire", "major", "wave", "first_open"}
        spent = {each.name for each in fields(SpentCode)}
        return {"responses": response - {"series"}, "texts": text - {"series"}, "closed_days": days, "spent": spent}


SPELLED = {"codes": {"key", "mark"}}
"""What is packed into one column."""


class SqliteBench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "responses.sqlite"
        self.desk: Desk = SqliteDesk(self.path)
        self.ledger: ClosableLedger = SqliteLedger(folder / "ledger.sqlite")
        self.invitations = folder / "invitations.sqlite"
        self.spent: ClosableSpent = SqliteSpent(self.invitations)

    def texts(self) -> Mapping[str, bytes]:
        return dict(rows(self.path, "SELECT key, payload FROM texts UNION ALL SELECT key, payload FROM arriving_texts"))

    def attributes(self) -> Mapping[str, Collection[str]]:
        spent = {name for column in columns(self.invitations)["spent"] for name in SPELLED.get(column, {column})}
        return {**stored_attributes(self.path), "spent": spent}


BENCHES: Mapping[str, Callable[[Path], Bench]] = {
    "memory": MemoryBench,
    "sqlite": SqliteBench,
    "moto": moto_bench,
    "dynamodb-local": local_bench,
}
