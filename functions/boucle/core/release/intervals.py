"""Where figures lie at 95 %: made here, once, and carried by the figure from then on.

A figure of the ledger has its interval from counts and noise (`estimates`). Format 1 publishes less: a rounded value,
and the larger side of that interval, rounded up. What is published is all that pages and auditors have, so its interval
is made from it, here, and is never narrower than the one that it stands for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included, in the unit of the figure that it is about."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share more than an end."""
        return self.low < other.high and other.low < self.high


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure as counts and noise give it, unrounded; a share is a fraction."""

    value: float
    interval: Interval

    @property
    def rounding(self) -> float:
        """How far the value can be from what it was before it was rounded: nowhere."""
        return 0.0

    @property
    def margin(self) -> float:
        """The larger side of the interval."""
        return max(self.value - self.interval.low, self.interval.high - self.value)


@dataclass(frozen=True, slots=True)
class PublishedMeasure:
    """A figure as it is published, in the unit in which it is printed: points for a share, of which there are 100."""

    value: float
    margin: float
    """The larger side of the interval before rounding, rounded up."""
    rounding: float
    """How far the value can be from what it was before it was rounded."""
    interval: Interval


@dataclass(frozen=True, slots=True)
class Precision:
    """How a kind of figure is printed: times what, to how many decimals (None: as it is), and between what ends."""

    decimals: int | None
    factor: int = 1
    lowest: float = -math.inf
    highest: float = math.inf

    @property
    def rounding(self) -> float:
        """Half a unit of the last decimal."""
        return 0.0 if self.decimals is None else 0.5 / 10**self.decimals


SHARE = "share"
"""The kind of a cell's figure; the other kinds are the names of estimates."""

PRECISIONS: Mapping[str, Precision] = {
    SHARE: Precision(0, factor=100, lowest=0, highest=100),
    "share_at_least": Precision(0, factor=100, lowest=0, highest=100),
    "nps": Precision(0, lowest=-100, highest=100),
    "mean": Precision(1),
    "median": Precision(None),
}


def round_half_up(number: float) -> int:
    """The nearest whole number, halves up."""
    return math.floor(number + 0.5)


def publish_measure(kind: str, estimated: Estimated) -> PublishedMeasure:
    """An estimate as it is published; `kind` is one of `PRECISIONS`."""
    precision = PRECISIONS[kind]
    if precision.decimals is None:
        return make_measure(kind, estimated.value, estimated.margin)
    steps = 10**precision.decimals
    # The margin is around the unrounded value, and rounded up: it is never smaller than it is.
    value = round_half_up(precision.factor * steps * estimated.value)
    margin = math.ceil(precision.factor * steps * estimated.margin)
    return make_measure(kind, value, margin) if steps == 1 else make_measure(kind, value / steps, margin / steps)


def make_measure(kind: str, value: float, margin: float) -> PublishedMeasure:
    """What a published value and margin say: the one place where they become an interval.

    The unrounded value may be half a unit away, and each side of its interval is at most the margin: so the interval
    reaches the margin and half a unit on both sides, and holds the one that the figure was published from. No share is
    below 0 or above 100.
    """
    precision = PRECISIONS[kind]
    around = make_interval(value, margin, precision.rounding)
    held = Interval(max(precision.lowest, around.low), min(precision.highest, around.high))
    return PublishedMeasure(value, margin, precision.rounding, held)


def make_interval(value: float, margin: float, rounding: float) -> Interval:
    """The margin on both sides of a value that rounding may have moved so far."""
    return Interval(value - margin - rounding, value + margin + rounding)
