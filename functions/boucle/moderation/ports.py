"""What moderation needs from outside: the stored texts, and a book of decisions that several people share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from boucle.core.errors import BoucleError
from boucle.core.ports import NewText
from boucle.core.study.coding import Coding
from boucle.core.study.model import Series


class AlreadyDecided(BoucleError):
    """Somebody else decided about this text meanwhile; nothing was changed."""


class ModerationVerdict(Enum):
    """What was decided about a text."""

    APPROVED = "approved"
    REDACTED = "redacted"
    CODED = "coded"
    REJECTED = "rejected"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationDecision:
    """One line of the log. It names a text by its key, and holds none of its words."""

    key: str
    moderator: str
    day: date
    verdict: ModerationVerdict
    reason: str = ""
    themes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """The kinds of what was hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedText:
    """A text as a person approved it, ready to be quoted."""

    key: str
    series: Series
    question: str
    language: str
    text: str
    themes: tuple[str, ...]
    expires: date


@dataclass(frozen=True, slots=True)
class PublishedQuote:
    """A published verbatim: nothing links it to anything."""

    question: str
    language: str
    text: str
    themes: tuple[str, ...]


class TextSource(Protocol):
    """The stored free texts, sealed."""

    def texts(self) -> Iterator[NewText]:
        """Every text that is stored now."""


class Book(Protocol):
    """Decisions and approved texts, safe for several moderators at once."""

    def claim(self, key: str, moderator: str, now: float) -> bool:
        """Reserve a text for one moderator for a while; False when another has it."""

    def decisions(self) -> Mapping[str, tuple[int, ModerationDecision]]:
        """The decision that stands about each text, with its number in the log."""

    def decide(
        self,
        decision: ModerationDecision,
        approved: ApprovedText | None,
        *,
        replaces: int,
        coding: Coding | None = None,
    ) -> int:
        """Append a decision; its number. `replaces` is the number of the one it was made over, 0 for none.

        `coding` is what its themes count for, in the place of what they counted for before: never once a seal has it.
        Raises AlreadyDecided when that is not the one that stands.
        """

    def log(self) -> Sequence[tuple[int, ModerationDecision]]:
        """Everything decided, oldest first, what was undone included."""

    def code_again(self, key: str, coder: str, themes: Sequence[str]) -> None:
        """Keep the themes that a second person found in a text; the first second coding stands."""

    def second_codings(self) -> Mapping[str, tuple[str, ...]]:
        """The second coding of each text that has one."""

    def forget_withdrawn(self, there: Set[str], today: date) -> int:
        """Delete what is kept about texts that are not there any more before they expire; how many."""


class Quotes(Protocol):
    """The approved texts, as what publishes sees them."""

    def batch(self, series: Series, minimum: int, place: Sequence[int]) -> int:
        """Put all approved texts of a series that wait in one new batch; how many, and 0 below `minimum`.

        `place` gives each its random number in that batch: the order in which they are published.
        """

    def count_waiting(self, series: Series) -> int:
        """How many approved texts wait for a batch."""

    def read_published_quotes(self, series: Series) -> Sequence[PublishedQuote]:
        """The texts of all batches, in their random places."""
