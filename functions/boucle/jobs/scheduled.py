"""One run of the scheduled job: seal what is due in every series, publish what the ledger holds, delete what expired.

A series that must not be touched before somebody looks does not stop the others; what is wrong is said in the report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from boucle.core.errors import Refusal
from boucle.core.ports import Bits, Clock, Ledger, SealingDesk, Sink, Vault
from boucle.core.study.model import Series, Study
from boucle.jobs.interviews import publish_interviews
from boucle.jobs.publish import LATEST, Publication, data_address, publish, write_changed
from boucle.jobs.seal import Alarm, Outcome, seal_due
from boucle.pages.actions.page import actions_pages
from boucle.pages.common.verbatims import AGREEMENT, INTERVIEWS, VERBATIMS, Said
from boucle.pages.forms.renderer import Renderer
from boucle.pages.opendata.data_files import data_files
from boucle.pages.results.page import results_pages
from boucle.pages.study.site_pages import form_pages
from boucle.pages.themes.codings import codings
from boucle.pages.themes.page import themes_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """When the job ran, and what is wrong."""

    ran: str
    alarms: tuple[str, ...]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> JobReport:
        kept = json.loads(content)
        return cls(ran=kept["ran"], alarms=tuple(kept["alarms"]))


def no_words(_: Study) -> Iterable[str]:
    """For an installation whose verbatims are published from elsewhere, or not at all."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The scheduled job with everything it may touch."""

    studies: Mapping[str, Study]
    desk: SealingDesk
    ledger: Ledger
    vault: Vault
    sink: Sink
    clock: Clock
    bits: Bits
    renderer: Renderer
    demonstration: bool
    publish_words: Callable[[Study], Iterable[str]] = no_words
    """Publishes a study's approved verbatims and coded themes, takes back what was withdrawn; what is wrong."""

    def run(self) -> JobReport:
        """Seal, publish, expire. Whatever a person must look at is in the report."""
        now = self.clock.now()
        # Verbatims before pages: a text that was withdrawn leaves the file and the pages in one run.
        alarms = [*self._seal_all(), *self._publish_all_words(), *self._publish_all(), *self._expire(now)]
        return JobReport(ran=now.isoformat(timespec="minutes"), alarms=tuple(alarms))

    def seal(self, study: Study, series: Series) -> Outcome:
        """Seal one series if it is due. Raises Refusal."""
        return seal_due(
            study,
            series,
            desk=self.desk,
            ledger=self.ledger,
            vault=self.vault,
            clock=self.clock,
            bits=self.bits,
            demonstration=self.demonstration,
        )

    def publish(self, study: Study) -> tuple[Publication, ...]:
        """Publish one study's releases, then the pages that show them. Raises Refusal."""
        publications = tuple(self._publish_series(study, series) for series in study.series)
        newest = {each.series: each.releases[-1].content if each.releases else None for each in publications}
        today = self.clock.now().date()
        publish_interviews(study, desk=self.desk, sink=self.sink, today=today, demonstration=self.demonstration)
        said = self._said(study)
        write_changed(self.sink, results_pages(self.renderer, study, newest))
        # Every day, whatever was released: a promise gets late, a version opens and a wave closes by themselves.
        write_changed(self.sink, actions_pages(self.renderer, study, newest, said, today))
        write_changed(self.sink, themes_pages(self.renderer, study, newest, said, today))
        write_changed(self.sink, form_pages(self.renderer, study, today))
        return publications

    def _said(self, study: Study) -> Said:
        """What is published of free texts. Whoever moderates publishes it, perhaps from another machine."""
        counted = codings(study)
        coded = tuple(counted.series) if counted else ()
        return Said(
            quotes=self._published(VERBATIMS, (*study.series, *study.interviews)),
            shares=self._published(LATEST, coded),
            agreements=self._published(AGREEMENT, coded),
            interviews=self._published(INTERVIEWS, study.interviews),
        )

    def _published(self, name: str, series: Iterable[Series]) -> Mapping[Series, bytes | None]:
        return {each: self.sink.read(data_address(each, name)) for each in series}

    def _publish_series(self, study: Study, series: Series) -> Publication:
        return publish(
            series,
            ledger=self.ledger,
            sink=self.sink,
            extra_files=lambda releases: data_files(study, [each.content for each in releases]),
        )

    def _seal_all(self) -> Iterator[str]:
        for study in self.studies.values():
            for series in study.series:
                found: list[Alarm] = []
                yield from _refusals(series, lambda: found.extend(self.seal(study, series).alarms))  # noqa: B023  # called at once
                yield from (f"{series}: {alarm}" for alarm in found)

    def _publish_all(self) -> Iterator[str]:
        for study in self.studies.values():
            yield from _refusals(study.id, partial(self.publish, study))

    def _publish_all_words(self) -> Iterator[str]:
        for study in self.studies.values():
            found: list[str] = []
            yield from _refusals(f"{study.id}, verbatims", lambda: found.extend(self.publish_words(study)))  # noqa: B023  # called at once
            yield from found

    def _expire(self, now: datetime) -> Iterator[str]:
        yield from _refusals("retention", partial(self.desk.expire, now.date()))


def _refusals(what: object, work: Callable[[], object]) -> Iterator[str]:
    """Do the work; why it could not be done, if it could not."""
    try:
        work()
    except Refusal as error:
        yield f"{what}: {error}"
