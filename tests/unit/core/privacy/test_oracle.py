"""An independent oracle: OpenDP says of our mechanism what we say of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import opendp.prelude as dp
import pytest

from boucle.core.privacy.noise import draw_discrete_laplace, probability
from boucle.core.privacy.plan import plan
from boucle.core.release.cells import epsilon
from support.cohorts import FORM

DRAWS = 20_000
SPREAD = 6


@pytest.fixture(scope="module", autouse=True)
def contributed() -> None:
    """OpenDP calls what its own proofs do not cover yet "contrib", and asks for it by name."""
    dp.enable_features("contrib")


def oracle(scale: int) -> dp.Measurement:
    return dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int), scale=float(scale))


def budget(measurement: dp.Measurement, distance: int) -> float:
    epsilon: float = measurement.map(distance)  # type: ignore[no-untyped-call]  # OpenDP leaves it untyped
    return epsilon


@pytest.mark.parametrize("scale", [1, 2])
def test_the_budget_of_each_question_is_the_oracles_privacy_map(scale: int) -> None:
    for question in plan([FORM]).questions:
        expected = budget(oracle(scale), question.sensitivity)
        assert epsilon(question.sensitivity, scale) == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1, 2])
def test_the_oracles_draws_and_ours_follow_the_same_distribution(scale: int) -> None:
    bits = random.Random(scale).getrandbits
    ours = [draw_discrete_laplace(scale, bits) for _ in range(DRAWS)]
    theirs: Sequence[int] = oracle(scale)([0] * DRAWS)
    # 0.001 of draws are beyond, of 13 degrees of freedom: OpenDP cannot be seeded.
    assert _chi_square(ours, scale) < 40
    assert _chi_square(theirs, scale) < 40


def _chi_square(draws: Sequence[int], scale: int) -> float:
    """Over the values from -SPREAD to SPREAD, and all others together."""
    counted = Counter(draw if abs(draw) <= SPREAD else None for draw in draws)
    expected: dict[int | None, float] = {z: probability(z, scale) for z in range(-SPREAD, SPREAD + 1)}
    expected[None] = 1 - sum(expected.values())
    return sum((counted[z] - len(draws) * p) ** 2 / (len(draws) * p) for z, p in expected.items())
