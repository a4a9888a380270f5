"""The attacker who wrote every other answer of a cohort, and guesses the one that is left from what was published.

Knowing all the rest, they know what each table would be without noise under either of two answers, so the best that
anybody can do is to take the likelier one; ties are decided by a coin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from boucle.core.ports import Bits
from boucle.core.privacy.guarantee import best_guess, credit
from boucle.core.privacy.noise import draw_discrete_laplace

Counts = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SybilAttack:
    """How often the guess was right for one sensitivity, and how often it is right by the exact distribution."""

    sensitivity: int
    scale: int
    further_cohorts: int
    guesses: int
    right: float
    exact: float

    @property
    def success(self) -> float:
        """The share of guesses that were right."""
        return self.right / self.guesses

    @property
    def slack(self) -> float:
        """What a simulated share may differ from the exact one by chance: four standard errors."""
        return 4 * math.sqrt(self.exact * (1 - self.exact) / self.guesses)

    @property
    def is_above_exact(self) -> bool:
        """Whether the attack did better than the mechanism allows, chance aside."""
        return self.success > self.exact + self.slack


def evidence(observed: Counts, if_first: Counts, if_second: Counts) -> int:
    """The log-likelihood ratio of two sets of exact tables, times the scale; above zero speaks for the first."""
    together = zip(observed, if_first, if_second, strict=True)
    return sum(abs(seen - second) - abs(seen - first) for seen, first, second in together)


def play_sybils(sensitivity: int, scale: int, *, further_cohorts: int, guesses: int, bits: Bits) -> SybilAttack:
    """Guess many times, from running totals released under the real noise after each of several cohorts."""
    right = sum(_guess_once(sensitivity, scale, further_cohorts, bits) for _ in range(guesses))
    return SybilAttack(
        sensitivity=sensitivity,
        scale=scale,
        further_cohorts=further_cohorts,
        guesses=guesses,
        right=right,
        exact=best_guess(sensitivity, scale),
    )


def _guess_once(cells: int, scale: int, further_cohorts: int, bits: Bits) -> float:
    """The target adds one to each cell of the first cohort, or nothing; later cohorts are all the attacker's."""
    totals = [[1 + draw_discrete_laplace(scale, bits) for _ in range(cells)]]
    for _ in range(further_cohorts):
        totals.append([total + draw_discrete_laplace(scale, bits) for total in totals[-1]])
    return credit(evidence_of_totals(totals, [[1] * cells], [[0] * cells]))


def evidence_of_totals(totals: Sequence[Counts], if_first: Sequence[Counts], if_second: Sequence[Counts]) -> int:
    """The evidence in successive running totals, each cohort's noise drawn once: that of their differences.

    `if_first` and `if_second` are the exact tables of each cohort; those left out are empty under both.
    """
    before: Counts = [0] * len(totals[0])
    speaks = 0
    for number, total in enumerate(totals):
        observed = [now - then for now, then in zip(total, before, strict=True)]
        nothing = [0] * len(total)
        first = if_first[number] if number < len(if_first) else nothing
        second = if_second[number] if number < len(if_second) else nothing
        speaks += evidence(observed, first, second)
        before = total
    return speaks
