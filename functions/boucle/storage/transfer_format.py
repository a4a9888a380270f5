"""A whole store as one file: what moves between SQLite and DynamoDB, and what a backup holds.

One record a line, as JSON, in the order of keys, which tells nothing of who came when. Free texts stay encrypted.
The file holds answers: it is readable by its owner only.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Protocol

from boucle.core.errors import BoucleError
from boucle.core.ports import LockedVersion, UsedInvitation
from boucle.core.study.model import Series
from boucle.core.versions.lock import OtherVersionLocked

FORMAT = 1


class BadExport(BoucleError):
    """The file is not a whole copy of a store."""


class LedgerMismatch(BoucleError):
    """The store that should take a copy has sealed something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedResponse:
    """A response as it lies: waiting (window, digest), sealed (cohort), or withdrawn (neither answers nor version)."""

    study: str
    questionnaire: str
    major: int
    wave: str
    key: str
    expires: str
    version: str | None
    language: str | None
    mode: str | None
    answers: str | None
    window: str | None
    digest: str | None
    cohort: int | None
    held: str | None = None
    """Why it is held back; copies made before there was a quarantine do not have it."""

    @property
    def series(self) -> Series:
        """The series that it answers."""
        return Series(self.study, self.questionnaire, self.major, self.wave)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedText:
    """A free text, encrypted, apart from its response."""

    study: str
    questionnaire: str
    major: int
    wave: str
    key: str
    question: str
    payload: bytes
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDays:
    """The first day of a series that no seal has closed."""

    study: str
    questionnaire: str
    major: int
    wave: str
    first_open: str

    @property
    def series(self) -> Series:
        """The series whose days are closed."""
        return Series(self.study, self.questionnaire, self.major, self.wave)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLock:
    """A version that was answered, with the hash that its first answer locked."""

    study: str
    questionnaire: str
    version: str
    file_hash: str

    @property
    def locked_version(self) -> LockedVersion:
        """The same, as a store names it."""
        return LockedVersion(self.study, self.questionnaire, self.version, self.file_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedInvitation:
    """An invitation that was used. Without these, a code would serve again where the copy goes."""

    key: str
    mark: str
    expires: str

    @property
    def used_invitation(self) -> UsedInvitation:
        """The same, as a store takes it."""
        return UsedInvitation(key=self.key, mark=self.mark, expires=date.fromisoformat(self.expires))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntry:
    """An entry of the ledger, byte for byte."""

    study: str
    questionnaire: str
    major: int
    wave: str
    number: int
    entry: bytes

    @property
    def series(self) -> Series:
        """The series whose ledger it is in."""
        return Series(self.study, self.questionnaire, self.major, self.wave)


Record = ExportedResponse | ExportedText | ExportedDays | ExportedEntry | ExportedInvitation | ExportedLock
RECORD_CLASSES: dict[str, type[Record]] = {
    "entry": ExportedEntry,
    "days": ExportedDays,
    "response": ExportedResponse,
    "text": ExportedText,
    "spent": ExportedInvitation,
    "lock": ExportedLock,
}

OPTIONAL_FIELDS = frozenset({"held"})
"""Written only where there is something to say, so that an older Boucle reads a copy that does not need it."""


class StoreTransfer(Protocol):
    """A store that can be read whole, and that can take another one's content."""

    def export_records(self) -> Iterator[Record]:
        """Everything, the ledger first."""

    def import_records(self, records: Iterable[Record]) -> int:
        """Put what is not there yet; how many were read. Raises LedgerMismatch before anything else is put."""


def refuse_other_entry(record: ExportedEntry, there: bytes) -> None:
    """Raises LedgerMismatch when the entry of that number is not the record's."""
    if there != record.entry:
        raise LedgerMismatch(
            f"{record.series} has sealed another cohort {record.number}: take the copy into an empty store"
        )


def refuse_other_lock(record: ExportedLock, file_hash: str) -> None:
    """Raises OtherVersionLocked when the version is locked there with another file."""
    if file_hash != record.file_hash:
        raise OtherVersionLocked(record.locked_version.path)


def write_export(records: Iterable[Record], file: Path) -> int:
    """Write a new file, whole or not at all; how many records. Raises BadExport when there is one of that name."""
    if file.exists():
        raise BadExport(f"{file} exists already: name another file, or remove this one first")
    beside = file.with_name(f".{file.name}.new")
    count = 0
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        for record in records:
            out.write(_encode_record(record))
            count += 1
        # The last line says how many came before it: a file that was cut short is not taken for a small store.
        out.write(json.dumps({"format": FORMAT, "records": count}) + "\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    return count


def read_export(file: Path) -> Iterator[Record]:
    """Every record of a whole file, which is read twice: nothing is given before its end was seen. Raises BadExport."""
    with file.open(encoding="utf-8") as lines:
        expected = _check_whole(file, lines)
    with file.open(encoding="utf-8") as lines:
        for _, line in zip(range(expected), lines, strict=False):
            yield _decode_record(file, json.loads(line))


def _check_whole(file: Path, lines: Iterable[str]) -> int:
    count, last = -1, ""
    for line in lines:
        count, last = count + 1, line
    try:
        end = json.loads(last)
    except ValueError:
        end = None
    if not isinstance(end, dict) or end != {"format": FORMAT, "records": count}:
        raise BadExport(
            f"{file} is not a whole copy of format {FORMAT}: its last line must count the others. Copy again."
        )
    return count


def _encode_record(record: Record) -> str:
    kind = next(name for name, record_class in RECORD_CLASSES.items() if isinstance(record, record_class))
    values = {
        name: b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in asdict(record).items()
        if value is not None or name not in OPTIONAL_FIELDS
    }
    return json.dumps({"kind": kind, **values}, separators=(",", ":")) + "\n"


def _decode_record(file: Path, line: dict[str, object]) -> Record:
    kind = RECORD_CLASSES.get(str(line.pop("kind", None)))
    names = {field.name for field in fields(kind)} if kind else set()
    if kind is None or not names - OPTIONAL_FIELDS <= set(line) <= names:
        raise BadExport(f"{file} holds a record that this Boucle does not know; upgrade it, or copy again")
    decoded = {name: b64decode(str(value)) if name in {"payload", "entry"} else value for name, value in line.items()}
    return kind(**decoded)  # type: ignore[arg-type]  # written by _line, from a record of that kind
