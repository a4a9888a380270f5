"""The moderation desk: one text at a time, to approve, redact or reject; or, for a second person, to code again.

Nothing is published without a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from boucle.core.errors import BoucleError
from boucle.core.identity.free_text import FreeTextAnswer
from boucle.core.ports import Clock, NewText
from boucle.core.study.coding import Coding, is_coded
from boucle.core.study.model import Study
from boucle.moderation.alerts import find_alarm_words
from boucle.moderation.keys import TextKey, open_text
from boucle.moderation.personal_data import Span, find_everywhere, hide_spans, propose_spans
from boucle.moderation.ports import ApprovedText, Book, ModerationDecision, ModerationVerdict, TextSource

READ_AGAIN_SECONDS = 60
"""A desk that stays open forgets what was withdrawn, and finds what came."""
SAMPLE_ONE_IN = 4
"""Coding again: a sample of texts is coded by a second person, who does not see what the first one found."""
CODED = (ModerationVerdict.APPROVED, ModerationVerdict.REDACTED, ModerationVerdict.CODED)


class ReasonMissing(BoucleError):
    """A text is rejected for a reason that can be told."""


class NoConsent(BoucleError):
    """Its author did not agree to be quoted."""


class UnknownText(BoucleError):
    """There is no such text: it was withdrawn, or no key opens it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text in front of a moderator."""

    stored: NewText
    verbatim: FreeTextAnswer
    proposed: tuple[Span, ...]
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorChoice:
    """What a moderator chose for a text."""

    verdict: ModerationVerdict
    hide: tuple[Span, ...] = ()
    also: tuple[str, ...] = ()
    """Words hidden by hand, wherever they stand in the text."""
    themes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ModerationProgress:
    """How far moderation is: counts of texts, and of decisions by verdict."""

    texts: int
    decided: int
    verdicts: Mapping[str, int]
    unreadable: int


class ModerationDesk:
    """What one moderator reads and decides; several may share one book."""

    def __init__(
        self,
        *,
        studies: Mapping[str, Study],
        text_source: TextSource,
        keys: Sequence[TextKey],
        book: Book,
        moderator: str,
        clock: Clock,
        seconds: Callable[[], float],
    ) -> None:
        self.studies = studies
        self.moderator = moderator
        self._text_source = text_source
        self._keys = keys
        self._book = book
        self._clock = clock
        self._seconds = seconds
        self._texts: dict[str, NewText] = {}
        self._unreadable: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Read the stored texts again; whatever was withdrawn leaves the book too."""
        self._read_at = self._seconds()
        self._texts = {text.key: text for text in self._text_source.texts() if text.series.study in self.studies}
        self._book.forget_withdrawn(self._texts.keys(), self._clock.now().date())

    def next_item(self, skipped: Sequence[str] = ()) -> Item | None:
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

    def open_item(self, key: str) -> Item:
        """The text of that key. Raises UnknownText."""
        item = self._open(key) if key in self._texts else None
        if item is None:
            raise UnknownText("this text is not on the desk any more: it was withdrawn, or no key opens it")
        return item

    def decide(self, key: str, choice: ModeratorChoice, *, replaces: int = 0) -> int:
        """Write down a decision; its number. Raises ReasonMissing, NoConsent, UnknownText, AlreadyDecided."""
        item = self.open_item(key)
        if choice.verdict is ModerationVerdict.REJECTED and not choice.reason.strip():
            raise ReasonMissing("choose why the text is rejected")
        spans = self._spans_to_hide(item, choice)
        quoted = choice.verdict in (ModerationVerdict.APPROVED, ModerationVerdict.REDACTED)
        if quoted and not item.verbatim.consent:
            raise NoConsent("its author did not agree to be quoted: it can be coded, not approved")
        verdict = (ModerationVerdict.REDACTED if spans else ModerationVerdict.APPROVED) if quoted else choice.verdict
        decision = ModerationDecision(
            key=key,
            moderator=self.moderator,
            day=self._clock.now().date(),
            verdict=verdict,
            reason=choice.reason.strip(),
            themes=choice.themes,
            hidden=tuple(sorted({span.kind for span in spans})) if quoted else (),
        )
        approved = self._make_approved_text(item, spans, choice.themes) if quoted else None
        return self._book.decide(decision, approved, replaces=replaces, coding=self._make_coding(item, decision))

    def undo(self) -> str | None:
        """Take back this moderator's last decision that stands; the text's key, or None."""
        own = [
            (number, decision)
            for number, decision in self._book.decisions().values()
            if decision.moderator == self.moderator
        ]
        if not own:
            return None
        number, last = max(own, key=lambda numbered: numbered[0])
        day = self._clock.now().date()
        undone = ModerationDecision(key=last.key, moderator=self.moderator, day=day, verdict=ModerationVerdict.UNDONE)
        self._book.decide(undone, None, replaces=number)
        self._book.claim(last.key, self.moderator, self._seconds())
        return last.key

    def progress(self) -> ModerationProgress:
        """How many of the texts that are there now are decided, and how."""
        decided = [decision for key, (_, decision) in self._book.decisions().items() if key in self._texts]
        verdicts = Counter(decision.verdict.value for decision in decided)
        return ModerationProgress(len(self._texts), len(decided), verdicts, len(self._unreadable))

    def log(self) -> Sequence[tuple[int, ModerationDecision]]:
        """Everything decided, with its number, oldest first, what was undone included."""
        return self._book.log()

    def _open(self, key: str) -> Item | None:
        stored = self._texts[key]
        verbatim = open_text(stored.payload, self._keys)
        if verbatim is None:
            self._unreadable.add(key)
            return None
        return Item(stored, verbatim, propose_spans(verbatim.text), find_alarm_words(verbatim.text, verbatim.language))

    def _spans_to_hide(self, item: Item, choice: ModeratorChoice) -> tuple[Span, ...]:
        by_hand = (span for phrase in choice.also for span in find_everywhere(item.verbatim.text, phrase))
        return (*choice.hide, *by_hand)

    def _make_coding(self, item: Item, decision: ModerationDecision) -> Coding | None:
        """What the decision's themes count for; nothing where texts like this one are not counted."""
        stored = item.stored
        counted = is_coded(self.studies[stored.series.study], stored.series, stored.question)
        if decision.verdict is ModerationVerdict.REJECTED or not counted:
            return None
        return Coding(
            key=stored.key,
            series=stored.series,
            day=decision.day,
            themes=decision.themes,
            expires=stored.expires,
        )

    def _make_approved_text(self, item: Item, spans: tuple[Span, ...], themes: tuple[str, ...]) -> ApprovedText:
        return ApprovedText(
            key=item.stored.key,
            series=item.stored.series,
            question=item.stored.question,
            language=item.verbatim.language,
            text=hide_spans(item.verbatim.text, spans, item.verbatim.language),
            themes=themes,
            expires=item.stored.expires,
        )


