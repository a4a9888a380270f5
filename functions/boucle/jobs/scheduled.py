"""One run of the scheduled job: seal what is due in every series, publish what the ledger holds, delete what expired.

A series that must not be touched before somebody looks does not stop the others; what is wrong is said in the report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial

from boucle.core.errors import BoucleError
from boucle.core.ports import Bits, Clock, Ledger, SealingStore, Sink, Vault
from boucle.core.study.model import Series, Study
from boucle.jobs.clock_agreement import ClockTrust, UnrecordedClock, refuse_other_clock
from boucle.jobs.interviews import publish_interviews
from boucle.jobs.publish import LATEST, SeriesPublication, data_address, publish, write_changed
from boucle.jobs.seal import Alarm, Outcome, seal_due
from boucle.pages.actions.page import render_actions_pages
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.opendata.data_files import render_data_files
from boucle.pages.results.free_texts import AGREEMENT, INTERVIEWS, VERBATIMS, FreeTextDocuments
from boucle.pages.results.page import render_results_pages
from boucle.pages.study.site_pages import render_form_pages
from boucle.pages.themes.codings import study_of_coded_texts
from boucle.pages.themes.page import render_themes_pages


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


def publish_nothing(_: Study) -> Iterable[str]:
    """For an installation whose verbatims are published from elsewhere, or not at all."""
    return ()


def find_nothing() -> Iterable[str]:
    """For a store of which it is known that all of it belongs to some series."""
    return ()


def expire_nothing(_: date) -> int:
    """Where nothing expires but what the store of responses holds."""
    return 0


NOTHING_DELETED = (
    "nothing was deleted in this run, the first since this machine's clock was accepted: the next run deletes what has "
    "expired"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The scheduled job with everything it may touch."""

    studies: Mapping[str, Study]
    store: SealingStore
    ledger: Ledger
    vault: Vault
    sink: Sink
    clock: Clock
    bits: Bits
    renderer: PageRenderer
    refused: tuple[str, ...] = ()
    """Why some studies are left out, and what to do: nothing of them is sealed meanwhile."""
    publish_free_texts: Callable[[Study], Iterable[str]] = publish_nothing
    """Publishes a study's approved verbatims and coded themes, takes back what was withdrawn; what is wrong."""
    clock_trust: ClockTrust = field(default_factory=UnrecordedClock)
    expire_others: Callable[[date], int] = expire_nothing
    """Deletes what expires and is in no store of responses; how many."""
    find_strays: Callable[[], Iterable[str]] = find_nothing
    """Says what is stored and belongs to no series of these studies."""

    def run(self) -> JobReport:
        """Seal, publish, expire. Whatever a person must look at is in the report."""
        now = self.clock.now()
        try:
            refuse_other_clock(now, self.store.now())
            may_delete = self.clock_trust.confirm()
        except BoucleError as doubt:
            return _make_report(now, [str(doubt)])
        # Verbatims before pages: a text that was withdrawn leaves the file and the pages in one run.
        alarms = [*self.refused, *self._seal_all(), *self._publish_all_free_texts(), *self._publish_all()]
        alarms += [*self._find_strays(), *(self._expire(now) if may_delete else [NOTHING_DELETED])]
        self.clock_trust.end_run()
        return _make_report(now, alarms)

    def seal(self, study: Study, series: Series) -> Outcome:
        """Seal one series if it is due. Raises BoucleError."""
        return seal_due(
            study,
            series,
            store=self.store,
            ledger=self.ledger,
            vault=self.vault,
            clock=self.clock,
            bits=self.bits,
        )

    def publish(self, study: Study) -> tuple[SeriesPublication, ...]:
        """Publish one study's releases, then the pages that show them. Raises BoucleError."""
        publications = tuple(self._publish_series(study, series) for series in study.series)
        newest = {
            publication.series: publication.releases[-1].content if publication.releases else None
            for publication in publications
        }
        today = self.clock.now().date()
        publish_interviews(study, store=self.store, sink=self.sink, today=today)
        documents = self._read_free_texts(study)
        write_changed(self.sink, render_results_pages(self.renderer, study, newest))
        # Every day, whatever was released: a promise gets late, a version opens and a wave closes by themselves.
        write_changed(self.sink, render_actions_pages(self.renderer, study, newest, documents, today))
        write_changed(self.sink, render_themes_pages(self.renderer, study, newest, documents, today))
        write_changed(self.sink, render_form_pages(self.renderer, study, today))
        return publications

    def _read_free_texts(self, study: Study) -> FreeTextDocuments:
        """What is published of free texts. Whoever moderates publishes it, perhaps from another machine."""
        counted = study_of_coded_texts(study)
        coded = tuple(counted.series) if counted else ()
        return FreeTextDocuments(
            quotes=self._read_published(VERBATIMS, (*study.series, *study.interviews)),
            shares=self._read_published(LATEST, coded),
            agreements=self._read_published(AGREEMENT, coded),
            interviews=self._read_published(INTERVIEWS, study.interviews),
        )

    def _read_published(self, name: str, series: Iterable[Series]) -> Mapping[Series, bytes | None]:
        return {one_series: self.sink.read(data_address(one_series, name)) for one_series in series}

    def _publish_series(self, study: Study, series: Series) -> SeriesPublication:
        return publish(
            series,
            ledger=self.ledger,
            sink=self.sink,
            extra_files=lambda releases: render_data_files(study, [release.content for release in releases]),
        )

    def _seal_all(self) -> Iterator[str]:
        for study in self.studies.values():
            for series in study.series:
                found: list[Alarm] = []
                yield from _catch_errors(series, lambda: found.extend(self.seal(study, series).alarms))  # noqa: B023  # called at once
                yield from (f"{series}: {alarm}" for alarm in found)

    def _publish_all(self) -> Iterator[str]:
        for study in self.studies.values():
            yield from _catch_errors(study.id, partial(self.publish, study))

    def _publish_all_free_texts(self) -> Iterator[str]:
        for study in self.studies.values():
            found: list[str] = []
            yield from _catch_errors(f"{study.id}, verbatims", lambda: found.extend(self.publish_free_texts(study)))  # noqa: B023  # called at once
            yield from found

    def _find_strays(self) -> Iterator[str]:
        found: list[str] = []
        yield from _catch_errors("what belongs to no series", lambda: found.extend(self.find_strays()))
        yield from found

    def _expire(self, now: datetime) -> Iterator[str]:
        yield from _catch_errors("retention", partial(self.store.expire, now.date()))
        yield from _catch_errors("retention", partial(self.expire_others, now.date()))


def _make_report(now: datetime, alarms: Iterable[str]) -> JobReport:
    return JobReport(ran=now.isoformat(timespec="minutes"), alarms=tuple(alarms))


def _catch_errors(what: object, work: Callable[[], object]) -> Iterator[str]:
    """Do the work; why it could not be done, if it could not."""
    try:
        work()
    except BoucleError as error:
        yield f"{what}: {error}"
