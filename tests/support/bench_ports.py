"""What a kind of store lets the contract tests see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from boucle.core.ports import (
    Ledger,
    LockedVersions,
    QuarantineStore,
    ResponseStore,
    SealingStore,
    UsedInvitations,
)
from boucle.jobs.clock_repair import DayRepairStore
from boucle.jobs.strays import StrayCounter


class ClosableResponseStore(
    ResponseStore, SealingStore, QuarantineStore, StrayCounter, DayRepairStore, LockedVersions, Protocol
):
    """All sides of one store of responses."""

    def close(self) -> None: ...


class ClosableLedger(Ledger, StrayCounter, Protocol):
    def close(self) -> None: ...


class ClosableUsedInvitations(UsedInvitations, Protocol):
    def close(self) -> None: ...


class StoreBench(Protocol):
    """A kind of store, and ways to look at what it holds that no port offers."""

    store: ClosableResponseStore
    ledger: ClosableLedger
    used_invitations: ClosableUsedInvitations

    def read_texts(self) -> Mapping[str, bytes]:
        """The stored payloads by key."""

    def read_attributes(self) -> Mapping[str, Collection[str]]:
        """The name of everything that is stored, by kind of item."""
