"""Simulated collections: people who answer, days that pass, erasures, through the real seal and the real releases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from boucle.audit.reading import PublishedSeries
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Answers
from boucle.jobs.publish import data_address
from support import builders
from support.cohorts import SealingInstallation, make_seeded_bits

LETTERS = "abcdefghijk"
FEWEST, MOST = 30, 669


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is collected, how it arrives, and how many take it back."""

    people: int
    choices: int
    burst: bool
    erasures: float
    routed: bool
    seed: int


def make_scenarios(count: int, seed: int = 1) -> Iterator[Scenario]:
    """That many, over every combination of choices, arrivals, erasures and routing."""
    chance = random.Random(seed)
    kinds = list(product((2, 5, 11), (False, True), (0.0, 0.1), (False, True)))
    for number in range(count):
        choices, burst, erasures, routed = kinds[number % len(kinds)]
        yield Scenario(
            people=chance.randint(FEWEST, MOST),
            choices=choices,
            burst=burst,
            erasures=erasures,
            routed=routed,
            seed=chance.getrandbits(32),
        )


def make_form(scenario: Scenario) -> Questionnaire:
    """Two crossed questions; when routed, the second is asked of some only, and a third is a multiple choice."""
    values = tuple(LETTERS[: scenario.choices])
    first = builders.make_single("profil", "x", "y", "z", required=True)
    relevant = Equals("profil", "x") if scenario.routed else None
    second = builders.make_single("avis", *values, relevant=relevant)
    if not scenario.routed:
        return builders.make_questionnaire(first, second, crosstabs=(("profil", "avis"),))
    third = builders.make_multiple("freins", *values, max_choices=min(3, scenario.choices))
    return builders.make_questionnaire(first, second, third, crosstabs=(("profil", "freins"),))


@dataclass(frozen=True)
class Population:
    """Whom answers are drawn from: the true shares."""

    scenario: Scenario
    chance: random.Random
    weights: Mapping[str, Sequence[float]] = field(init=False)

    def __post_init__(self) -> None:
        drawn = {
            "profil": [self.chance.uniform(0.1, 1) for _ in range(3)],
            "avis": [self.chance.uniform(0.02, 1) for _ in range(self.scenario.choices)],
        }
        object.__setattr__(self, "weights", drawn)

    def share(self, question: str, value: str) -> float:
        """Among those who answer."""
        values = "xyz" if question == "profil" else LETTERS
        return self.weights[question][values.index(value)] / sum(self.weights[question])

    def draw_answers(self) -> Answers:
        answers: dict[str, str | tuple[str, ...]] = {"profil": self._draw("profil", "xyz")}
        if not self.scenario.routed or answers["profil"] == "x":
            answers["avis"] = self._draw("avis", LETTERS[: self.scenario.choices])
        if self.scenario.routed and self.chance.random() < 0.9:
            most = min(3, self.scenario.choices)
            answers["freins"] = tuple(
                sorted(self.chance.sample(LETTERS[: self.scenario.choices], self.chance.randint(1, most)))
            )
        return answers

    def _draw(self, question: str, values: str) -> str:
        return self.chance.choices(values, weights=self.weights[question])[0]


@dataclass(frozen=True)
class SimulatedHistory:
    """What was collected, sealed and published, and the exact answers of each cohort, which nobody else has."""

    scenario: Scenario
    population: Population
    installation: SealingInstallation
    cohorts: tuple[tuple[Answers, ...], ...]
    rewritten: tuple[str, ...]
    """Published files that changed after their publication; there must be none."""

    @property
    def published(self) -> PublishedSeries:
        """The public files of the only series."""
        series, files = self.installation.series, self.installation.sink.files
        folder = data_address(series, "")
        numbers = range(1, len(self.cohorts) + 1)
        return PublishedSeries(
            folder=folder,
            documents=tuple(files[f"{folder}releases/{number}.json"] for number in numbers),
            latest=files.get(f"{folder}latest.json"),
            entries=tuple(files.get(f"{folder}ledger/{number}.json") for number in numbers),
        )


def play_history(scenario: Scenario) -> SimulatedHistory:
    """Play one scenario to its end."""
    chance = random.Random(scenario.seed)
    population = Population(scenario, chance)
    installation = SealingInstallation(
        study=builders.make_study(make_form(scenario)), bits=make_seeded_bits(scenario.seed)
    )
    answered: dict[str, Answers] = {}
    cohorts: list[tuple[Answers, ...]] = []
    rewritten: list[str] = []
    for arrivals in _draw_arrivals(scenario, chance):
        before = dict(installation.sink.files)
        people = [population.draw_answers() for _ in range(arrivals)]
        answered.update(zip(installation.receive(people), people, strict=True))
        installation.clock.pass_by()
        if installation.seal().sealed:
            cohorts.append(_select_sealed_answers(installation, answered, len(cohorts) + 1))
        _erase(installation, answered, scenario, chance)
        installation.publish()
        standing = installation.sink.files
        rewritten += [
            address for address in before if "/releases/" in address and standing.get(address) != before[address]
        ]
    return SimulatedHistory(scenario, population, installation, tuple(cohorts), tuple(rewritten))


def _draw_arrivals(scenario: Scenario, chance: random.Random) -> Iterator[int]:
    """How many answer on each day: a few at a time, or half of them on the first."""
    left = scenario.people
    if scenario.burst:
        yield left // 2
        left -= left // 2
    while left:
        today = min(left, chance.randint(0, 24))
        yield today
        left -= today


def _select_sealed_answers(
    installation: SealingInstallation, answered: Mapping[str, Answers], cohort: int
) -> tuple[Answers, ...]:
    return tuple(
        answered[key]
        for (_, _, key), stored_response in installation.store.responses.items()
        if stored_response.cohort == cohort
    )


def _erase(
    installation: SealingInstallation, answered: Mapping[str, Answers], scenario: Scenario, chance: random.Random
) -> None:
    """Some of those who answered, counted or not, take their answers back."""
    series = installation.series
    for key in list(answered):
        if chance.random() < scenario.erasures / 10:
            installation.store.withdraw(series.study, series.questionnaire, key, [])
