"""Promises of estimates: counts that add up, and intervals that hold what they say."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.core.privacy.noise import draw_discrete_laplace, variance
from boucle.core.release.compare import difference
from boucle.core.release.estimates import (
    HistogramBar,
    Noise,
    base_noise,
    mean,
    median,
    net_promoter_score,
    noise_unit,
    project,
    share,
)
from boucle.core.release.intervals import Estimated, Interval

SILENT = Noise(0, 0, 0, 0)


def test_a_table_is_projected_on_counts_that_are_not_negative_and_add_up() -> None:
    assert project([12, 9, -3], 18) == [10.5, 7.5, 0]
    assert project([5, 5, 5], 30) == [10, 10, 10]
    assert project([100, -40, -40], 30) == [30, 0, 0]
    assert project([10, 1], 10) == [9.5, 0.5]
    assert project([3, 4], 1) == [0, 1]
    assert project([3, 4], 0) == [0, 0]
    assert project([3, 4], -1) == [0, 0]


counts = st.lists(st.integers(-50, 200), min_size=1, max_size=12)


@given(counts, st.integers(1, 500))
def test_a_projection_adds_up_and_is_not_negative(noisy: list[int], total: int) -> None:
    projected = project(noisy, total)
    assert math.isclose(sum(projected), total)
    assert min(projected) >= 0


@given(counts, st.integers(1, 500), st.data())
def test_no_other_table_that_adds_up_is_nearer(noisy: list[int], total: int, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=len(noisy), max_size=len(noisy)))
    other = [total * weight / sum(weights) for weight in weights]
    assert math.dist(project(noisy, total), noisy) <= math.dist(other, noisy) + 1e-6


def test_without_noise_a_share_has_wilsons_interval() -> None:
    estimated = share(20, 100, SILENT)
    assert (round(estimated.interval.low, 4), round(estimated.interval.high, 4)) == (0.1334, 0.2888)
    assert estimated.value == 0.2
    assert estimated.margin == estimated.interval.high - estimated.value


@pytest.mark.parametrize("count", [0, 40, 160])
def test_noise_widens_an_interval_by_what_the_formula_says(count: int) -> None:
    """A share of k = 1 of m = 3 cells after T = 4 cohorts at s = 1, so many of 160."""
    v, p = 2 * math.exp(-1) / (1 - math.exp(-1)) ** 2, (count + 2) / 164
    effective = 160 / (1 + 4 * v * ((1 - p) ** 2 + 2 * p**2) / (160 * p * (1 - p)))
    noisy = share(count, 160, Noise.of_cells(noise_unit(4, 1), 1, 3))
    silent = share(count / 160 * effective, effective, SILENT)
    assert (noisy.interval.low, noisy.interval.high) == pytest.approx((silent.interval.low, silent.interval.high))


def test_the_noise_of_an_option_counts_its_base_only_where_that_is_uncertain() -> None:
    assert Noise.of_options(2.0, 1, 0).variance(0.5) == 2.0
    assert Noise.of_options(2.0, 1, base_noise(2, 3)).variance(0.5) == pytest.approx(2 * (1 + 0.25 * 2 / 3))
    assert base_noise(3, 3) == 0


def test_an_interval_never_leaves_zero_and_one_and_holds_its_estimate() -> None:
    for count in (-3, 0, 50, 53):
        estimated = share(count, 50, Noise.of_cells(noise_unit(5, 2), 1, 4))
        assert 0 <= estimated.interval.low <= estimated.value <= estimated.interval.high <= 1


def test_the_interval_of_nobody_begins_at_zero_and_that_of_everybody_ends_at_one() -> None:
    for people in range(20, 500):
        assert share(0, people, SILENT).interval.low == 0
        assert share(people, people, SILENT).interval.high == 1


def test_a_difference_of_two_series_has_newcombes_interval() -> None:
    """56/70 against 48/80, the worked example of Newcombe's paper: 0.2, from 0.0524 to 0.3339."""
    found = difference(share(56, 70, SILENT), share(48, 80, SILENT))
    assert found.value == pytest.approx(0.2)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0524, 0.3339)


BARS = [HistogramBar(score, count, 1) for score, count in enumerate([1, 0, 0, 2, 3, 5, 9, 15, 30, 20, 15])]


