"""How far two people who coded the same texts agree, from their book."""

from __future__ import annotations

from collections.abc import Iterable, Set

from boucle.core.study.agreement import Agreement, agreements
from boucle.moderation.ports import Book


def measure_agreement(book: Book, themes: Iterable[str], among: Set[str] | None = None) -> tuple[Agreement, ...]:
    """By theme, over the texts coded twice (those `among` some, where given); nothing for a sample too small."""
    first = book.decisions()
    pairs = [
        (frozenset(first[key][1].themes), frozenset(again))
        for key, again in book.second_codings().items()
        if key in first and (among is None or key in among)
    ]
    return agreements(pairs, dict.fromkeys(themes))
