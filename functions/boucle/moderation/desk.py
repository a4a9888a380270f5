"""The moderation desk: one text at a time, to approve, redact or reject. Nothing is published without a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.errors import Refusal
from boucle.core.identity.free_text import Verbatim
from boucle.core.ports import Clock, NewText
from boucle.core.study.coding import Coding, is_coded
from boucle.core.study.model import Study
from boucle.moderation.alerts import alarming
from boucle.moderation.keys import TextKey, opened
from boucle.moderation.personal_data import Span, everywhere, hidden, proposals
from boucle.moderation.ports import Approved, Book, Decision, Shelf, Verdict

READ_AGAIN_SECONDS = 60
"""A desk that stays open forgets what was withdrawn, and finds what came."""


class ReasonMissing(Refusal):
    """A text is rejected for a reason that can be told."""


class NoConsent(Refusal):
    """Its author did not agree to be quoted."""


class UnknownText(Refusal):
    """There is no such text on the desk."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text in front of a moderator."""

    stored: NewText
    verbatim: Verbatim
    proposed: tuple[Span, ...]
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a moderator chose for a text."""

    verdict: Verdict
    hide: tuple[Span, ...] = ()
    also: tuple[str, ...] = ()
    """Words hidden by hand, wherever they stand in the text."""
    themes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the desk is."""

    texts: int
    decided: int
    verdicts: Mapping[str, int]
    unreadable: int


class Desk:
    """One moderator's seat; several may sit at one book."""

    def __init__(
        self,
        *,
        studies: Mapping[str, Study],
        shelf: Shelf,
        keys: Sequence[TextKey],
        book: Book,
        moderator: str,
        clock: Clock,
        seconds: Callable[[], float],
    ) -> None:
        self.studies = studies
        self.moderator = moderator
        self._shelf = shelf
        self._keys = keys
        self._book = book
        self._clock = clock
        self._seconds = seconds
        self._texts: dict[str, NewText] = {}
        self._unreadable: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Read the shelf again; whatever was withdrawn leaves the desk and its book."""
        self._read_at = self._seconds()
        self._texts = {each.key: each for each in self._shelf.texts() if each.series.study in self.studies}
        self._book.forget_withdrawn(self._texts.keys(), self._clock.now().date())

    def next(self, skipped: Sequence[str] = ()) -> Item | None:
        """A text that nobody decided about and nobody else reads now; None when there is none."""
        if self._seconds() - self._read_at >= READ_AGAIN_SECONDS:
            self.refresh()
        decided = self._book.decisions()
        for key in sorted(
            self._texts.keys() - decided.keys() - self._unreadable, key=lambda key: (key in skipped, key)
        ):
            if self._book.claim(key, self.moderator, self._seconds()):
                item = self._open(key)
                if item:
                    return item
        return None

    def item(self, key: str) -> Item:
        """The text of that key. Raises UnknownText."""
        item = self._open(key) if key in self._texts else None
        if item is None:
            raise UnknownText("this text is not on the desk any more: it was withdrawn, or no key opens it")
        return item

    def decide(self, key: str, choice: Choice, *, replaces: int = 0) -> int:
        """Write down a decision; its number. Raises ReasonMissing, NoConsent, UnknownText, AlreadyDecided."""
        item = self.item(key)
        if choice.verdict is Verdict.REJECTED and not choice.reason.strip():
            raise ReasonMissing("choose why the text is rejected")
        spans = self._spans(item, choice)
        quoted = choice.verdict in (Verdict.APPROVED, Verdict.REDACTED)
        if quoted and not item.verbatim.consent:
            raise NoConsent("its author did not agree to be quoted: it can be coded, not approved")
        verdict = (Verdict.REDACTED if spans else Verdict.APPROVED) if quoted else choice.verdict
        decision = Decision(
            key=key,
            moderator=self.moderator,
            day=self._clock.now().date(),
            verdict=verdict,
            reason=choice.reason.strip(),
            themes=choice.themes,
            hidden=tuple(sorted({span.kind for span in spans})) if quoted else (),
        )
        approved = self._approved(item, spans, choice.themes) if quoted else None
        return self._book.decide(decision, approved, replaces=replaces, coding=self._coding(item, decision))

    def undo(self) -> str | None:
        """Take back this moderator's last decision that stands; the text's key, or None."""
        own = [(number, each) for number, each in self._book.decisions().values() if each.moderator == self.moderator]
        if not own:
            return None
        number, last = max(own, key=lambda each: each[0])
        day = self._clock.now().date()
        undone = Decision(key=last.key, moderator=self.moderator, day=day, verdict=Verdict.UNDONE)
        self._book.decide(undone, None, replaces=number)
        self._book.claim(last.key, self.moderator, self._seconds())
        return last.key

    def progress(self) -> Progress:
        decided = [each for key, (_, each) in self._book.decisions().items() if key in self._texts]
        verdicts = Counter(each.verdict.value for each in decided)
        return Progress(len(self._texts), len(decided), verdicts, len(self._unreadable))

    def log(self) -> Sequence[tuple[int, Decision]]:
        return self._book.log()

    def _open(self, key: str) -> Item | None:
        stored = self._texts[key]
        verbatim = opened(stored.payload, self._keys)
        if verbatim is None:
            self._unreadable.add(key)
            return None
        return Item(stored, verbatim, proposals(verbatim.text), alarming(verbatim.text, verbatim.language))

    def _spans(self, item: Item, choice: Choice) -> tuple[Span, ...]:
        by_hand = (span for words in choice.also for span in everywhere(item.verbatim.text, words))
        return (*choice.hide, *by_hand)

    def _coding(self, item: Item, decision: Decision) -> Coding | None:
        """What the decision's themes count for; nothing where texts like this one are not counted."""
        stored = item.stored
        counted = is_coded(self.studies[stored.series.study], stored.series, stored.question)
        if decision.verdict is Verdict.REJECTED or not counted:
            return None
        return Coding(
            key=stored.key,
            series=stored.series,
            day=decision.day,
            themes=decision.themes,
            expires=stored.expires,
        )

    def _approved(self, item: Item, spans: tuple[Span, ...], themes: tuple[str, ...]) -> Approved:
        return Approved(
            key=item.stored.key,
            series=item.stored.series,
            question=item.stored.question,
            language=item.verbatim.language,
            text=hidden(item.verbatim.text, spans, item.verbatim.language),
            themes=themes,
            expires=item.stored.expires,
        )
