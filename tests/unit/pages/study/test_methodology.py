"""The methodology page: its worked example says what the code computes, in each language."""

from __future__ import annotations

import re

import pytest

from boucle.core.privacy.guarantee import best_guess
from boucle.core.privacy.noise import variance
from boucle.core.privacy.sensitivity import MOVE
from boucle.core.release.cells import estimate_share, measure_share
from boucle.core.release.counts import NoisyFigure
from boucle.core.release.estimates import Noise, noise_unit, project
from boucle.core.release.intervals import round_half_up
from support.builders import REPOSITORY

PAGES = {"": ",", "en/": ".", "ar/": "."}
"""The folder of each language, and its decimal mark."""

COUNTED, CHANCE, PEOPLE = (24, 10, 6), (2, -2, 1), 40


def page(folder: str) -> str:
    return (REPOSITORY / "site" / "pages" / f"{folder}methodology.md").read_text("utf-8")


@pytest.fixture(params=PAGES)
def folder(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


def test_the_lines_of_the_example_are_the_projection_of_its_noisy_counts(folder: str) -> None:
    noisy = [count + chance for count, chance in zip(COUNTED, CHANCE, strict=True)]
    lines = [line for line in page(folder).splitlines() if re.match(r"- .*[+−]\d", line)]
    said = [[number for number in re.findall(r"[+−]?\d+(?:[.,]\d+)?", line) if number != str(PEOPLE)] for line in lines]
    assert said == [
        [str(count), f"{chance:+d}".replace("-", "−"), str(noisy_count), f"{nearest:.2f}".replace(".", PAGES[folder])]
        for count, chance, noisy_count, nearest in zip(COUNTED, CHANCE, noisy, project(noisy, PEOPLE), strict=True)
    ]


def test_the_share_the_interval_and_the_margin_are_those_that_are_published(folder: str) -> None:
    noisy = [count + chance for count, chance in zip(COUNTED, CHANCE, strict=True)]
    figure = NoisyFigure(project(noisy, PEOPLE)[0], PEOPLE, Noise.of_cells(noise_unit(1, 1), 1, len(COUNTED)))
    published, interval = measure_share(figure), estimate_share(figure).interval
    text = page(folder).replace("\u202f", " ").replace(" %", "%")
    assert f"**{published.value}%**" in text
    assert f"**{published.margin}**" in text
    for bound in (interval.low, interval.high):
        assert f"{100 * bound:.1f}%".replace(".", PAGES[folder]) in text


def test_the_people_that_noise_leaves_are_those_of_the_formula(folder: str) -> None:
    p = (project([26, 8, 7], PEOPLE)[0] + 2) / (PEOPLE + 4)
    bracket = (1 - p) ** 2 + (len(COUNTED) - 1) * p**2
    effective = PEOPLE / (1 + variance(1) * bracket / (PEOPLE * p * (1 - p)))
    assert f" {effective:.1f} ".replace(".", PAGES[folder]) in page(folder)
    assert f"{variance(1):.2f}".replace(".", PAGES[folder]) in page(folder)


def test_the_guesses_are_those_of_the_exact_distribution(folder: str) -> None:
    said = [
        round_half_up(100 * best_guess(sensitivity, scale)) for sensitivity, scale in ((MOVE, 1), (MOVE, 2), (8, 1))
    ]
    assert said == [73, 62, 91]
    last = page(folder).rpartition("39")[2]
    assert all(str(number) in last for number in said)
