"""What protection costs: errors in points against the exact shares, and how often intervals hold the truth.

From public files only, so by play: people are drawn with the published shares, counted exactly, then counted under
noise in as many cohorts as were sealed, with the very functions that publish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from boucle.core.privacy.noise import draw_discrete_laplace
from boucle.core.release.estimates import Noise, noise_unit, project, share
from boucle.core.release.model import PublishedTable, Release, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """Errors in points, over all figures played."""

    figures: int
    mean_error: float
    percentile_95: float
    coverage: float
    """The share of 95 % intervals, before rounding, that held the true share."""


@dataclass(frozen=True, slots=True)
class PlayedFigure:
    """One figure of one play."""

    error: float
    covered: bool


def utility_of(release: Release, *, plays: int, chance: Random) -> Utility | None:
    """What the newest release's tables cost; None when it shows none."""
    tables = [
        question_table
        for question_table in release.questions
        if question_table.type not in {"ranking", "multiple"} and not question_table.withheld
    ]
    played = [
        figure
        for table in tables
        for _ in range(plays)
        for figure in play_table(_read_shares(table), table.base, release.cohorts, release.mechanism.scale, chance)
    ]
    return summarise(played) if played else None


def _read_shares(table: PublishedTable) -> list[float]:
    """The published shares, what is withheld sharing out what is left."""
    shown = [cell.published.share / 100 if isinstance(cell.published, Shown) else None for cell in table.cells]
    left = max(0.0, 1 - sum(known_share or 0 for known_share in shown))
    withheld = shown.count(None)
    return [left / withheld if known_share is None else known_share for known_share in shown]


def play_table(shares: Sequence[float], people: int, cohorts: int, scale: int, chance: Random) -> list[PlayedFigure]:
    """Draw people, count them under noise, and compare each cell's share and interval with the truth."""
    exact = [0] * len(shares)
    for cell in chance.choices(range(len(shares)), weights=shares, k=people):
        exact[cell] += 1
    noisy = [count + sum(draw_discrete_laplace(scale, chance.getrandbits) for _ in range(cohorts)) for count in exact]
    projected = project(noisy, people)
    noise = Noise.of_cells(noise_unit(cohorts, scale), 1, len(shares))
    total = sum(shares)
    played = []
    for true, counted, count in zip(shares, exact, projected, strict=True):
        estimated = share(count, people, noise)
        error = 100 * abs(estimated.value - counted / people)
        played.append(PlayedFigure(error, estimated.interval.holds(true / total)))
    return played


def summarise(played: Sequence[PlayedFigure]) -> Utility:
    """Errors and coverage over all figures played, of which there is at least one."""
    errors = sorted(figure.error for figure in played)
    return Utility(
        figures=len(played),
        mean_error=sum(errors) / len(errors),
        percentile_95=errors[math.ceil(0.95 * len(errors)) - 1],
        coverage=sum(figure.covered for figure in played) / len(played),
    )
