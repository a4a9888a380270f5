"""Responses, free texts and used invitations, kept in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Lock

from boucle.core.ports import (
    Counted,
    Doubt,
    HeldGroup,
    LockedVersion,
    NewResponse,
    NewText,
    Pending,
    PutOutcome,
    Standing,
    StoreUnavailable,
    UsedInvitation,
    Waiting,
    Withdrawn,
)
from boucle.core.study.model import Series
from boucle.core.versions.lock import OtherVersionLocked
from boucle.storage.memory.stored_response import StoredResponse

Key = tuple[str, str, str]
"""Study, questionnaire and stored key."""


class MemoryResponseStore:
    """Responses and free texts; a `ResponseStore`, `SealingStore` and `QuarantineStore`."""

    def __init__(self, now: datetime | None = None) -> None:
        self.responses: dict[Key, StoredResponse] = {}
        self.texts: dict[Key, NewText] = {}
        self.clock = now
        self.away = False
        """Set it, and the store cannot answer."""
        self.locked_versions: dict[str, LockedVersion] = {}
        self._first_open: dict[Series, date] = {}
        self._lock = Lock()

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        with self._lock:
            self._refuse_if_away()
            outcome = self._put_response(response)
            if outcome in {PutOutcome.STORED, PutOutcome.REPLAYED}:
                for text in texts:
                    self.texts.setdefault((text.series.study, text.series.questionnaire, text.key), text)
            return outcome

    def read_standing(self, study: str, questionnaire: str, key: str) -> Standing | None:
        with self._lock:
            self._refuse_if_away()
            stored = self.responses.get((study, questionnaire, key))
        if stored is None:
            return None
        if stored.answers is None:
            return Withdrawn()
        return Waiting() if stored.cohort is None else Counted(stored.series, stored.cohort)

    def withdraw(self, study: str, questionnaire: str, key: str, text_keys: Sequence[str]) -> bool:
        with self._lock:
            self._refuse_if_away()
            for text_key in text_keys:
                self.texts.pop((study, questionnaire, text_key), None)
            stored = self.responses.get((study, questionnaire, key))
            if stored is None:
                return False
            self.responses[study, questionnaire, key] = stored.to_tombstone()
            return True

    def now(self) -> datetime | None:
        return self.clock

    def count_pending_by_day(self, series: Series) -> Mapping[date, int]:
        with self._lock:
            self._refuse_if_away()
            return Counter(
                response.window for response in self._find_waiting(series, date.max).values() if response.window
            )

    def close_days(self, series: Series, through: date) -> None:
        with self._lock:
            self._refuse_if_away()
            opens = through + timedelta(days=1)
            self._first_open[series] = max(opens, self._first_open.get(series, opens))

    def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
        with self._lock:
            self._refuse_if_away()
            found = self._find_waiting(series, through)
        yield from map(StoredResponse.to_pending, found.values())

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        with self._lock:
            self._refuse_if_away()
            marked = self._find_waiting(series, through)
            for key, stored in marked.items():
                self.responses[key] = replace(stored, cohort=cohort, window=None, digest=None)
        return len(marked)

    def count_sealed(self, series: Series, cohort: int) -> int:
        with self._lock:
            self._refuse_if_away()
            return sum(response.series == series and response.cohort == cohort for response in self.responses.values())

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        with self._lock:
            self._refuse_if_away()
            return Counter(
                response.series
                for response in self.responses.values()
                if response.series not in known and response.answers is not None
            )

    def reopen_days(self, series: Series, today: date) -> int:
        with self._lock:
            self._refuse_if_away()
            if series in self._first_open:
                self._first_open[series] = min(today, self._first_open[series])
            later = {
                key: replace(response, window=today)
                for key, response in self.responses.items()
                if response.series == series and response.window is not None and response.window > today
            }
            self.responses |= later
        return len(later)

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        with self._lock:
            self._refuse_if_away()
            return Counter(
                HeldGroup(response.window, response.held)
                for response in self.responses.values()
                if response.series == series and response.window and response.held
            )

    def hold_back(self, series: Series, through: date, is_countable: Callable[[Pending], bool]) -> int:
        with self._lock:
            self._refuse_if_away()
            found = {
                key: replace(stored, held=Doubt.UNCOUNTABLE.value)
                for key, stored in self._find_waiting(series, through).items()
                if not is_countable(stored.to_pending())
            }
            self.responses |= found
        return len(found)

    def release(self, series: Series, which: HeldGroup) -> int:
        opens = self._first_open.get(series, which.day)
        return self._decide(series, which, lambda stored: replace(stored, held=None, window=max(which.day, opens)))

    def drop(self, series: Series, which: HeldGroup) -> int:
        return self._decide(series, which, StoredResponse.to_tombstone)

    def _decide(self, series: Series, which: HeldGroup, become: Callable[[StoredResponse], StoredResponse]) -> int:
        with self._lock:
            self._refuse_if_away()
            found = {
                key: response
                for key, response in self.responses.items()
                if (response.series, response.window, response.held) == (series, which.day, which.doubt)
            }
            self.responses |= {key: become(response) for key, response in found.items()}
        return len(found)

    def expire(self, today: date) -> int:
        with self._lock:
            self._refuse_if_away()
            before = len(self.responses) + len(self.texts)
            self.responses = {key: response for key, response in self.responses.items() if response.expires > today}
            self.texts = {key: text for key, text in self.texts.items() if text.expires > today}
            return before - len(self.responses) - len(self.texts)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _refuse_if_away(self) -> None:
        if self.away:
            raise StoreUnavailable("told to be away")

    def _put_response(self, response: NewResponse) -> PutOutcome:
        key = (response.series.study, response.series.questionnaire, response.key)
        stored = self.responses.get(key)
        if stored is None and any((*key[:2], other.key) in self.responses for other in response.other_keys):
            return PutOutcome.ELSEWHERE
        if stored is None:
            self._lock_version(response)
            self.responses[key] = self._to_stored(response)
            return PutOutcome.STORED
        if stored.answers is None:
            return PutOutcome.WITHDRAWN
        return PutOutcome.REPLAYED if stored.digest in {None, response.digest} else PutOutcome.CONFLICT

    def _lock_version(self, response: NewResponse) -> None:
        mine = response.locked_version
        if mine.file_hash and self.locked_versions.setdefault(mine.path, mine) != mine:
            raise OtherVersionLocked(mine.path)

    def read_locked_versions(self) -> Sequence[LockedVersion]:
        with self._lock:
            return sorted(self.locked_versions.values())

    def _to_stored(self, response: NewResponse) -> StoredResponse:
        return StoredResponse(
            series=response.series,
            expires=response.expires,
            version=response.version,
            language=response.language,
            mode=response.mode,
            answers=dict(response.answers),
            window=max(response.window, self._first_open.get(response.series, response.window)),
            digest=response.digest,
            held=response.doubt.value if response.doubt else None,
        )

    def _find_waiting(self, series: Series, through: date) -> dict[Key, StoredResponse]:
        return {
            key: response
            for key, response in self.responses.items()
            if response.series == series
            and response.held is None
            and response.window is not None
            and response.window <= through
        }


class MemoryUsedInvitations:
    """The invitations that were used; a `UsedInvitations`."""

    def __init__(self) -> None:
        self.codes: dict[str, UsedInvitation] = {}
        self._lock = Lock()

    def redeem(self, invitation: UsedInvitation) -> bool:
        with self._lock:
            return self.codes.setdefault(invitation.key, invitation).mark == invitation.mark

    def close(self) -> None:
        """There is nothing to let go of."""
