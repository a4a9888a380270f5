"""Mechanisms that do not protect successive publications. The attackers of the audit must break every one.

They are given the same cohorts as Boucle, so that what differs is the mechanism alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from boucle.audit.facts import Facts, Statement, make_exact_statement, make_noisy_statement
from boucle.audit.sybils import evidence, evidence_of_totals
from boucle.core.privacy.noise import draw_discrete_laplace

Counts = tuple[int, ...]
CountRows = Sequence[Sequence[int]]
"""A crossed table: exact counts by row."""

Publisher = Callable[[int, CountRows], list[Statement]]
"""From the exact running totals of a crossed table, what one release says of it."""


def add_up_totals(cohorts: Sequence[Counts]) -> list[Counts]:
    totals: list[Counts] = []
    for cohort in cohorts:
        totals.append(tuple(map(sum, zip(totals[-1], cohort, strict=True))) if totals else cohort)
    return totals


def facts_of(name: str, shape: tuple[int, int], cohorts: Sequence[Counts], publish: Publisher) -> Facts:
    """What a mechanism published of a crossed table, release after release."""
    rows, columns = shape
    statements = [
        statement
        for release, total in enumerate(add_up_totals(cohorts), start=1)
        for statement in publish(release, [total[row * columns : (row + 1) * columns] for row in range(rows)])
    ]
    cells = tuple(f"{row} x {column}" for row, column in product(range(rows), range(columns)))
    return Facts(name=name, cells=cells, sizes=tuple(map(sum, cohorts)), statements=tuple(statements))


def _margins(table: CountRows) -> list[tuple[tuple[int, ...], int]]:
    """Every row and column: its cells, and its exact count."""
    columns = len(table[0])
    by_row = [(tuple(range(at * columns, (at + 1) * columns)), sum(row)) for at, row in enumerate(table)]
    by_column = [
        (tuple(at + columns * row for row in range(len(table))), sum(row[at] for row in table)) for at in range(columns)
    ]
    return by_row + by_column


def _cells(table: CountRows) -> list[tuple[tuple[int, ...], int]]:
    return [((at,), count) for at, count in enumerate(count for row in table for count in row)]


def publish_exact(release: int, table: CountRows) -> list[Statement]:
    """Exact counts."""
    return [make_exact_statement(release, cells, count) for cells, count in (*_margins(table), *_cells(table))]


def round_to_5(count: int) -> int:
    return 5 * math.floor(count / 5 + 0.5)


def publish_rounded(release: int, table: CountRows) -> list[Statement]:
    """Every count rounded to the nearest multiple of five, each on its own."""
    return [
        Statement(
            release=release,
            cells=cells,
            published=round_to_5(count),
            low=max(0, round_to_5(count) - 2),
            high=round_to_5(count) + 2,
        )
        for cells, count in (*_margins(table), *_cells(table))
    ]


def make_threshold_publisher(least: int) -> Publisher:
    """Counts from 1 to below `least` withheld, then more of them until no row or column has only one withheld."""

    def publish(release: int, table: CountRows) -> list[Statement]:
        withheld = _find_withheld(table, least)
        # Zeros are shown, so what is withheld holds somebody.
        cells = [
            Statement(release=release, cells=cells, published=None, low=1)
            if cells[0] in withheld
            else make_exact_statement(release, cells, count)
            for cells, count in _cells(table)
        ]
        margins = [
            make_exact_statement(release, cells, count)
            for cells, count in _margins(table)
            if count == 0 or count >= least
        ]
        return [*cells, *margins]

    return publish


def _find_withheld(table: CountRows, least: int) -> set[int]:
    counts = [count for row in table for count in row]
    withheld = {at for at, count in enumerate(counts) if 0 < count < least}
    lines = [cells for cells, _ in _margins(table)]
    while True:
        alone = [line for line in lines if len(withheld & set(line)) == 1]
        others = [[at for at in line if at not in withheld and counts[at] > 0] for line in alone]
        chosen = [min(open_line, key=lambda at: counts[at]) for open_line in others if open_line]
        if not chosen:
            return withheld
        withheld.add(chosen[0])


def make_fresh_noise_publisher(scale: int, chance: random.Random) -> Publisher:
    """Every release counts again from the answers, under noise drawn anew."""

    def publish(release: int, table: CountRows) -> list[Statement]:
        return [
            make_noisy_statement(release, cells, count + draw_discrete_laplace(scale, chance.getrandbits))
            for cells, count in (*_margins(table), *_cells(table))
        ]

    return publish


@dataclass(frozen=True, slots=True)
class Guesser:
    """How one mechanism publishes a table's running totals, and what its publications say for the first answer."""

    publish: Callable[[Sequence[Counts]], list[Counts]]
    evidence: Callable[[Sequence[Counts], Sequence[Counts], Sequence[Counts]], int]
    """Of what was published, under the exact cohorts of either answer."""


def make_guesser(show: Callable[[int], int]) -> Guesser:
    """A mechanism that changes each count in a way that anybody can repeat."""

    def publish(cohorts: Sequence[Counts]) -> list[Counts]:
        return [tuple(map(show, total)) for total in add_up_totals(cohorts)]

    def weigh(seen: Sequence[Counts], first: Sequence[Counts], second: Sequence[Counts]) -> int:
        return (list(seen) == publish(first)) - (list(seen) == publish(second))

    return Guesser(publish, weigh)


def make_fresh_noise_guesser(scale: int, chance: random.Random) -> Guesser:
    def publish(cohorts: Sequence[Counts]) -> list[Counts]:
        totals = add_up_totals(cohorts)
        return [tuple(count + draw_discrete_laplace(scale, chance.getrandbits) for count in total) for total in totals]

    def weigh(seen: Sequence[Counts], first: Sequence[Counts], second: Sequence[Counts]) -> int:
        together = zip(seen, add_up_totals(first), add_up_totals(second), strict=True)
        return sum(evidence(*evidence_args) for evidence_args in together)

    return Guesser(publish, weigh)


def make_boucle_guesser(scale: int, chance: random.Random) -> Guesser:
    """Not a canary: noise drawn once for each cohort."""

    def publish(cohorts: Sequence[Counts]) -> list[Counts]:
        noisy = [
            tuple(count + draw_discrete_laplace(scale, chance.getrandbits) for count in cohort) for cohort in cohorts
        ]
        return add_up_totals(noisy)

    return Guesser(publish, evidence_of_totals)
