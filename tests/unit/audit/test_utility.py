"""Promises about what figures are worth: intervals hold the truth 93 to 98 times in a hundred from 100 answers on."""

from __future__ import annotations

import random

import pytest

from boucle.core.privacy.gate import cohort_needs
from support.attackers.utility import (
    FigureShape,
    cohorts_of,
    make_boucle_mechanism,
    make_threshold_mechanism,
    measure_coverage,
    measure_errors,
)

FIGURES = {
    "single cell": FigureShape(cells=4),
    "one of two": FigureShape(cells=2),
    "several cells": FigureShape(summed=3, cells=11),
    "routing": FigureShape(cells=4, not_asked=0.4),
    "several cells under routing": FigureShape(summed=3, cells=11, not_asked=0.4),
}


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("people", [100, 367])
@pytest.mark.parametrize("name", FIGURES)
def test_intervals_hold_the_true_share_93_to_98_times_in_a_hundred(name: str, people: int, scale: int) -> None:
    held = measure_coverage(FIGURES[name], people, cohorts_of(people)[0], scale, 120, random.Random(people + scale))
    assert 0.93 <= held <= 0.98


@pytest.mark.parametrize(("people", "cohorts"), [(29, (1, 29)), (30, (1, 30)), (52, (2, 52)), (669, (12, 669))])
def test_cohorts_are_those_that_the_gate_lets_through(people: int, cohorts: tuple[int, int]) -> None:
    assert cohorts_of(people) == cohorts


def test_the_second_cohort_follows_the_gate() -> None:
    assert cohorts_of(30 + cohort_needs(30, closed=False)) == (2, 52)


def test_noise_weighs_less_the_more_there_are() -> None:
    chance = random.Random(1)
    mean = {
        people: sum(found := measure_errors(make_boucle_mechanism(1, live=True), [1, 2, 3], people, 60, chance))
        / len(found)
        for people in (100, 2000)
    }
    assert mean[2000] < mean[100] / 3


def test_a_withheld_count_is_read_as_half_its_threshold() -> None:
    assert make_threshold_mechanism(11)([3, 0, 40], random.Random(1)) == [5.5, 0, 40]
