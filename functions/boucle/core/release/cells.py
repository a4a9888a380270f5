"""What is published of a count: a figure, or the reason why there is none. Suppressed is never zero."""

from __future__ import annotations

import math
from typing import Any

from boucle.core.release.counts import NoisyFigure
from boucle.core.release.estimates import Interval, share

Json = dict[str, Any]

MIN_BASE = 20
MIN_COUNT = 5

SHOWN, BELOW_THRESHOLD, BASE_TOO_SMALL = "shown", "below_threshold", "base_too_small"


def round_half_up(number: float) -> int:
    """The nearest whole number, halves up."""
    return math.floor(number + 0.5)


def build_figure_document(figure: NoisyFigure) -> Json:
    """What is published of a count: the figure, or why not; never a zero in the place of what is withheld."""
    if round_half_up(figure.base) < MIN_BASE:
        return {"status": BASE_TOO_SMALL}
    if round_half_up(figure.count) < MIN_COUNT:
        return {"status": BELOW_THRESHOLD, "below": math.ceil(100 * MIN_COUNT / figure.base)}
    return {"status": SHOWN, "count": round_half_up(figure.count), **to_percent(interval_of(figure), "share")}


def interval_of(figure: NoisyFigure) -> Interval:
    return share(figure.count, figure.base, figure.noise)


def to_percent(interval: Interval, name: str) -> Json:
    # The margin is around the unrounded share, and rounded up: it is never smaller than it is.
    return {name: round_half_up(100 * interval.estimate), "margin": math.ceil(100 * interval.margin)}


def to_tenths(interval: Interval) -> Json:
    return {"value": round_half_up(10 * interval.estimate) / 10, "margin": math.ceil(10 * interval.margin) / 10}


def epsilon(sensitivity: int, scale: int) -> int | float:
    """D/s, without a decimal point where it is whole."""
    return sensitivity // scale if sensitivity % scale == 0 else sensitivity / scale
