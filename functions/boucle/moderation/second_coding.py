"""Coding again: a sample of texts is coded by a second person, who does not see what the first one found."""

from __future__ import annotations

from collections.abc import Sequence, Set

from boucle.moderation.desk import Item, ModerationDesk, ModerationProgress, ModeratorChoice
from boucle.moderation.ports import ModerationVerdict

SAMPLE_ONE_IN = 4
CODED = (ModerationVerdict.APPROVED, ModerationVerdict.REDACTED, ModerationVerdict.CODED)


def is_sampled(key: str) -> bool:
    """Whether a text is in the sample: its key is a hash, so this is chance, and the same on every machine."""
    return int(key[:8], 16) % SAMPLE_ONE_IN == 0


class SecondCodingDesk(ModerationDesk):
    """The seat of whoever codes again: themes only, of texts that somebody else coded."""

    def next_item(self, skipped: Sequence[str] = ()) -> Item | None:
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
        sample = self._sample_keys()
        return ModerationProgress(len(sample), len(sample & self._book.second_codings().keys()), {}, 0)

    def _sample_keys(self) -> Set[str]:
        return {
            key
            for key, (_, first) in self._book.decisions().items()
            if key in self._texts and is_sampled(key) and first.verdict in CODED and first.moderator != self.moderator
        }
