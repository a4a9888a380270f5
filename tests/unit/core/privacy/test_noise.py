"""Promises of the noise: exactly discrete Laplace, from fair bits, with no floating point in the draw."""

import ast
import math
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from boucle.core.privacy import noise
from boucle.core.privacy.noise import (
    STEPS,
    WORD_BITS,
    draw_discrete_laplace,
    draw_geometric,
    log_likelihood_ratio,
    probability,
    thresholds_at,
    variance,
)
from support.cohorts import make_seeded_bits


class Told:
    """Bits that are told in advance."""

    def __init__(self, *words: int) -> None:
        self.words = list(words)

    def __call__(self, count: int, /) -> int:
        assert count == WORD_BITS
        return self.words.pop(0)


LARGEST = 2**WORD_BITS - 1


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("precision", [WORD_BITS, 2 * WORD_BITS, 4 * WORD_BITS])
def test_the_thresholds_are_the_binary_digits_of_the_exponential(scale: int, precision: int) -> None:
    with localcontext() as context:
        context.prec = 120
        expected = [int((Decimal(-j) / scale).exp() * 2**precision) for j in range(1, STEPS + 1)]
    thresholds_at.cache_clear()
    assert list(thresholds_at(scale, precision)) == expected


@pytest.mark.parametrize("scale", [1, 2])
def test_a_draw_is_read_off_the_thresholds_that_lie_above_it(scale: int) -> None:
    thresholds = thresholds_at(scale, WORD_BITS)
    assert draw_geometric(scale, Told(LARGEST)) == 0
    for passed, (upper, lower) in enumerate(pairwise(thresholds), start=1):
        assert draw_geometric(scale, Told(upper - 1)) == passed
        assert draw_geometric(scale, Told(lower + 1)) == passed


@pytest.mark.parametrize("scale", [1, 2])
def test_noise_is_the_first_geometric_draw_less_the_second(scale: int) -> None:
    under = [threshold - 1 for threshold in thresholds_at(scale, WORD_BITS)]
    assert draw_discrete_laplace(scale, Told(under[2], under[0])) == 3 - 1
    assert draw_discrete_laplace(scale, Told(LARGEST, under[4])) == -5
    assert draw_discrete_laplace(scale, Told(LARGEST, LARGEST)) == 0


def test_beyond_the_last_threshold_the_draw_begins_anew() -> None:
    assert draw_geometric(1, Told(0, 0, LARGEST)) == 2 * STEPS


def test_when_the_bits_equal_a_threshold_more_bits_decide_and_nothing_is_rounded() -> None:
    coarse, fine = thresholds_at(1, WORD_BITS)[0], thresholds_at(1, 2 * WORD_BITS)[0]
    rest = fine - (coarse << WORD_BITS)
    assert draw_geometric(1, Told(coarse, rest - 1)) == 1
    assert draw_geometric(1, Told(coarse, rest + 1)) == 0


def test_no_floating_point_takes_part_in_the_draw() -> None:
    """Divisions, floats and the math module stand in the functions for audits only."""
    tree = ast.parse(Path(noise.__file__).read_text(encoding="utf-8"))
    drawing = {"draw_discrete_laplace", "draw_geometric", "_draw_step", "thresholds_at", "_digits_of_exp"}
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in drawing]
    assert len(functions) == len(drawing)
    for part in (part for function in functions for part in ast.walk(function)):
        assert not isinstance(part, ast.Div)
        assert not (isinstance(part, ast.Constant) and isinstance(part.value, float))
        assert not (isinstance(part, ast.Name) and part.id in {"math", "float"})


@pytest.mark.parametrize("scale", [1, 2])
def test_two_neighbouring_tables_are_at_most_exp_of_their_distance_over_the_scale_apart(scale: int) -> None:
    """The exact likelihood ratio of any noisy table under two exact ones: |log ratio| <= L1 / scale, and reached."""
    reached = Fraction(0)
    for published in range(-30, 31):
        for distance in (1, 2):
            ratio = log_likelihood_ratio(published, published - distance, scale)
            assert abs(ratio) <= Fraction(distance, scale)
            reached = max(reached, abs(ratio) / distance)
    assert reached == Fraction(1, scale)


@pytest.mark.parametrize("scale", [1, 2])
def test_the_probabilities_add_up_and_have_the_variance_that_margins_use(scale: int) -> None:
    domain = range(-400, 401)
    assert math.fsum(probability(z, scale) for z in domain) == pytest.approx(1, abs=1e-12)
    assert math.fsum(z * z * probability(z, scale) for z in domain) == pytest.approx(variance(scale), rel=1e-9)


@pytest.mark.parametrize("scale", [1, 2])
def test_the_ratio_of_probabilities_is_the_exact_likelihood_ratio(scale: int) -> None:
    for one, other in ((0, 1), (3, -5), (-2, 2)):
        expected = math.exp(log_likelihood_ratio(one, other, scale))
        assert probability(one, scale) / probability(other, scale) == pytest.approx(expected)


def chi_square(drawn: Counter[int], draws: int, scale: int, within: int) -> float:
    """Against the exact probabilities, everything beyond `within` in two cells of its own."""
    tail = sum(probability(z, scale) for z in range(within + 1, within + 400))
    cells = [(drawn[z], probability(z, scale)) for z in range(-within, within + 1)]
    cells += [(sum(n for z, n in drawn.items() if z * side > within), tail) for side in (1, -1)]
    return sum((seen - draws * p) ** 2 / (draws * p) for seen, p in cells)


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "within"), [(1, 10), (2, 20)])
def test_a_million_draws_follow_the_distribution(scale: int, within: int) -> None:
    draws, bits = 1_000_000, make_seeded_bits(2026)
    drawn = Counter(draw_discrete_laplace(scale, bits) for _ in range(draws))
    freedom = 2 * within + 2
    # Wilson and Hilferty's quantile of chi-square, at one in ten thousand.
    quantile = freedom * (1 - 2 / (9 * freedom) + 3.719 * math.sqrt(2 / (9 * freedom))) ** 3
    assert chi_square(drawn, draws, scale, within) < quantile
