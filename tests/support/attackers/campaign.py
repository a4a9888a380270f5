"""Many simulated histories, every attack on each, and the same attacks on the canaries."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from boucle.audit.chain import find_violations
from boucle.audit.examine import CertaintyResult, summarise_certainty
from boucle.audit.groups import facts_of
from boucle.audit.linear import FeasibleInterval, find_feasible_intervals
from boucle.audit.structure import UNCHANGED, make_claims
from boucle.core.privacy.guarantee import credit
from support.attackers import canaries
from support.attackers.histories import LETTERS, SimulatedHistory, make_scenarios, play_history

ABSENT = "not asked"


@dataclass
class AttackResult:
    """What attackers who look for certainty found, over many histories."""

    cells: int = 0
    certain: int = 0
    """Cells of cohorts whose exact count is proven, by linear programming."""
    wrong: int = 0
    """Those among them that were not the truth: an attacker who errs would prove nothing."""
    certain_claims: int = 0
    contradictions: int = 0
    narrowest: float = math.inf
    histories_broken: int = 0

    def add(self, found: CertaintyResult, wrong: int = 0) -> None:
        self.cells += found.cells_tried
        self.certain += found.certain
        self.wrong += wrong
        self.certain_claims += found.certain_claims
        self.contradictions += found.contradictions
        self.narrowest = min(self.narrowest, math.inf if found.narrowest is None else found.narrowest)
        self.histories_broken += found.certain > 0

    @property
    def share(self) -> float:
        return self.certain / max(1, self.cells)


@dataclass
class AttackCampaign:
    """Everything that was found."""

    histories: int = 0
    releases: int = 0
    people: int = 0
    erasing: int = 0
    """Histories in which answers were withdrawn."""
    violations: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    boucle: AttackResult = field(default_factory=AttackResult)
    canaries: dict[str, AttackResult] = field(default_factory=dict)
    unchanged: int = 0
    unchanged_right: int = 0
    errors: list[float] = field(default_factory=list)
    """Of published shares against the exact ones of the sealed answers, in points."""
    margins: int = 0
    margins_right: int = 0
    """How many published margins hold the true share that answers were drawn with."""

    @property
    def mean_error(self) -> float:
        return sum(self.errors) / len(self.errors)

    @property
    def percentile_95(self) -> float:
        return sorted(self.errors)[math.ceil(0.95 * len(self.errors)) - 1]

    @property
    def coverage(self) -> float:
        return self.margins_right / self.margins


def run_campaign(histories: int, seed: int = 1, *, canaries_every: int = 1) -> AttackCampaign:
    """Play that many histories and attack them all; the canaries in one of `canaries_every` of them."""
    found = AttackCampaign()
    for number, scenario in enumerate(make_scenarios(histories, seed)):
        history = play_history(scenario)
        found.histories += 1
        found.people += scenario.people
        found.erasing += any(response.answers is None for response in history.installation.store.responses.values())
        found.rewritten += history.rewritten
        if history.cohorts:
            _attack_boucle(found, history)
            if number % canaries_every == 0:
                _attack_canaries(found, history)
    return found


def sybil_success(guesser: canaries.Guesser, known: Sequence[int], *, further: int, guesses: int) -> float:
    """How often somebody who wrote all but one answer guesses it right: the first cell of a table, or the second.

    Every later cohort is theirs, and adds as many to each cell as leaves the remainder by five as it was.
    """
    later = [tuple([5] * len(known))] * further
    first, second = [[_add_one(known, at), *later] for at in (0, 1)]
    right = (credit(guesser.evidence(guesser.publish(first), first, second)) for _ in range(guesses))
    return sum(right) / guesses


def _add_one(known: Sequence[int], at: int) -> canaries.Counts:
    return tuple(count + (position == at) for position, count in enumerate(known))


def make_guessers(scale: int, chance: random.Random) -> Mapping[str, tuple[canaries.Guesser, Sequence[int]]]:
    """Each mechanism, and the counts that suit an attacker best: one below what changes the published number."""
    return {
        "boucle": (canaries.make_boucle_guesser(scale, chance), (9, 9, 12)),
        "exact counts": (canaries.make_guesser(lambda count: count), (9, 9, 12)),
        "threshold 5": (canaries.make_guesser(lambda count: count if count >= 5 else -1), (4, 4, 22)),
        "threshold 11": (canaries.make_guesser(lambda count: count if count >= 11 else -1), (10, 10, 10)),
        "rounding to 5": (canaries.make_guesser(canaries.round_to_5), (7, 7, 16)),
        "fresh noise": (canaries.make_fresh_noise_guesser(scale, chance), (9, 9, 12)),
    }


def _attack_boucle(found: AttackCampaign, history: SimulatedHistory) -> None:
    published = history.published
    found.releases += len(published.documents)
    found.violations += find_violations(published)
    facts = facts_of(published.documents)
    feasible = [interval for group in facts for interval in find_feasible_intervals(group)]
    claimed = [one_claim for group in facts for one_claim in make_claims(group)]
    found.boucle.add(summarise_certainty(feasible, claimed))
    crossed = next(table_facts for table_facts in facts if table_facts.name.startswith("profil"))
    for claim in make_claims(crossed):
        if claim.attack == UNCHANGED and " x avis" in crossed.name and len(claim.cells) == 1:
            # The cells of the group are profiles, and "other", by answers, and "other".
            row, column = divmod(claim.cells[0], history.scenario.choices + 2)
            cohort = history.cohorts[claim.last_cohort - 1]
            found.unchanged += 1
            answer = [*LETTERS[: history.scenario.choices], None][column]
            found.unchanged_right += not any(
                (answers["profil"], answers.get("avis")) == ("xyz"[row], answer) for answers in cohort
            )
    _measure(found, history)


def _measure(found: AttackCampaign, history: SimulatedHistory) -> None:
    """Published shares against the exact ones, and against those that people were drawn with."""
    newest = json.loads(history.published.documents[-1])
    people = [answers for cohort in history.cohorts for answers in cohort]
    for question in ("profil", "avis"):
        answered = [person[question] for person in people if question in person]
        table = next(question_table for question_table in newest["questions"] if question_table["id"] == question)
        for cell in table["cells"]:
            if cell["status"] == "shown" and cell["value"] is not None and answered:
                exact = answered.count(cell["value"]) / len(answered)
                true = history.population.share(question, cell["value"])
                found.errors.append(abs(cell["share"] - 100 * exact))
                found.margins += 1
                found.margins_right += abs(cell["share"] - 100 * true) <= cell["margin"] + 0.5


def _attack_canaries(found: AttackCampaign, history: SimulatedHistory) -> None:
    shape, cohorts = _cross_counts(history)
    publishers: Mapping[str, canaries.Publisher] = {
        "exact counts": canaries.publish_exact,
        "threshold 5, secondary suppression": canaries.make_threshold_publisher(5),
        "threshold 11, secondary suppression": canaries.make_threshold_publisher(11),
        "rounding to 5": canaries.publish_rounded,
        "fresh noise at each release": canaries.make_fresh_noise_publisher(1, random.Random(history.scenario.seed)),
    }
    for name, publish in publishers.items():
        facts = canaries.facts_of(name, shape, cohorts, publish)
        feasible = find_feasible_intervals(facts)
        wrong = sum(1 for interval in _keep_certain(feasible) if interval.low != _true_count(interval, shape, cohorts))
        found.canaries.setdefault(name, AttackResult()).add(
            summarise_certainty(feasible, list(make_claims(facts))), wrong
        )


def _keep_certain(feasible: Sequence[FeasibleInterval]) -> Iterator[FeasibleInterval]:
    return (interval for interval in feasible if interval.is_certain)


def _true_count(found: FeasibleInterval, shape: tuple[int, int], cohorts: Sequence[canaries.Counts]) -> int:
    row, column = map(int, found.cell.split(" x "))
    return cohorts[found.cohort - 1][row * shape[1] + column]


def _cross_counts(history: SimulatedHistory) -> tuple[tuple[int, int], list[canaries.Counts]]:
    """The exact crossed table of profile and opinion, cohort by cohort; only cells that routing allows to be filled."""
    values = [*LETTERS[: history.scenario.choices], ABSENT]
    cells = list(product("xyz", values))
    return (3, len(values)), [
        tuple(sum((answers["profil"], answers.get("avis", ABSENT)) == cell for answers in cohort) for cell in cells)
        for cohort in history.cohorts
    ]
