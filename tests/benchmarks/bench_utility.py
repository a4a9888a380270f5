"""What protection costs: errors in points, and the coverage of intervals, for our mechanism and for others.

    .venv/bin/python tests/benchmarks/bench_utility.py [--plays 60] [--seed 1]

Errors are of published shares against the exact ones, over tables of 2, 5 and 11 choices with shares drawn at random. A
count that a threshold withholds is read as half the threshold. Coverage is that of 95 % intervals before rounding,
averaged over true shares from 0.1 to 0.9. The other mechanisms do not protect successive publications: the campaign of
attacks shows how each of them is broken.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.attackers.utility import (
    FigureShape,
    Mechanism,
    cohorts_of,
    make_boucle_mechanism,
    make_threshold_mechanism,
    measure_coverage,
    measure_errors,
    perturb_by_cell_keys,
    round_counts,
)

PEOPLE = (30, 100, 367, 669, 10_000)
CHOICES = (2, 5, 11)
MECHANISMS: Mapping[str, Mechanism] = {
    "Boucle, live, s=1": make_boucle_mechanism(1, live=True),
    "Boucle, live, s=2": make_boucle_mechanism(2, live=True),
    "Boucle, close_only, s=1": make_boucle_mechanism(1, live=False),
    "Boucle, close_only, s=2": make_boucle_mechanism(2, live=False),
    "threshold 5": make_threshold_mechanism(5),
    "threshold 11": make_threshold_mechanism(11),
    "rounding to 5": round_counts,
    "cell-key perturbation": perturb_by_cell_keys,
}
SHARES = {
    "one of 2 cells": FigureShape(cells=2),
    "one of 11 cells": FigureShape(cells=11),
    "3 of 11 cells": FigureShape(summed=3, cells=11),
    "one of 4, 40 % not asked": FigureShape(cells=4, not_asked=0.4),
    "3 of 11, 40 % not asked": FigureShape(summed=3, cells=11, not_asked=0.4),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--plays", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for line in (*_errors(asked.plays, asked.seed), "", *_coverage(asked.plays, asked.seed)):
        print(line)


def _errors(plays: int, seed: int) -> Iterator[str]:
    yield "error in points: mean / 95th percentile"
    yield f"{'':28}" + "".join(f"{f'n={size:,}':>16}" for size in PEOPLE)
    yield f"{'(cohorts when live)':28}" + "".join(f"{cohorts_of(size)[0]:>16}" for size in PEOPLE)
    for name, mechanism in MECHANISMS.items():
        yield f"{name:28}" + "".join(f"{_error(mechanism, size, plays, seed):>16}" for size in PEOPLE)


def _error(mechanism: Mechanism, people: int, plays: int, seed: int) -> str:
    chance = random.Random(seed)
    found = sorted(
        error
        for choices in CHOICES
        for _ in range(plays)
        for error in measure_errors(mechanism, [chance.uniform(0.05, 1) for _ in range(choices)], people, 1, chance)
    )
    return f"{sum(found) / len(found):.2f} / {found[math.ceil(0.95 * len(found)) - 1]:.2f}"


def _coverage(plays: int, seed: int) -> Iterator[str]:
    yield "coverage of 95 % intervals, before rounding"
    yield f"{'':34}" + "".join(f"{f'n={size:,}':>10}" for size in PEOPLE)
    for scale in (1, 2):
        for mode in ("live", "close_only"):
            for name, of in SHARES.items():
                row = [
                    measure_coverage(
                        of, size, cohorts_of(size)[0] if mode == "live" else 1, scale, plays, random.Random(seed)
                    )
                    for size in PEOPLE
                ]
                yield f"{f's={scale} {mode}: {name}':44}" + "".join(f"{100 * rate:>8.1f} %" for rate in row)


if __name__ == "__main__":
    main()
