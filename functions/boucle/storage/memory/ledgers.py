"""Ledgers, their copies, and what is published, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from threading import Lock

from boucle.core.ports import AlreadyWritten, LedgerNote
from boucle.core.study.model import Series
from boucle.storage.published.addresses import check_address


class MemoryLedger:
    """The append-only list of sealed cohorts; a `Ledger`."""

    def __init__(self) -> None:
        self._entries: dict[Series, dict[int, bytes]] = {}
        self._notes: dict[Series, LedgerNote] = {}
        self._lock = Lock()

    def read_entries(self, series: Series) -> Sequence[bytes]:
        with self._lock:
            return [entry for _, entry in sorted(self._entries.get(series, {}).items())]

    def append(self, series: Series, number: int, entry: bytes) -> bool:
        with self._lock:
            stored = self._entries.setdefault(series, {})
            if number in stored:
                return False
            stored[number] = entry
            return True

    def read_note(self, series: Series) -> LedgerNote | None:
        return self._notes.get(series)

    def put_note(self, series: Series, note: LedgerNote) -> None:
        self._notes[series] = note

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        return {series: len(entries) for series, entries in self._entries.items() if series not in known and entries}

    def close(self) -> None:
        """There is nothing to let go of."""


class MemoryVault:
    """A write-once copy of ledger entries; a `Vault`."""

    def __init__(self) -> None:
        self._copies: dict[Series, dict[int, bytes]] = {}

    def keep(self, series: Series, number: int, entry: bytes) -> None:
        if self._copies.setdefault(series, {}).setdefault(number, entry) != entry:
            raise AlreadyWritten(f"{series}, cohort {number}")

    def read_copies(self, series: Series) -> Sequence[bytes]:
        return [entry for _, entry in sorted(self._copies.get(series, {}).items())]


class MemorySink:
    """Published files by address; a `Sink`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._lock = Lock()

    def read(self, address: str) -> bytes | None:
        return self.files.get(check_address(address))

    def put_new(self, address: str, content: bytes) -> None:
        if self.files.setdefault(check_address(address), content) != content:
            raise AlreadyWritten(address)

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        with self._lock:
            if self.files.get(check_address(address)) != expected:
                return False
            self.files[address] = content
            return True
