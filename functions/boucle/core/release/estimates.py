"""Estimates from noisy counts, and their 95 % intervals: sampling and noise together, self-selection aside.

Noise is described by three coefficients, because the error of a share p over a base grows like a polynomial in p:
somebody's noise is in the count (constant), in the base (square), and in both (linear).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from boucle.core.privacy.noise import variance
from boucle.core.release.intervals import Estimated, Interval

Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""


def project(counts: Sequence[float], total: float) -> list[float]:
    """The nearest point to `counts` with no negative coordinate and this sum, in O(m log m)."""
    largest_first = accumulate(sorted(counts, reverse=True))
    excess = max((kept - total) / rank for rank, kept in enumerate(largest_first, start=1))
    return [max(0.0, count - excess) for count in counts]


@dataclass(frozen=True, slots=True)
class Noise:
    """The variance of count - p * base, as constant + linear * p + square * p**2 in units of `unit`."""

    unit: float
    """The noise variance of one running total: cohorts times that of one draw."""
    constant: float
    linear: float
    square: float

    @staticmethod
    def of_cells(unit: float, summed: int, cells: int) -> Noise:
        """`summed` of the `cells` of a table, over their base: k(1-p)**2 + (m-k)p**2."""
        return Noise(unit, summed, -2 * summed, cells)

    @staticmethod
    def of_options(unit: float, summed: int, base: float) -> Noise:
        """`summed` counts of an option, over a base whose own variance is `base` units."""
        return Noise(unit, summed, 0, base)

    def variance(self, share: float) -> float:
        """That of count - share * base, in people squared."""
        return self.unit * (self.constant + self.linear * share + self.square * share**2)


def noise_unit(cohorts: int, scale: int) -> float:
    """The noise variance of a running total of this many cohorts."""
    return cohorts * variance(scale)


def base_noise(summed: int, cells: int) -> float:
    """The noise of a sum of projected cells, in units: their draws, less what the fixed total takes back."""
    return summed * (cells - summed) / cells


def share(count: float, base: float, noise: Noise) -> Estimated:
    """The share count/base, a fraction: Wilson's interval, with the sample that would be as uncertain without noise."""
    estimate = min(max(count / base, 0.0), 1.0)
    shrunk = (min(max(count, 0.0), base) + 2) / (base + 4)
    effective = base / (1 + noise.variance(shrunk) / (base * shrunk * (1 - shrunk)))
    return _wilson_interval(estimate, effective)


def _wilson_interval(estimate: float, sample: float) -> Estimated:
    shrink = 1 + Z**2 / sample
    centre = (estimate + Z**2 / (2 * sample)) / shrink
    half = Z / shrink * math.sqrt(estimate * (1 - estimate) / sample + Z**2 / (4 * sample**2))
    return Estimated(estimate, Interval(max(0.0, min(centre - half, estimate)), min(1.0, max(centre + half, estimate))))


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """One bar of a histogram: what it weighs, how many people, and how many noisy cells were summed for it."""

    score: float
    count: float
    summed: int


def mean(bars: Sequence[HistogramBar], unit: float) -> Estimated:
    """The mean of a histogram: s2/B + unit * sum((x-mean)**2)/B**2."""
    base = sum(bar.count for bar in bars)
    estimate = sum(bar.score * bar.count for bar in bars) / base
    spread = sum((bar.score - estimate) ** 2 * bar.count for bar in bars) / base
    noise = unit * sum((bar.score - estimate) ** 2 * bar.summed for bar in bars)
    half = Z * math.sqrt(spread / base + noise / base**2)
    return Estimated(estimate, Interval(estimate - half, estimate + half))


MIN_PROMOTER_SCORE, MAX_DETRACTOR_SCORE = 9, 6


def net_promoter_score(bars: Sequence[HistogramBar], unit: float) -> Estimated:
    """The share of 9 and 10 less the share of 0 to 6, in points: a mean of 100, 0 and -100."""
    return mean([HistogramBar(_promoter_points(bar.score), bar.count, bar.summed) for bar in bars], unit)


def _promoter_points(score: float) -> float:
    if score >= MIN_PROMOTER_SCORE:
        return 100
    return -100 if score <= MAX_DETRACTOR_SCORE else 0


def median(bars: Sequence[HistogramBar], unit: float, cells: int) -> Estimated:
    """The middle answer; its interval holds the scores that the interval of one half points at."""
    base = sum(bar.count for bar in bars)
    # However many of the cells make one half, the noise of count - base/2 is that of a quarter of all cells.
    half = share(base / 2, base, Noise.of_cells(unit, 0, cells))
    low, middle, high = (
        _quantile(bars, portion * base) for portion in (half.interval.low, half.value, half.interval.high)
    )
    return Estimated(middle, Interval(low, high))


def _quantile(bars: Sequence[HistogramBar], people: float) -> float:
    # The last bar has all that the others leave.
    counted = list(accumulate(bar.count for bar in bars[:-1]))
    return bars[bisect_left(counted, people)].score
