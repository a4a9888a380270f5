"""What is published of a count: a figure, or the reason why there is none. Suppressed is never zero."""

from __future__ import annotations

import math
from typing import Any

from boucle.core.release.counts import Figure
from boucle.core.release.estimates import Interval, share

Json = dict[str, Any]

SMALLEST_BASE = 20
SMALLEST_COUNT = 5

SHOWN, BELOW_THRESHOLD, BASE_TOO_SMALL = "shown", "below_threshold", "base_too_small"


def whole(number: float) -> int:
    """The nearest whole number, halves up."""
    return math.floor(number + 0.5)


def figure_document(figure: Figure) -> Json:
    """What is published of a count: the figure, or why not; never a zero in the place of what is withheld."""
    if whole(figure.base) < SMALLEST_BASE:
        return {"status": BASE_TOO_SMALL}
    if whole(figure.count) < SMALLEST_COUNT:
        return {"status": BELOW_THRESHOLD, "below": math.ceil(100 * SMALLEST_COUNT / figure.base)}
    return {"status": SHOWN, "count": whole(figure.count), **percent(interval_of(figure), "share")}


def interval_of(figure: Figure) -> Interval:
    return share(figure.count, figure.base, figure.noise)


def percent(interval: Interval, name: str) -> Json:
    # The margin is around the unrounded share, and rounded up: it is never smaller than it is.
    return {name: whole(100 * interval.estimate), "margin": math.ceil(100 * interval.margin)}


def tenths(interval: Interval) -> Json:
    return {"value": whole(10 * interval.estimate) / 10, "margin": math.ceil(10 * interval.margin) / 10}


def epsilon(sensitivity: int, scale: int) -> int | float:
    """D/s, without a decimal point where it is whole."""
    return sensitivity // scale if sensitivity % scale == 0 else sensitivity / scale
