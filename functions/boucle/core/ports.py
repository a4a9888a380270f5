"""What the core needs from outside: stores, ledger, sink, clock and chance, each as small as its users allow.

Who may see what is decided here. The web sees `ResponseStore`; the sealing job sees `SealingStore`; what publishes sees
a `Ledger` and a `Sink` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series


class StoreUnavailable(BoucleError):
    """The store cannot answer now; nothing was stored that was not acknowledged. Try again later."""

    retry_after = 5


class AlreadyWritten(BoucleError):
    """Something else stands under this write-once name; nothing was changed."""


class Doubt(Enum):
    """Why a submission waits for somebody to decide whether it counts. On its way in, never because of an answer."""

    TRAP = "trap"
    """A field that people do not see was filled in."""
    HASTE = "haste"
    """It was sent faster than anybody reads."""
    CROWD = "crowd"
    """One connection had sent very many lately."""
    UNCOUNTABLE = "uncountable"
    """No table has a place for it, for a reason nobody foresaw. Only the job can tell, before the gate counts."""


class LockedVersion(NamedTuple):
    """A version that was answered, with the hash of its file as it was then."""

    study: str
    questionnaire: str
    version: str
    file_hash: str

    @property
    def path(self) -> str:
        """What `published.lock` calls its file."""
        return f"{self.study}/{self.questionnaire}/{self.version}.json"


class KeyInWave(NamedTuple):
    """The key that a submission has in a wave."""

    wave: str
    key: str


class NewResponse(NamedTuple):
    """One submission as it is stored: closed answers on the path, and nothing that identifies.

    A tuple, as the other things that are made for every submission: a frozen dataclass costs four times as much.
    """

    series: Series
    version: str
    key: str
    window: date
    language: str
    mode: str
    answers: Answers
    digest: str
    expires: date
    doubt: Doubt | None = None
    """Held back until somebody decides, when there is one."""
    file_hash: str = ""
    """Of the version's file, which the first answer locks; empty where there is no such file."""
    other_keys: tuple[KeyInWave, ...] = ()
    """Those of the same submission in other waves, where it may be stored already. They are not stored."""
    is_contested: bool = False
    """Whether one of these other waves may be taking the same submission at this very moment."""

    @property
    def locked_version(self) -> LockedVersion:
        """What its version is locked as, if it is the first answer."""
        return LockedVersion(self.series.study, self.series.questionnaire, self.version, self.file_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """One free text, apart from its response: no shared key, no window, no order."""

    key: str
    series: Series
    question: str
    payload: bytes
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedInvitation:
    """An invitation that was used: one-way values of its code, and a day that is the same for its whole wave."""

    key: str
    mark: str
    expires: date


class PutOutcome(Enum):
    """What became of a submission that was put."""

    STORED = "stored"
    REPLAYED = "replayed"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"
    """One of its `other_keys` is stored, its own is not, and nothing was put."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Stored and not sealed yet."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Sealed in a cohort, which is also the number of the release that first counted it."""

    series: Series
    cohort: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Answers removed; a tombstone stays."""


Standing = Waiting | Counted | Withdrawn


class ResponseStore(Protocol):
    """What the API may do with responses: by key only, never a query or a scan."""

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        """Store durably before returning, once. A replay puts missing texts again.

        The first answer to a version locks the hash of its file, with it or before it. Of two that are contested and
        name each other in `other_keys`, put at once, exactly one is stored. Raises OtherVersionLocked where another
        hash is locked, and StoreUnavailable.
        """

    def read_standing(self, study: str, questionnaire: str, key: str) -> Standing | None:
        """Where a response stands; None when there is none."""

    def withdraw(self, study: str, questionnaire: str, key: str, text_keys: Sequence[str]) -> bool:
        """Remove answers, digest and window, and the texts; leave a tombstone. False when there was none."""


class UsedInvitations(Protocol):
    """The invitations that were used. It shares no key, no order and no time with responses."""

    def redeem(self, invitation: UsedInvitation) -> bool:
        """Put if absent or equal, durably; False when another submission used this code. Raises StoreUnavailable."""


class Pending(NamedTuple):
    """A response as the seal reads it; a tuple, since many are made and each is read once."""

    version: str
    mode: str
    answers: Answers


@dataclass(frozen=True, slots=True, order=True)
class HeldGroup:
    """What is decided about together: the responses of one day that one doubt holds back."""

    day: date
    doubt: str


class QuarantineStore(Protocol):
    """What an operator may do with responses that are held back: by day and doubt, never one, never by an answer."""

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        """How many are held back; counts only."""

    def release(self, series: Series, which: HeldGroup) -> int:
        """They wait like any other from now on, in a day that no seal has closed; how many."""

    def drop(self, series: Series, which: HeldGroup) -> int:
        """Remove their answers, as if they had been withdrawn; how many."""


class LockedVersions(Protocol):
    """Where it is written which versions were answered, and what they were then."""

    def read_locked_versions(self) -> Sequence[LockedVersion]:
        """Every version that an answer has locked."""


class SealingStore(Protocol):
    """What the job may do with responses. Those that are held back are never read nor marked, nor wait."""

    def now(self) -> datetime | None:
        """The store's own clock, where it has one to compare with."""

    def count_pending_by_day(self, series: Series) -> Mapping[date, int]:
        """How many responses wait, by window; counts only."""

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        """How many are held back; counts only."""

    def hold_back(self, series: Series, through: date, is_countable: Callable[[Pending], bool]) -> int:
        """Hold back, as `Doubt.UNCOUNTABLE`, what waits up to that day and cannot be counted; how many."""

    def close_days(self, series: Series, through: date) -> None:
        """From now on, no response of the series gets a window on or before that day."""

    def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
        """The responses not sealed yet whose window is on or before that day."""

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        """Give them their cohort number, remove window and digest; how many. Harmless when done again."""

    def count_sealed(self, series: Series, cohort: int) -> int:
        """How many stored responses carry that cohort number, tombstones included."""

    def expire(self, today: date) -> int:
        """Delete what has reached its expiry; how many."""


class LedgerNote(NamedTuple):
    """Beside a ledger whose last entry is dated ahead: after that entry, days count again from this day."""

    after: int
    """The number of the entry."""
    days_from: date


class Ledger(Protocol):
    """The append-only list of sealed cohorts, numbered from 1 in each series."""

    def read_entries(self, series: Series) -> Sequence[bytes]:
        """Every entry, oldest first, byte for byte as it was appended."""

    def append(self, series: Series, number: int, entry: bytes) -> bool:
        """Put this entry if there is none of that number; False when there is. Durable before it returns."""

    def read_note(self, series: Series) -> LedgerNote | None:
        """The note beside the entries of a series, if somebody had to write one."""

    def put_note(self, series: Series, note: LedgerNote) -> None:
        """Write it, in place of an earlier one. No entry changes."""


class Vault(Protocol):
    """A private, write-once copy of the ledger's entries, made before anything is published."""

    def keep(self, series: Series, number: int, entry: bytes) -> None:
        """Put if absent; the same bytes again are fine, others raise AlreadyWritten."""

    def read_copies(self, series: Series) -> Sequence[bytes]:
        """Every copy, oldest first."""


class Sink(Protocol):
    """Where published files go; addresses are relative to the site's root."""

    def read(self, address: str) -> bytes | None:
        """The published file, or None."""

    def put_new(self, address: str, content: bytes) -> None:
        """Publish a file that never changes: the same bytes again are fine, others raise AlreadyWritten."""

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        """Publish over `expected` (None: over nothing), atomically; False when something else stands there."""


class Clock(Protocol):
    """The time, in UTC."""

    def now(self) -> datetime: ...


class Bits(Protocol):
    """Fair random bits from a cryptographic source, such as `secrets.randbits`."""

    def __call__(self, count: int, /) -> int: ...
