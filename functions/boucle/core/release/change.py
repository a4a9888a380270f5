"""One figure measured in two waves: whether it moved, or whether nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from boucle.core.release.estimates import Interval, difference


class ChangeVerdict(Enum):
    """What two measures of one figure can say."""

    UP = "up"
    DOWN = "down"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure after, less the same figure before."""

    difference: Interval

    @property
    def verdict(self) -> ChangeVerdict:
        if self.difference.low > 0:
            return ChangeVerdict.UP
        return ChangeVerdict.DOWN if self.difference.high < 0 else ChangeVerdict.CANNOT_TELL


def measure_change(before: Interval, after: Interval) -> FigureChange:
    """The change between two waves, which asked different people, or the same without knowing it."""
    return FigureChange(difference(after, before))
