"""The audit of published series: every check and every attacker, and what they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from boucle.audit.chain import find_violations
from boucle.audit.facts import Facts
from boucle.audit.groups import facts_of
from boucle.audit.linear import FeasibleInterval, find_feasible_intervals
from boucle.audit.reading import PublishedSeries
from boucle.audit.recompute import find_recomputed_differences
from boucle.audit.structure import UNCHANGED, Claim, make_claims
from boucle.audit.sybils import SybilAttack, play_sybils
from boucle.audit.tables import find_table_issues
from boucle.audit.utility import Utility, utility_of
from boucle.core.release.document import read_release
from boucle.core.release.model import Release

FURTHER_COHORTS = (0, 1, 50)
"""How many cohorts come after the one that is attacked: success must not depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much to play."""

    guesses: int = 1000
    plays: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyResult:
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
class SeriesAudit:
    """What the audit found of one series."""

    series: str
    releases: int
    respondents: int
    violations: tuple[str, ...]
    solved: CertaintyResult
    sybils: tuple[SybilAttack, ...]
    utility: Utility | None
    tables: int = 0
    """How many data files beside the newest release were looked at."""
    recomputed: int = 0
    """How many releases were made again from the public ledger."""

    @property
    def is_sound(self) -> bool:
        """Whether every promise holds and nothing was found out."""
        disclosed = self.solved.certain or self.solved.certain_claims or self.solved.contradictions
        return not (self.violations or disclosed or any(attack.is_above_exact for attack in self.sybils))


def examine(series: PublishedSeries, effort: Effort, chance: Random) -> SeriesAudit:
    """Check one series, and attack it. Raises SolverMissing and UnreadableRelease."""
    broken = find_violations(series)
    if broken or not series.documents:
        # What does not hold together cannot be attacked in earnest: it is refused already.
        return SeriesAudit(
            series=series.folder.rstrip("/"),
            releases=len(series.documents),
            respondents=0,
            violations=tuple(broken),
            solved=summarise_certainty([], []),
            sybils=(),
            utility=None,
        )
    newest = read_release(series.documents[-1])
    facts = facts_of(series.documents)
    return SeriesAudit(
        series=series.folder.rstrip("/"),
        releases=len(series.documents),
        respondents=newest.respondents,
        violations=(*find_table_issues(series), *find_recomputed_differences(series)),
        recomputed=sum(entry is not None for entry in series.entries),
        tables=sum(name.endswith(".csv") for name in series.data_files),
        solved=attack_certainty(facts),
        sybils=tuple(_attack_with_sybils(newest, effort, chance)),
        utility=utility_of(newest, plays=effort.plays, chance=chance),
    )


def attack_certainty(facts: Sequence[Facts]) -> CertaintyResult:
    """Every attack on certainty, over all groups of linked tables."""
    feasible = [interval for group in facts for interval in find_feasible_intervals(group)]
    return summarise_certainty(feasible, [claim for group in facts for claim in make_claims(group)])


def summarise_certainty(feasible: Sequence[FeasibleInterval], claimed: Sequence[Claim]) -> CertaintyResult:
    """What attacks on certainty found, from what each interval and each claim says."""
    possible = [interval for interval in feasible if interval.width >= 0]
    return CertaintyResult(
        cells_tried=len(feasible),
        certain=sum(interval.is_certain for interval in possible),
        narrowest=min((interval.width for interval in possible), default=None),
        contradictions=len(feasible) - len(possible),
        claims=len(claimed),
        certain_claims=sum(claim.certain for claim in claimed),
        unchanged_cells=sum(claim.attack == UNCHANGED for claim in claimed),
    )


def _attack_with_sybils(release: Release, effort: Effort, chance: Random) -> list[SybilAttack]:
    """One attack for each sensitivity that a question of the release has."""
    found = sorted({round(table.epsilon * release.mechanism.scale) for table in release.questions if table.epsilon})
    return [
        play_sybils(
            sensitivity,
            release.mechanism.scale,
            further_cohorts=further,
            guesses=effort.guesses,
            bits=chance.getrandbits,
        )
        for sensitivity in found
        for further in (FURTHER_COHORTS if sensitivity == found[0] else FURTHER_COHORTS[:1])
    ]
