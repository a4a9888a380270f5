"""What the store in memory keeps of a response."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from boucle.core.ports import Pending
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """A response in one of its three states: waiting (window, digest), sealed (cohort), withdrawn (no answers)."""

    series: Series
    expires: date
    version: str | None
    language: str | None
    mode: str | None
    answers: Answers | None
    window: date | None
    digest: str | None
    cohort: int | None = None
    held: str | None = None

    def to_tombstone(self) -> StoredResponse:
        """What a withdrawal leaves of it."""
        return replace(self, version=None, language=None, mode=None, answers=None, window=None, digest=None, held=None)

    def to_pending(self) -> Pending:
        """What a seal reads of it while it waits."""
        if self.version is None or self.mode is None or self.answers is None:
            raise ValueError("what was withdrawn waits no more")
        return Pending(version=self.version, mode=self.mode, answers=self.answers)
