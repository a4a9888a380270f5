"""Many simulated histories, every attack on each, and the same attacks on the canaries."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from boucle.audit.chain import violations
from boucle.audit.examine import Solved, solved
from boucle.audit.groups import facts_of
from boucle.audit.linear import Feasible, feasible_intervals
from boucle.audit.structure import UNCHANGED, claims
from boucle.core.privacy.guarantee import credit
from support import canaries
from support.histories import LETTERS, History, history_of, scenarios

ABSENT = "not asked"


@dataclass
class Tried:
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

    def add(self, found: Solved, wrong: int = 0) -> None:
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
class Campaign:
    """Everything that was found."""

    histories: int = 0
    releases: int = 0
    people: int = 0
    erasing: int = 0
    """Histories in which answers were withdrawn."""
    violations: list[str] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    boucle: Tried = field(default_factory=Tried)
    canaries: dict[str, Tried] = field(default_factory=dict)
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


def campaign(histories: int, seed: int = 1, *, canaries_every: int = 1) -> Campaign:
    """Play that many histories and attack them all; the canaries in one of `canaries_every` of them."""
    found = Campaign()
    for number, scenario in enumerate(scenarios(histories, seed)):
        history = history_of(scenario)
        found.histories += 1
        found.people += scenario.people
        found.erasing += any(each.answers is None for each in history.installation.desk.responses.values())
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
    first, second = [[_with_one(known, at), *later] for at in (0, 1)]
    right = (credit(guesser.evidence(guesser.publish(first), first, second)) for _ in range(guesses))
    return sum(right) / guesses


def _with_one(known: Sequence[int], at: int) -> canaries.Counts:
    return tuple(count + (position == at) for position, count in enumerate(known))


def guessers(scale: int, chance: random.Random) -> Mapping[str, tuple[canaries.Guesser, Sequence[int]]]:
    """Each mechanism, and the counts that suit an attacker best: one below what changes the published number."""
    return {
        "boucle": (canaries.guessing_boucle(scale, chance), (9, 9, 12)),
        "exact counts": (canaries.guessing(lambda count: count), (9, 9, 12)),
        "threshold 5": (canaries.guessing(lambda count: count if count >= 5 else -1), (4, 4, 22)),
        "threshold 11": (canaries.guessing(lambda count: count if count >= 11 else -1), (10, 10, 10)),
        "rounding to 5": (canaries.guessing(canaries.rounded), (7, 7, 16)),
        "fresh noise": (canaries.guessing_fresh_noise(scale, chance), (9, 9, 12)),
    }


def _attack_boucle(found: Campaign, history: History) -> None:
    published = history.published
    found.releases += len(published.documents)
    found.violations += violations(published)
    facts = facts_of(published.documents)
    feasible = [each for group in facts for each in feasible_intervals(group)]
    claimed = [each for group in facts for each in claims(group)]
    found.boucle.add(solved(feasible, claimed))
    crossed = next(each for each in facts if each.name.startswith("profil"))
    for claim in claims(crossed):
        if claim.attack == UNCHANGED and " x avis" in crossed.name and len(claim.cells) == 1:
            # The cells of the group are profiles, and "other", by answers, and "other".
            row, column = divmod(claim.cells[0], history.scenario.choices + 2)
            cohort = history.cohorts[claim.last_cohort - 1]
            found.unchanged += 1
            answer = [*LETTERS[: history.scenario.choices], None][column]
            found.unchanged_right += not any(
                (each["profil"], each.get("avis")) == ("xyz"[row], answer) for each in cohort
            )
    _measure(found, history)


def _measure(found: Campaign, history: History) -> None:
    """Published shares against the exact ones, and against those that people were drawn with."""
    newest = json.loads(history.published.documents[-1])
    people = [each for cohort in history.cohorts for each in cohort]
    for question in ("profil", "avis"):
        answered = [each[question] for each in people if question in each]
        table = next(each for each in newest["questions"] if each["id"] == question)
        for cell in table["cells"]:
            if cell["status"] == "shown" and cell["value"] is not None and answered:
                exact = answered.count(cell["value"]) / len(answered)
                true = history.population.share(question, cell["value"])
                found.errors.append(abs(cell["share"] - 100 * exact))
                found.margins += 1
                found.margins_right += abs(cell["share"] - 100 * true) <= cell["margin"] + 0.5


def _attack_canaries(found: Campaign, history: History) -> None:
    shape, cohorts = _crossed(history)
    publishers: Mapping[str, canaries.Publisher] = {
        "exact counts": canaries.exact,
        "threshold 5, secondary suppression": canaries.threshold_of(5),
        "threshold 11, secondary suppression": canaries.threshold_of(11),
        "rounding to 5": canaries.rounding_to_5,
        "fresh noise at each release": canaries.fresh_noise(1, random.Random(history.scenario.seed)),
    }
    for name, publish in publishers.items():
        facts = canaries.facts_of(name, shape, cohorts, publish)
        feasible = feasible_intervals(facts)
        wrong = sum(1 for each in _certain(feasible) if each.low != _truth(each, shape, cohorts))
        found.canaries.setdefault(name, Tried()).add(solved(feasible, list(claims(facts))), wrong)


def _certain(feasible: Sequence[Feasible]) -> Iterator[Feasible]:
    return (each for each in feasible if each.is_certain)


def _truth(found: Feasible, shape: tuple[int, int], cohorts: Sequence[canaries.Counts]) -> int:
    row, column = map(int, found.cell.split(" x "))
    return cohorts[found.cohort - 1][row * shape[1] + column]


def _crossed(history: History) -> tuple[tuple[int, int], list[canaries.Counts]]:
    """The exact crossed table of profile and opinion, cohort by cohort; only cells that routing allows to be filled."""
    values = [*LETTERS[: history.scenario.choices], ABSENT]
    cells = list(product("xyz", values))
    return (3, len(values)), [
        tuple(sum((each["profil"], each.get("avis", ABSENT)) == cell for each in cohort) for cell in cells)
        for cohort in history.cohorts
    ]
