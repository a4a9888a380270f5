"""What attackers hold: of one group of linked tables, every number that publications gave, and what each proves."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One published number: how many people were in these cells, over the first `release` cohorts."""

    release: int
    cells: tuple[int, ...]
    """Positions in the group's cells."""
    published: int | None
    """None: withheld."""
    low: float = 0
    high: float = math.inf
    """Between what bounds the exact count lies for certain."""

    @property
    def proves(self) -> bool:
        """Whether it rules anything out that was not known."""
        return self.low > 0 or self.high < math.inf


def make_exact_statement(release: int, cells: tuple[int, ...], count: int) -> Statement:
    """A number published as it was counted."""
    return Statement(release=release, cells=cells, published=count, low=count, high=count)


def make_noisy_statement(release: int, cells: tuple[int, ...], count: int | None) -> Statement:
    """A number under unbounded noise. Any count can become any other, so for certain it proves nothing."""
    return Statement(release=release, cells=cells, published=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One table, or several that share their people: everybody is in exactly one of the cells."""

    name: str
    cells: tuple[str, ...]
    sizes: tuple[int, ...]
    """How many people each cohort has: that is published exactly."""
    statements: tuple[Statement, ...]

    @property
    def tried(self) -> int:
        """How many cells of cohorts there are to find out."""
        return len(self.cells) * len(self.sizes)
