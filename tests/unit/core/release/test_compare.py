"""Two figures have one verdict, which holds for the unrounded figures that they were published from."""

from __future__ import annotations

import random

import pytest

from boucle.core.release.compare import Difference, Verdict, difference
from boucle.core.release.intervals import Estimated, Interval, PublishedMeasure, make_measure, publish_measure
from support.release_samples import CountedFigure, draw_counted_pairs


def share(percent: int, margin: int) -> PublishedMeasure:
    return make_measure("share", percent, margin)


def to_points(estimated: Estimated) -> Estimated:
    return Estimated(100 * estimated.value, Interval(100 * estimated.interval.low, 100 * estimated.interval.high))


def test_a_published_share_lies_within_its_margin_and_the_half_point_of_its_rounding() -> None:
    assert share(56, 4).interval == Interval(51.5, 60.5)


def test_no_share_lies_below_nothing_or_above_everybody() -> None:
    assert share(2, 3).interval == Interval(0, 5.5)
    assert share(99, 3).interval == Interval(95.5, 100)


@pytest.mark.parametrize(
    ("kind", "value", "margin", "interval"),
    [
        ("mean", 7.0, 0.5, Interval(6.45, 7.55)),
        ("nps", -12, 6, Interval(-18.5, -5.5)),
        ("median", 36, 10, Interval(26, 46)),
        ("share_at_least", 55, 4, Interval(50.5, 59.5)),
    ],
)
def test_every_kind_of_figure_is_rounded_its_own_way(
    kind: str, value: float, margin: float, interval: Interval
) -> None:
    found = make_measure(kind, value, margin).interval
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_a_measure_is_published_with_a_margin_that_is_never_smaller_than_it_is() -> None:
    published = publish_measure("mean", Estimated(7.24, Interval(7.03, 7.40)))
    assert (published.value, published.margin) == (7.2, 0.3)
    assert publish_measure("share", Estimated(0.565, Interval(0.53, 0.6))).value == 56
    assert publish_measure("nps", Estimated(12.5, Interval(10, 15))).value == 13


def test_intervals_that_only_touch_do_not_overlap() -> None:
    assert Interval(1, 3).overlaps(Interval(2, 4))
    assert not Interval(1, 3).overlaps(Interval(3, 4))
    assert not Interval(3, 4).overlaps(Interval(1, 3))


@pytest.mark.parametrize(
    ("after", "verdict", "interval"),
    [
        (56, Verdict.CANNOT_TELL, Interval(0, 12)),
        (57, Verdict.HIGHER, Interval(1, 13)),
        (44, Verdict.CANNOT_TELL, Interval(-12, 0)),
        (43, Verdict.LOWER, Interval(-13, -1)),
        (50, Verdict.CANNOT_TELL, Interval(-6, 6)),
    ],
)
def test_an_end_at_zero_leaves_a_doubt(after: int, verdict: Verdict, interval: Interval) -> None:
    """Margins of 3 and 4 are 5 together, and rounding may hide half a point of each share."""
    found = difference(share(after, 4), share(50, 3))
    assert found == Difference(after - 50, interval)
    assert found.verdict is verdict
    assert found.is_certain is (verdict is not Verdict.CANNOT_TELL)


@pytest.mark.parametrize(("after", "before"), [((56, 3), (50, 3)), ((59, 1), (50, 7))])
def test_less_than_a_point_from_zero_nothing_is_claimed(after: tuple[int, int], before: tuple[int, int]) -> None:
    """The lower ends are 0.76 and 0.93: printed in whole points and rounded outwards, they are zero."""
    found = difference(share(*after), share(*before))
    assert found.interval.low == 0
    assert found.verdict is Verdict.CANNOT_TELL
    assert difference(share(*before), share(*after)).interval.high == 0


def test_the_ends_of_a_difference_of_shares_are_written_without_a_point() -> None:
    interval = difference(share(56, 4), share(50, 3)).interval
    assert f"{interval.low} to {interval.high}" == "0 to 12"


def test_a_difference_of_means_is_rounded_outwards_to_a_tenth() -> None:
    found = difference(make_measure("mean", 7.4, 0.3), make_measure("mean", 6.1, 0.5))
    assert found.value == pytest.approx(1.3)
    assert found.interval == Interval(0.6, 2.0)
    assert found.margin == pytest.approx(0.7)


def test_452_then_492_of_800_may_be_chance() -> None:
    """Published as 56 and 62 %, they once were a rise of 6 points on one page, and nothing certain on another."""
    pair = CountedFigure(base=800, count=452, cohorts=1), CountedFigure(base=800, count=492, cohorts=1)
    before, after = (figure.measure for figure in pair)
    assert [(figure.value, figure.margin) for figure in (before, after)] == [(56, 4), (62, 4)]
    assert difference(after, before).verdict is Verdict.CANNOT_TELL


PAIRS = 40_000


@pytest.mark.slow
def test_no_verdict_is_one_that_the_unrounded_figures_would_not_give() -> None:
    claimed = 0
    for first, second in draw_counted_pairs(PAIRS, random.Random(40)):
        published = difference(first.measure, second.measure)
        exact = difference(to_points(first.estimated), to_points(second.estimated))
        assert published.interval.low <= exact.interval.low, (first, second)
        assert published.interval.high >= exact.interval.high, (first, second)
        assert published.verdict in (exact.verdict, Verdict.CANNOT_TELL), (first, second)
        claimed += published.is_certain
    assert claimed > PAIRS / 10
