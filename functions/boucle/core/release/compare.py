"""What two figures say together: how far apart they are, and one verdict for every pair, whichever page asks.

Two waves, two audiences, two shares that an article subtracts: all are two figures of different people, and all are
compared here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from boucle.core.release.intervals import Interval


class Comparable(Protocol):
    """A figure with its interval: unrounded, or as it is published."""

    @property
    def value(self) -> float: ...

    @property
    def rounding(self) -> float: ...

    @property
    def interval(self) -> Interval: ...


class Verdict(Enum):
    """What two figures can say."""

    HIGHER = "higher"
    LOWER = "lower"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure less another, in their unit, between what ends it lies, and what may be said of it.

    The ends are as they are printed: the verdict leaves no doubt that the printed interval does not leave.
    """

    value: float
    interval: Interval

    @property
    def rounding(self) -> float:
        """Nothing more than what the ends take in already."""
        return 0.0

    @property
    def margin(self) -> float:
        """The larger side."""
        return max(self.value - self.interval.low, self.interval.high - self.value)

    @property
    def verdict(self) -> Verdict:
        """HIGHER or LOWER where the whole interval is; an end at zero leaves a doubt."""
        if self.interval.low > 0:
            return Verdict.HIGHER
        return Verdict.LOWER if self.interval.high < 0 else Verdict.CANNOT_TELL

    @property
    def is_certain(self) -> bool:
        """Whether the two can be told apart."""
        return self.verdict is not Verdict.CANNOT_TELL


def difference(first: Comparable, second: Comparable) -> Difference:
    """first - second, of people drawn independently (Newcombe's method), whatever rounding may hide.

    Each side is taken from the least favourable value that would have been rounded to the published one, and the ends
    are rounded outwards to the unit in which the two are printed. So the interval always holds the one that the
    unrounded figures would have given, and no verdict is ever one that they would not have given.
    """
    low = _least_difference(first, second)
    high = -_least_difference(second, first)
    value = first.value - second.value
    rounding = max(first.rounding, second.rounding)
    return Difference(value, _round_outwards(low, high, rounding) if rounding else Interval(low, high))


def _least_difference(first: Comparable, second: Comparable) -> float:
    """The lower end of first - second."""
    least = max(first.value - first.rounding, first.interval.low)
    most = min(second.value + second.rounding, second.interval.high)
    return least - most - math.hypot(least - first.interval.low, second.interval.high - most)


def _round_outwards(low: float, high: float, rounding: float) -> Interval:
    steps = round(0.5 / rounding)
    if steps == 1:
        return Interval(math.floor(low), math.ceil(high))
    return Interval(math.floor(low * steps) / steps, math.ceil(high * steps) / steps)
