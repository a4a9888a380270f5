"""How far two or more people who coded the same texts agree, beyond what chance would make.

Cohen, "A coefficient of agreement for nominal scales" (1960), for two coders; Krippendorff, "Computing
Krippendorff's alpha-reliability" (2011), for any number of them, with texts that some did not code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import permutations

MIN_SAMPLE_SIZE = 20
"""Texts that two people coded, under which an agreement says nothing."""

Codes = Sequence[Hashable]
"""What each coder who coded one text said of it."""


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Kappa of two coders; None where chance alone would make them agree, or nothing was coded."""
    count = len(pairs)
    if not count:
        return None
    observed = sum(first == second for first, second in pairs) / count
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    expected = sum(firsts[code] * seconds[code] for code in firsts) / count**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(texts: Sequence[Codes]) -> float | None:
    """Alpha for nominal codes; None where nothing differs at all, or no text was coded twice."""
    coded = [codes for codes in texts if len(codes) > 1]
    values = Counter(code for codes in coded for code in codes)
    total = sum(values.values())
    expected = sum(values[one] * values[other] for one, other in permutations(values, 2))
    if not expected:
        return None
    observed = sum(_count_disagreements(codes) / (len(codes) - 1) for codes in coded)
    return 1 - (total - 1) * observed / expected


def _count_disagreements(codes: Codes) -> int:
    """How many ordered pairs of coders differ about one text."""
    return sum(one != other for one, other in permutations(codes, 2))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree about one theme, over the texts that two of them coded."""

    theme: str
    texts: int
    kappa: float | None
    alpha: float | None


def agreements(codings: Sequence[tuple[Set[str], Set[str]]], themes: Mapping[str, object]) -> tuple[Agreement, ...]:
    """One agreement a theme, of texts coded twice, each time with any number of themes; none for a small sample."""
    if len(codings) < MIN_SAMPLE_SIZE:
        return ()
    found = []
    for theme in themes:
        pairs = [(theme in first, theme in second) for first, second in codings]
        found.append(Agreement(theme, len(pairs), cohen_kappa(pairs), krippendorff_alpha(pairs)))
    return tuple(found)
