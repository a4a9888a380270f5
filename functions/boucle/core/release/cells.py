"""What is published of a count: a figure, or the reason why there is none. Suppressed is never zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

from boucle.core.questionnaire.values import Value
from boucle.core.release.counts import NoisyFigure
from boucle.core.release.estimates import share
from boucle.core.release.intervals import SHARE, Estimated, PublishedMeasure, publish_measure, round_half_up
from boucle.core.release.model import PublishedCell, Shown, Withheld

MIN_BASE = 20
MIN_COUNT = 5


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """What may be said of a count over its base: its figure, or why not; and what share a small one is less than."""

    published: Shown | Withheld
    below: int | None = None
    """In percents, for a count under the threshold."""


def publish_count(figure: NoisyFigure) -> PublishedCount:
    """The figure of a count, or why it is withheld: never a zero in the place of what is."""
    if is_too_small(figure.base):
        return PublishedCount(Withheld.BASE_TOO_SMALL)
    if round_half_up(figure.count) < MIN_COUNT:
        return PublishedCount(Withheld.BELOW_THRESHOLD, math.ceil(100 * MIN_COUNT / figure.base))
    return PublishedCount(Shown(round_half_up(figure.count), measure_share(figure)))


def publish_cell(values: tuple[Value | None, ...], figure: NoisyFigure, own_base: float | None = None) -> PublishedCell:
    """A cell with what may be said of its count; `own_base` where its base is not that of its table."""
    counted = publish_count(figure)
    base = None if own_base is None else round_half_up(own_base)
    return PublishedCell(values, counted.published, counted.below, base)


def is_too_small(base: float) -> bool:
    """Whether a base is too small for any figure over it."""
    return round_half_up(base) < MIN_BASE


def measure_share(figure: NoisyFigure) -> PublishedMeasure:
    """The share of a count as it is published, whatever the threshold says."""
    return publish_measure(SHARE, estimate_share(figure))


def estimate_share(figure: NoisyFigure) -> Estimated:
    """The share of a count, unrounded: a fraction."""
    return share(figure.count, figure.base, figure.noise)


def epsilon(sensitivity: int, scale: int) -> int | float:
    """D/s, without a decimal point where it is whole."""
    return sensitivity // scale if sensitivity % scale == 0 else sensitivity / scale
