"""The guarantee as people can weigh it: how often somebody who knows all the rest guesses one answer right.

Knowing all the rest, they know what every table would be without noise under either of two answers; nobody can do
better than to take the likelier one, and to toss a coin when both are as likely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from boucle.core.privacy.noise import probability

MAX_NOISE_SCALES = 60
"""Noise beyond this many scales is as good as impossible; distributions are summed up to there."""


def credit(evidence: int) -> float:
    """How right a guess is on average, when the evidence in favour of the true answer is this."""
    if evidence == 0:
        return 0.5
    return 1.0 if evidence > 0 else 0.0


@lru_cache(maxsize=256)
def best_guess(sensitivity: int, scale: int) -> float:
    """From the pmf: how often the best guess is right on tables that move by this much (L1), a person a cell."""
    return best_guess_of([1] * sensitivity, scale)


def best_guess_of(moved: Sequence[int], scale: int) -> float:
    """How often the best guess is right when the two answers move cells by these amounts."""
    distribution: Mapping[int, float] = {0: 1.0}
    for amount in moved:
        distribution = _convolve(distribution, _evidence_of_a_cell(abs(amount), scale))
    return sum(chance * credit(evidence) for evidence, chance in distribution.items())


@lru_cache(maxsize=64)
def _evidence_of_a_cell(moved: int, scale: int) -> Mapping[int, float]:
    """The distribution of the log-likelihood ratio of one cell, times the scale."""
    found: dict[int, float] = defaultdict(float)
    for noise in range(-MAX_NOISE_SCALES * scale, MAX_NOISE_SCALES * scale + 1):
        found[abs(noise - moved) - abs(noise)] += probability(noise, scale)
    return found


def _convolve(first: Mapping[int, float], second: Mapping[int, float]) -> Mapping[int, float]:
    found: dict[int, float] = defaultdict(float)
    for evidence, chance in first.items():
        for other, other_chance in second.items():
            found[evidence + other] += chance * other_chance
    return found
