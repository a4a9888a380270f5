"""One figure measured in two waves: whether it moved, or whether nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from boucle.core.release.estimates import Interval, difference


class Verdict(Enum):
    """What two measures of one figure can say."""

    UP = "up"
    DOWN = "down"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure after, less the same figure before."""

    difference: Interval

    @property
    def verdict(self) -> Verdict:
        if self.difference.low > 0:
            return Verdict.UP
        return Verdict.DOWN if self.difference.high < 0 else Verdict.CANNOT_TELL


def change(before: Interval, after: Interval) -> Change:
    """The change between two waves, which asked different people, or the same without knowing it."""
    return Change(difference(after, before))