class SecondCodingDesk(ModerationDesk):
    """What whoever codes again does: themes only, of texts that somebody else coded."""

    def next_item(self, skipped: Sequence[str] = ()) -> Item | None:
        """A text of the sample that nobody has coded again, and nobody else reads now; None when there is none."""
        for key in sorted(
            self._sample_keys() - self._book.second_codings().keys(), key=lambda key: (key in skipped, key)
        ):
            if self._book.claim(key, self.moderator, self._seconds()) and (item := self._open(key)):
                return item
        return None

    def decide(self, key: str, choice: ModeratorChoice, *, replaces: int = 0) -> int:
        """Write down the themes; whatever else was chosen, what is quoted stays as it was decided."""
        self.open_item(key)
        self._book.code_again(key, self.moderator, choice.themes)
        return replaces

    def undo(self) -> None:
        """A second coding is not taken back: seeing the first one again would not be blind."""

    def progress(self) -> ModerationProgress:
        """How much of the sample is coded again."""
        sample = self._sample_keys()
        return ModerationProgress(len(sample), len(sample & self._book.second_codings().keys()), {}, 0)

    def _sample_keys(self) -> Set[str]:
        return {
            key
            for key, (_, first) in self._book.decisions().items()
            if key in self._texts and is_sampled(key) and first.verdict in CODED and first.moderator != self.moderator
        }


def is_sampled(key: str) -> bool:
    """Whether a text is in the sample: its key is a hash, so this is chance, and the same on every machine."""
    return int(key[:8], 16) % SAMPLE_ONE_IN == 0