def test_a_mean_has_the_spread_of_the_histogram_and_of_its_noise() -> None:
    estimated = mean(BARS, noise_unit(2, 1))
    average = sum(bar.score * bar.count for bar in BARS) / 100
    spread = sum((bar.score - average) ** 2 * bar.count for bar in BARS) / 100
    noise = 2 * variance(1) * sum((bar.score - average) ** 2 for bar in BARS)
    assert estimated.value == pytest.approx(average)
    half = 1.959964 * math.sqrt(spread / 100 + noise / 100**2)
    assert estimated.margin == pytest.approx(half, rel=1e-6)
    assert estimated.interval.low == pytest.approx(average - half)
    assert estimated.interval.high == pytest.approx(average + half)


def test_a_bar_that_sums_more_cells_brings_more_noise_to_a_mean() -> None:
    """Two bars of three cells each, of 30 people at 0 and at 2: the noise is 40 * (3 + 3) / 60**2."""
    estimated = mean([HistogramBar(0, 30, 3), HistogramBar(2, 30, 3)], 40)
    assert estimated.margin == pytest.approx(1.959964 * math.sqrt(1 / 60 + 240 / 60**2), rel=1e-6)


def test_the_net_promoter_score_is_promoters_less_detractors() -> None:
    assert net_promoter_score(BARS, 0).value == pytest.approx(35 - 20)


def test_the_median_is_the_answer_in_the_middle_between_two_others() -> None:
    estimated = median(BARS, noise_unit(1, 1), 13)
    assert estimated == Estimated(8, Interval(8, 8))
    even = median([HistogramBar(0, 50, 1), HistogramBar(1, 50, 1)], noise_unit(1, 1), 2)
    assert even.interval == Interval(0, 1)


def test_a_median_may_be_the_first_answer_or_the_last() -> None:
    lowest = [HistogramBar(0, 90, 1), HistogramBar(1, 5, 1), HistogramBar(2, 5, 1)]
    highest = [HistogramBar(0, 5, 1), HistogramBar(1, 5, 1), HistogramBar(2, 90, 1)]
    assert median(lowest, 0, 3) == Estimated(0, Interval(0, 0))
    assert median(highest, 0, 3) == Estimated(2, Interval(2, 2))


def test_noise_widens_the_interval_of_a_median_by_a_quarter_of_all_cells() -> None:
    """A hundred people over ten scores: one half is 50 +- 9.6 % of them without noise, and +- 20.9 % with it."""
    bars = [HistogramBar(score, 10, 1) for score in range(10)]
    assert median(bars, 0, 11).interval == Interval(4, 5)
    assert median(bars, 40, 11).interval == Interval(2, 7)


def test_an_interval_holds_its_ends_and_what_lies_between() -> None:
    interval = Interval(1, 3)
    assert [value for value in (0.9, 1, 2, 3, 3.1) if interval.holds(value)] == [1, 2, 3]


def test_an_interval_knows_its_larger_side() -> None:
    assert Estimated(0.5, Interval(0.4, 0.55)).margin == pytest.approx(0.1)


def covers(chance: random.Random, p: float, people: int, cells: int, cohorts: int) -> bool:
    """Whether the interval of one answer's share holds p, for one simulated sample under its noise."""
    bits = chance.getrandbits
    count = sum(chance.random() < p for _ in range(people))
    rest = [0] * (cells - 1)
    for _ in range(people - count):
        rest[chance.randrange(cells - 1)] += 1
    noisy = [exact + sum(draw_discrete_laplace(1, bits) for _ in range(cohorts)) for exact in (count, *rest)]
    estimated = share(project(noisy, people)[0], people, Noise.of_cells(noise_unit(cohorts, 1), 1, cells))
    return estimated.interval.holds(p)


@pytest.mark.slow
@pytest.mark.parametrize(("people", "cells", "cohorts"), [(100, 2, 2), (100, 5, 3), (367, 11, 5)])
def test_intervals_hold_the_truth_about_95_times_in_a_hundred(people: int, cells: int, cohorts: int) -> None:
    chance = random.Random(95)
    trials = [covers(chance, p / 10, people, cells, cohorts) for p in range(1, 10) for _ in range(150)]
    assert 0.93 <= sum(trials) / len(trials) <= 0.98
