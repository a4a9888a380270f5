"""What figures are worth under a mechanism: people are drawn, counted exactly, published, and compared."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boucle.core.privacy.gate import MIN_COHORT, MIN_FIRST_COHORT, cohort_needs
from boucle.core.privacy.noise import draw_discrete_laplace
from boucle.core.privacy.tables import Cell, Special
from boucle.core.release.cells import estimate_share
from boucle.core.release.counts import PeopleCounts
from boucle.core.release.estimates import noise_unit, project
from boucle.core.release.intervals import Interval

PublishedCounts = Sequence[float]
Mechanism = Callable[[Sequence[int], random.Random], PublishedCounts]
"""From the exact counts of a table of people, what is published, in people."""

SHARES = tuple(tenth / 10 for tenth in range(1, 10))


def cohorts_of(people: int) -> tuple[int, int]:
    """How many cohorts a series of so many people has by the close of its wave, and how many of them it counts."""
    if people < MIN_FIRST_COHORT:
        return (1, people) if people >= MIN_COHORT else (0, 0)
    cohorts, sealed = 1, MIN_FIRST_COHORT
    while sealed + (needed := cohort_needs(sealed, closed=False)) <= people:
        cohorts, sealed = cohorts + 1, sealed + needed
    return (cohorts + 1, people) if people - sealed >= MIN_COHORT else (cohorts, sealed)


def make_boucle_mechanism(scale: int, *, live: bool) -> Mechanism:
    """Noise for each cohort, then the nearest table that adds up."""

    def publish(exact: Sequence[int], chance: random.Random) -> PublishedCounts:
        cohorts = cohorts_of(sum(exact))[0] if live else 1
        return project(_add_noise(exact, cohorts, scale, chance), sum(exact))

    return publish


def _add_noise(exact: Sequence[int], cohorts: int, scale: int, chance: random.Random) -> list[int]:
    return [count + sum(draw_discrete_laplace(scale, chance.getrandbits) for _ in range(cohorts)) for count in exact]


def make_threshold_mechanism(least: int) -> Mechanism:
    """Small counts withheld; whoever reads one takes the middle of what it can be."""

    def publish(exact: Sequence[int], chance: random.Random) -> PublishedCounts:
        return [count if count == 0 or count >= least else least / 2 for count in exact]

    return publish


def round_counts(exact: Sequence[int], chance: random.Random) -> PublishedCounts:
    """To the nearest multiple of five."""
    return [5 * round(count / 5) for count in exact]


def perturb_by_cell_keys(exact: Sequence[int], chance: random.Random) -> PublishedCounts:
    """Each cell moved by -2 to 2 as the hash of its people's record keys says; the same people, the same move."""
    return [max(0, count + _move_of(chance.getrandbits(64))) if count else 0 for count in exact]


def _move_of(key: int) -> int:
    return hashlib.sha256(key.to_bytes(8)).digest()[0] % 5 - 2


def draw_counts(shares: Sequence[float], people: int, chance: random.Random) -> list[int]:
    """How many of so many people fall in each cell."""
    counts = [0] * len(shares)
    for cell in chance.choices(range(len(shares)), weights=shares, k=people):
        counts[cell] += 1
    return counts


def measure_errors(
    mechanism: Mechanism, shares: Sequence[float], people: int, plays: int, chance: random.Random
) -> list[float]:
    """Of every published share against the exact one, in points."""
    found = []
    for _ in range(plays):
        exact = draw_counts(shares, people, chance)
        published = mechanism(exact, chance)
        found += [100 * abs(one - other) / people for one, other in zip(published, exact, strict=True)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShape:
    """What a share is made of: some of the cells of a table, over those asked."""

    summed: int = 1
    cells: int = 4
    not_asked: float = 0
    """The share of people whom routing leaves out; 0: a question put to all."""


def measure_coverage(
    shape: FigureShape, people: int, cohorts: int, scale: int, plays: int, chance: random.Random
) -> float:
    """How often the interval, before rounding, holds the true share; averaged over shares from 0.1 to 0.9."""
    held = [
        _make_interval(shape, share, people, cohorts, scale, chance).holds(share)
        for share in SHARES
        for _ in range(plays)
    ]
    return sum(held) / len(held)


def _make_interval(
    shape: FigureShape, share: float, people: int, cohorts: int, scale: int, chance: random.Random
) -> Interval:
    """One play of a table whose first `summed` cells hold the share, with the functions that publish."""
    rest = shape.cells - shape.summed
    asked = [share / shape.summed] * shape.summed + [(1 - share) / rest] * rest
    shares = [one_share * (1 - shape.not_asked) for one_share in asked] + ([shape.not_asked] if shape.not_asked else [])
    noisy = _add_noise(draw_counts(shares, people, chance), cohorts, scale, chance)
    cells: list[Cell] = [(number,) for number in range(shape.cells)] + (
        [(Special.NOT_ASKED,)] if shape.not_asked else []
    )
    table = PeopleCounts(dict(zip(cells, project(noisy, people), strict=True)), noise_unit(cohorts, scale))
    counted = set(cells[: shape.summed])
    figure = table.figure(lambda cell: cell in counted, lambda cell: cell[0] is not Special.NOT_ASKED)
    return estimate_share(figure).interval
