"""The audit of published series: every check and every attacker, and what they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from boucle.audit.chain import violations
from boucle.audit.facts import Facts
from boucle.audit.groups import facts_of
from boucle.audit.linear import Feasible, feasible_intervals
from boucle.audit.reading import PublishedSeries
from boucle.audit.structure import UNCHANGED, Claim, claims
from boucle.audit.sybils import Sybils, play
from boucle.audit.tables import table_faults
from boucle.audit.utility import Utility, utility_of
from boucle.pages.results.document import Release, read_release

FURTHER_COHORTS = (0, 1, 50)
"""How many cohorts come after the one that is attacked: success must not depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much to play."""

    guesses: int = 1000
    plays: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What attacks on certainty found: linear programs, and differences, margins and unchanged cells without them."""

    cells_tried: int
    certain: int
    narrowest: int | None
    """The fewest people, one less, that a cell of a cohort might hold: None when nothing was tried."""
    contradictions: int
    claims: int
    certain_claims: int
    unchanged_cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the audit found of one series."""

    series: str
    releases: int
    respondents: int
    violations: tuple[str, ...]
    solved: Solved
    sybils: tuple[Sybils, ...]
    utility: Utility | None
    tables: int = 0
    """How many data files beside the newest release were looked at."""

    @property
    def is_sound(self) -> bool:
        disclosed = self.solved.certain or self.solved.certain_claims or self.solved.contradictions
        return not (self.violations or disclosed or any(each.is_above_exact for each in self.sybils))


def examine(series: PublishedSeries, effort: Effort, chance: Random) -> Finding:
    """Check one series, and attack it. Raises SolverMissing and UnreadableRelease."""
    broken = violations(series)
    if broken or not series.documents:
        # What does not hold together cannot be attacked in earnest: it is refused already.
        return Finding(
            series=series.folder.rstrip("/"),
            releases=len(series.documents),
            respondents=0,
            violations=tuple(broken),
            solved=solved([], []),
            sybils=(),
            utility=None,
        )
    newest = read_release(series.documents[-1])
    facts = facts_of(series.documents)
    return Finding(
        series=series.folder.rstrip("/"),
        releases=len(series.documents),
        respondents=newest.respondents,
        violations=tuple(table_faults(series)),
        tables=sum(name.endswith(".csv") for name in series.beside),
        solved=solve(facts),
        sybils=tuple(_sybils(newest, effort, chance)),
        utility=utility_of(newest, plays=effort.plays, chance=chance),
    )


def solve(facts: Sequence[Facts]) -> Solved:
    """Every attack on certainty, over all groups of linked tables."""
    feasible = [each for group in facts for each in feasible_intervals(group)]
    return solved(feasible, [each for group in facts for each in claims(group)])


def solved(feasible: Sequence[Feasible], claimed: Sequence[Claim]) -> Solved:
    possible = [each for each in feasible if each.width >= 0]
    return Solved(
        cells_tried=len(feasible),
        certain=sum(each.is_certain for each in possible),
        narrowest=min((each.width for each in possible), default=None),
        contradictions=len(feasible) - len(possible),
        claims=len(claimed),
        certain_claims=sum(each.certain for each in claimed),
        unchanged_cells=sum(each.attack == UNCHANGED for each in claimed),
    )


def _sybils(release: Release, effort: Effort, chance: Random) -> list[Sybils]:
    """One attack for each sensitivity that a question of the release has."""
    found = sorted({round(table.epsilon * release.scale) for table in release.questions if table.epsilon})
    return [
        play(each, release.scale, further_cohorts=further, guesses=effort.guesses, bits=chance.getrandbits)
        for each in found
        for further in (FURTHER_COHORTS if each == found[0] else FURTHER_COHORTS[:1])
    ]
