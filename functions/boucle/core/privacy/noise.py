"""Discrete Laplace noise, drawn exactly: P(Z=z) is proportional to exp(-|z|/scale).

Z is the difference of two geometric variables. A geometric variable is read off fair bits by comparing them with
integer thresholds, the binary expansions of exp(-j/scale); when the bits drawn so far coincide with those of a
threshold, more of both are taken, so nothing is ever rounded. Beyond the last threshold the variable forgets: what
remains is drawn anew and added. No floating point takes part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from boucle.core.ports import Bits

WORD_BITS = 64
STEPS = 16
"""How many thresholds there are; with scale 1 the tail beyond them is met once in nine million draws."""


def draw_discrete_laplace(scale: int, bits: Bits) -> int:
    """One draw from the discrete Laplace distribution of that scale."""
    return draw_geometric(scale, bits) - draw_geometric(scale, bits)


def draw_geometric(scale: int, bits: Bits) -> int:
    """One draw of G with P(G >= j) = exp(-j/scale)."""
    passed = 0
    while (step := _draw_step(scale, bits)) == STEPS:
        passed += STEPS
    return passed + step


def _draw_step(scale: int, bits: Bits) -> int:
    """How many of the thresholds exp(-1/scale) ... exp(-STEPS/scale) a uniform number lies under."""
    precision, drawn = WORD_BITS, bits(WORD_BITS)
    while drawn in (thresholds := thresholds_at(scale, precision)):
        precision, drawn = precision + WORD_BITS, drawn << WORD_BITS | bits(WORD_BITS)
    return sum(drawn < threshold for threshold in thresholds)


@lru_cache(maxsize=32)
def thresholds_at(scale: int, precision: int) -> tuple[int, ...]:
    """The first `precision` binary digits of exp(-j/scale) for j = 1 ... STEPS, as integers."""
    return tuple(_digits_of_exp(Fraction(-j, scale), precision) for j in range(1, STEPS + 1))


def _digits_of_exp(exponent: Fraction, precision: int) -> int:
    """floor(2**precision * exp(exponent)) for a negative exponent, proven by two bounds that agree."""
    bounds = _iterate_partial_sums(exponent)
    lower, upper = next(bounds), next(bounds)
    while (digits := int(lower * 2**precision)) != int(upper * 2**precision):
        lower, upper = upper, next(bounds)
    return digits


def _iterate_partial_sums(exponent: Fraction) -> Iterator[Fraction]:
    """Partial sums of the exponential series that lie on either side of the limit, ever closer."""
    term = total = Fraction(1)
    for order in range(1, 100_000):
        term = term * exponent / order
        total += term
        # Once the terms shrink, an alternating series lies between any two sums that follow each other.
        if order > -exponent:
            yield total


def log_likelihood_ratio(noise: int, other: int, scale: int) -> Fraction:
    """ln(P(Z=noise) / P(Z=other)), exactly."""
    return Fraction(abs(other) - abs(noise), scale)


def probability(noise: int, scale: int) -> float:
    """P(Z=noise), to double precision: for audits and tests, never for drawing."""
    a = math.exp(-1 / scale)
    return (1 - a) / (1 + a) * a ** abs(noise)


def variance(scale: int) -> float:
    """The variance of one cell's noise: 2a/(1-a)**2 with a = exp(-1/scale)."""
    a = math.exp(-1 / scale)
    return 2 * a / (1 - a) ** 2
