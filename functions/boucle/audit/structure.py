"""Attackers who need no solver: differences of releases, margins less their parts, cells that did not change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boucle.audit.facts import Facts, Statement

DIFFERENCE, MARGIN, UNCHANGED = "difference", "margin", "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an attacker says of some cells: how many people of one cohort (or of all up to it) are in them."""

    attack: str
    group: str
    cells: tuple[int, ...]
    first_cohort: int
    last_cohort: int
    count: int
    certain: bool
    """Proven by what was published, rather than guessed."""


def make_claims(facts: Facts) -> Iterator[Claim]:
    """Everything that these attackers say."""
    by_cells: dict[tuple[int, ...], dict[int, Statement]] = {}
    for statement in facts.statements:
        by_cells.setdefault(statement.cells, {})[statement.release] = statement
    for history in by_cells.values():
        yield from _claim_differences(facts, history)
    yield from _claim_margins(facts, by_cells)


def _claim_differences(facts: Facts, history: Mapping[int, Statement]) -> Iterator[Claim]:
    """What a cohort added to some cells, from the numbers before and after it."""
    for release, after in history.items():
        before = _make_empty_statement(after) if release == 1 else history.get(release - 1)
        if before is None or before.published is None or after.published is None:
            continue
        size = facts.sizes[release - 1]
        low, high = max(0, after.low - before.high), min(size, after.high - before.low)
        unchanged = release > 1 and after.published == before.published
        yield Claim(
            attack=UNCHANGED if unchanged else DIFFERENCE,
            group=facts.name,
            cells=after.cells,
            first_cohort=release,
            last_cohort=release,
            count=after.published - before.published,
            certain=low == high,
        )


def _make_empty_statement(after: Statement) -> Statement:
    """What is known before the first release."""
    return Statement(release=0, cells=after.cells, published=0, low=0, high=0)


def _claim_margins(facts: Facts, by_cells: Mapping[tuple[int, ...], Mapping[int, Statement]]) -> Iterator[Claim]:
    """A withheld cell, from what its row or the whole table leaves for it."""
    for cells, history in by_cells.items():
        for release, withheld in history.items():
            if withheld.published is None and len(cells) == 1:
                for whole in _find_totals(facts, by_cells, cells[0], release):
                    yield from _claim_remainder(facts, by_cells, whole, cells[0], release)


def _find_totals(
    facts: Facts, by_cells: Mapping[tuple[int, ...], Mapping[int, Statement]], cell: int, release: int
) -> Iterator[Statement]:
    """The published totals that this cell is in; the number of people is one."""
    everybody = sum(facts.sizes[:release])
    yield Statement(
        release=release, cells=tuple(range(len(facts.cells))), published=everybody, low=everybody, high=everybody
    )
    for cells, history in by_cells.items():
        if len(cells) > 1 and cell in cells and release in history and history[release].published is not None:
            yield history[release]


def _claim_remainder(
    facts: Facts,
    by_cells: Mapping[tuple[int, ...], Mapping[int, Statement]],
    whole: Statement,
    cell: int,
    release: int,
) -> Iterator[Claim]:
    others = [by_cells.get((other_cell,), {}).get(release) for other_cell in whole.cells if other_cell != cell]
    parts = [statement for statement in others if statement is not None and statement.published is not None]
    if len(parts) < len(others) or whole.published is None:
        return
    low, high = whole.low - sum(part.high for part in parts), whole.high - sum(part.low for part in parts)
    yield Claim(
        attack=MARGIN,
        group=facts.name,
        cells=(cell,),
        first_cohort=1,
        last_cohort=release,
        count=whole.published - sum(part.published or 0 for part in parts),
        certain=math.isfinite(low) and low == high,
    )


def find_rewritten(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """The published files of which a later copy says something else, or nothing: an erasure shows nowhere else."""
    return [address for address, content in before.items() if after.get(address) != content]
