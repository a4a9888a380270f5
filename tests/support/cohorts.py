"""A small installation to seal and publish with: a study, stores in memory, days that pass, and seeded chance."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from boucle.core.ports import NewResponse
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Questionnaire, Ranking, ShareAtLeast
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series, Study
from boucle.jobs.publish import SeriesPublication, publish
from boucle.jobs.seal import Outcome, seal_due
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemorySink, MemoryVault
from support import builders

FIRST_DAY = date(2026, 1, 5)

FORM = builders.make_questionnaire(
    builders.make_yes_no("accompagne", required=True),
    builders.make_rating(
        "note",
        relevant=Equals("accompagne", "yes"),
        estimates=("mean", "median", "nps", ShareAtLeast(threshold=8)),
    ),
    builders.make_multiple("freins", "transport", "langue", "aucun", max_choices=2, exclusive="aucun"),
    Ranking(id="priorites", label=builders.make_text("priorites"), choices=builders.make_choices("a", "b", "c"), top=2),
    crosstabs=(("accompagne", "freins"),),
)


def draw_answers(chance: random.Random) -> Answers:
    """Answers to FORM, valid and on its path."""
    answers: dict[str, str | int | tuple[str, ...]] = {"accompagne": chance.choice(["yes", "yes", "no"])}
    if answers["accompagne"] == "yes":
        answers["note"] = chance.randrange(4, 11)
    if chance.random() < 0.8:
        answers["freins"] = chance.choice([("transport",), ("langue",), ("transport", "langue"), ("aucun",)])
    if chance.random() < 0.9:
        answers["priorites"] = tuple(chance.sample("abc", 2))
    return answers


@dataclass
class DayClock:
    """A clock that stands at nine in the morning until it is told to go on."""

    today: date = FIRST_DAY

    def now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=UTC)

    def pass_by(self, days: int = 1) -> None:
        self.today += timedelta(days=days)


def make_seeded_bits(seed: int = 1) -> Callable[[int], int]:
    """Bits that are the same in every run."""
    return random.Random(seed).getrandbits


@dataclass
class SealingInstallation:
    """Everything that the two jobs meet."""

    study: Study = field(default_factory=lambda: builders.make_study(FORM))
    store: MemoryResponseStore = field(default_factory=MemoryResponseStore)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    vault: MemoryVault = field(default_factory=MemoryVault)
    sink: MemorySink = field(default_factory=MemorySink)
    clock: DayClock = field(default_factory=DayClock)
    bits: Callable[[int], int] = field(default_factory=make_seeded_bits)
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    received: int = 0

    @property
    def series(self) -> Series:
        return next(iter(self.study.series))

    @property
    def version(self) -> Questionnaire:
        return self.study.series[self.series][-1]

    def receive(self, answers: Iterable[Answers], version: str = "1.0.0") -> list[str]:
        """Store these answers today; the stored keys."""
        return [self._put(given, version) for given in answers]

    def receive_some(self, count: int) -> list[str]:
        """Store that many random answers to FORM today."""
        return self.receive(draw_answers(self.chance) for _ in range(count))

    def _put(self, answers: Answers, version: str) -> str:
        self.received += 1
        key = f"key-{self.received}"
        response = NewResponse(
            series=self.series,
            version=version,
            key=key,
            window=self.clock.today,
            language="fr",
            mode="self",
            answers=answers,
            digest=key,
            expires=date(2030, 1, 1),
        )
        self.store.put(response, [])
        return key

    def seal(self) -> Outcome:
        return seal_due(
            self.study,
            self.series,
            store=self.store,
            ledger=self.ledger,
            vault=self.vault,
            clock=self.clock,
            bits=self.bits,
        )

    def publish(self) -> SeriesPublication:
        return publish(self.series, ledger=self.ledger, sink=self.sink)

    def run_day(self, responses: int) -> Outcome:
        """One day: responses arrive, night falls, the job runs."""
        self.receive_some(responses)
        self.clock.pass_by()
        outcome = self.seal()
        self.publish()
        return outcome

    def read_entries(self) -> list[dict[str, Any]]:
        """The ledger as plain documents, oldest first."""
        return [json.loads(entry) for entry in self.ledger.read_entries(self.series)]
