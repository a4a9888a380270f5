"""The demonstration from beginning to end: five simulated days of answers, sealed and published as they pass."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from boucle.config.clocks import SimulatedClock
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.addresses import responses_address
from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.demonstration.campaign import Campaign, split_into_batches
from boucle.demonstration.moderators import moderate
from boucle.demonstration.population import Profile, read_profile
from boucle.demonstration.respondents import Respondent, invent_respondents
from boucle.entrypoints.server.run import run_job, serve
from boucle.site_build.build import build_site

ARRIVAL_DAYS = 5


class HomeHoldsRealAnswers(BoucleError):
    """A demonstration never mixes with answers that people gave."""


class JobAlarmed(BoucleError):
    """The job found something wrong on the way."""


class ProgressReporter(Protocol):
    """Tells somebody how far the campaign is."""

    def __call__(self, label: str, length: int) -> AbstractContextManager[Callable[[int], None]]: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """The submissions of one questionnaire on one day."""

    address: str
    people: Sequence[Respondent]


def start_clock(settings: Settings, today: date) -> SimulatedClock:
    """The demonstration's clock; its arrival days end at `today` when it starts. Raises HomeHoldsRealAnswers."""
    if settings.responses_file.exists() and not settings.demonstration:
        raise HomeHoldsRealAnswers(
            f"{settings.home} holds real answers: run the demonstration in another folder, "
            "with `boucle --home FOLDER demo`"
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    return SimulatedClock.start(settings.clock_file, today - timedelta(days=ARRIVAL_DAYS))


def run_demonstration(
    settings: Settings, host: str, port: int, progress: ProgressReporter, say: Callable[[str], None]
) -> None:
    """Build, serve, fill what is not filled yet, publish, and go on serving until stopped.

    Raises HomeHoldsRealAnswers at once, and what stopped the filling (CampaignFailed, JobAlarmed) afterwards.
    """
    clock = start_clock(settings, datetime.now(UTC).date())
    build_site(settings, clock.today())
    filler = DemonstrationFiller(settings, clock, f"http://{host}:{port}", progress, say)
    serve(settings, host, port, ready=filler.start)
    if filler.failure:
        raise filler.failure


class DemonstrationFiller:
    """Fills a served demonstration in a thread of its own; stops the server when it cannot."""

    def __init__(
        self,
        settings: Settings,
        clock: SimulatedClock,
        origin: str,
        progress: ProgressReporter,
        say: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._origin = origin
        self._progress = progress
        self._say = say
        self.failure: BoucleError | None = None

    def start(self) -> None:
        """Begin, and return at once; what goes wrong stands in `failure` when the server has stopped."""
        threading.Thread(target=self._run, name="demonstration", daemon=True).start()

    def _run(self) -> None:
        try:
            self._fill()
            self._say(self._list_addresses())
        except BoucleError as refusal:
            self.failure = refusal
            os.kill(os.getpid(), signal.SIGTERM)

    def _fill(self) -> None:
        campaign = Campaign(self._origin)
        campaign.wait_until_up()
        studies = read_studies(self._settings)
        if self._clock.today() >= self._clock.first_day() + timedelta(days=ARRIVAL_DAYS):
            return
        plan = plan_arrivals(self._settings, studies)
        for number in range((self._clock.today() - self._clock.first_day()).days, ARRIVAL_DAYS):
            deliveries = plan[number]
            label = f"Day {number + 1} of {ARRIVAL_DAYS}"
            with self._progress(label, sum(len(batch.people) for batch in deliveries)) as sent:
                for delivery in deliveries:
                    campaign.send(delivery.address, delivery.people, sent)
            moderate(self._settings, self._clock, read_profiles(self._settings, studies).values())
            pass_day(self._settings, self._clock)
        build_site(self._settings, self._clock.today())

    def _list_addresses(self) -> str:
        pages = [
            f"  {self._origin}/{study.id}/{page}/"
            for study in read_studies(self._settings).values()
            for page in (*study.questionnaire_ids, "results")
        ]
        return "\n".join(["", "The demonstration is served. Open:", f"  {self._origin}/", *pages, "Ctrl-C stops it."])


def read_profiles(settings: Settings, studies: Mapping[str, Study]) -> Mapping[str, Profile]:
    """The profile of each study that has one."""
    found = {study: read_profile(settings.surveys / study) for study in studies}
    return {study: profile for study, profile in found.items() if profile}


def plan_arrivals(settings: Settings, studies: Mapping[str, Study]) -> list[list[Delivery]]:
    """Who answers what on each arrival day, in equal batches."""
    days: list[list[Delivery]] = [[] for _ in range(ARRIVAL_DAYS)]
    for study, profile in read_profiles(settings, studies).items():
        for address, people in _invent_audiences(studies[study], profile):
            for day, batch in zip(days, split_into_batches(people, ARRIVAL_DAYS), strict=True):
                day.append(Delivery(address, batch))
    return days


def _invent_audiences(study: Study, profile: Profile) -> Iterator[tuple[str, list[Respondent]]]:
    for name, audience in profile.audiences.items():
        questionnaire = study.by_version[name, audience.version]
        address = responses_address(study.id, name, audience.version)
        yield address, invent_respondents(questionnaire, audience, profile)


def pass_day(settings: Settings, clock: SimulatedClock) -> None:
    """Move the clock to the next day, then run the job as its schedule would. Raises JobAlarmed."""
    clock.advance()
    alarms = run_job(settings).alarms
    if alarms:
        raise JobAlarmed("\n".join(alarms))


def advance_days(settings: Settings, days: int) -> date:
    """Let simulated days pass one by one; the day it is then. Raises BoucleError where there is no demonstration."""
    if not settings.demonstration:
        raise BoucleError(f"there is no demonstration in {settings.home}: start one with `boucle demo`")
    clock = SimulatedClock(settings.clock_file)
    for _ in range(days):
        pass_day(settings, clock)
    return clock.today()
