"""The composition root of one machine: the one place that picks adapters and introduces the edges to each other."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from boucle.bootstrap.publishing import expire_codings, publish_free_texts, read_theme_status, repair_codings
from boucle.config.clock_guard import ClockGuard
from boucle.config.clocks import SimulatedClock, SystemClock
from boucle.config.settings import Settings
from boucle.content.locked import find_refused_studies
from boucle.content.surveys import Studies, read_studies
from boucle.core.errors import BoucleError
from boucle.core.identity.receipts import Keyring
from boucle.core.ports import Clock, LockedVersion
from boucle.core.study.model import Study
from boucle.jobs.clock_agreement import UnrecordedClock
from boucle.jobs.clock_repair import ClockRepair, repair_days
from boucle.jobs.scheduled import Job, JobReport
from boucle.jobs.status import SeriesStatus, map_series, read_series_status
from boucle.jobs.strays import Stray, find_strays
from boucle.languages.catalogues import translator_for
from boucle.moderation.sealing import make_sealer
from boucle.pages.common import shells
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.published.folder import FolderSink, FolderVault
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from boucle.submissions.submit import SubmissionService, TextSealer
from boucle.web.app import Api, create_app
from boucle.web.static_site import put_site_before
from boucle.web.trusted_proxies import TrustedProxies

MASTER_KEY_BYTES = 32


class DamagedKey(BoucleError):
    """The file of the master key does not hold one."""


@dataclass(frozen=True)
class Installation:
    """One installation on one machine, with its stores open."""

    settings: Settings
    studies: Studies
    clock: Clock
    store: SqliteResponseStore
    ledger: SqliteLedger
    used_invitations: SqliteUsedInvitations
    refused: Mapping[str, str]
    """The studies whose files are not what people have answered, each with what to do; they are left out."""

    @cached_property
    def renderer(self) -> PageRenderer:
        """Draws pages in the shells of the built site, as these are when a page is drawn."""
        return PageRenderer(shells.shells_of(self.settings.built_folder), self.settings.demonstration)

    @cached_property
    def job(self) -> Job:
        """What seals and publishes over these stores."""
        return Job(
            studies=self.studies,
            store=self.store,
            ledger=self.ledger,
            vault=FolderVault(self.settings.vault_folder),
            sink=FolderSink(self.settings.published_folder),
            clock=self.clock,
            bits=secrets.randbits,
            renderer=self.renderer,
            publish_free_texts=lambda study: publish_free_texts(self.settings, self.clock, study),
            clock_trust=UnrecordedClock() if self.settings.demonstration else self.clock_guard,
            expire_others=self._expire_others,
            find_strays=lambda: map(str, self.find_strays()),
        )

    @cached_property
    def clock_guard(self) -> ClockGuard:
        """What remembers when this machine's clock was right; a simulated one needs nobody to."""
        return ClockGuard(
            file=self.settings.clock_record_file, clock=self.clock, read_last_run=self._read_day_of_last_run
        )

    def confirm_clock(self) -> None:
        """Raise ClockDoubted where nothing may be sealed or published by this machine's clock."""
        self.job.clock_trust.confirm()

    def find_clock_doubt(self) -> str | None:
        """Why the clock may be wrong; None where it may be believed. Raises BadClockRecord."""
        return None if self.settings.demonstration else self.clock_guard.find_doubt()

    def find_strays(self) -> list[Stray]:
        """What is stored here and belongs to no series of the studies."""
        return list(find_strays(self.studies, self.store, self.ledger, self.refused.keys()))

    def repair_days(self) -> list[ClockRepair]:
        """Repair what a clock that was ahead has left in every series. Raises ClockDoubted."""
        self.confirm_clock()
        today = self.clock.now().date()
        done = [
            repair_days(series, store=self.store, ledger=self.ledger, today=today)
            for series in map_series(self.studies)
        ]
        return [*done, *repair_codings(self.settings, self.studies, self.ledger, today)]

    def _read_day_of_last_run(self) -> date | None:
        report = self.read_last_report()
        return datetime.fromisoformat(report.ran).date() if report else None

    def _expire_others(self, today: date) -> int:
        return self.used_invitations.expire(today) + expire_codings(self.settings, self.studies, today)

    @cached_property
    def submissions(self) -> SubmissionService:
        """The one way in for answers. Raises DamagedKey and DamagedTextKey."""
        keyring = Keyring(load_master_key(self.settings.master_key_file))
        return SubmissionService(
            self.store, keyring, self.clock, _make_text_sealer(self.settings), self.used_invitations
        )

    def read_again(self) -> Installation:
        """The same stores, with the studies as their files are now; what is refused stays as it was answered."""
        locked = self.store.read_locked_versions()
        refused = find_refused_studies(self.settings.surveys, locked, self.settings.served_folder)
        last_good = {id: self.studies[id] for id in refused if id in self.studies}
        kept = {id: study for id, study in last_good.items() if is_as_answered(study, locked)}
        read = read_studies(self.settings, refused.keys())
        return replace(self, studies=dict(sorted({**read, **kept}.items())), refused=refused)

    def lock_answered_versions(self) -> None:
        """Lock what was answered under a Boucle that did not; nothing that nobody has answered."""
        known = {lock.path for lock in self.store.read_locked_versions()}
        today = self.clock.now().date()
        answerable = (version for study in self.studies.values() for version in _list_opened(study, today))
        self.store.lock_answered(version for version in answerable if version.path not in known)

    def make_application(self) -> Api:
        """The WSGI application: the API, and the built site with what is published laid over it."""
        app = create_app(
            studies=self.studies,
            store=self.store,
            used_invitations=self.used_invitations,
            keyring=Keyring(load_master_key(self.settings.master_key_file)),
            clock=self.clock,
            renderer=self.renderer,
            translator_for=translator_for,
            seal_text=_make_text_sealer(self.settings),
            public_origin=self.settings.origin,
            proxies=TrustedProxies(*self.settings.forwarding),
        )
        put_site_before(
            app,
            published=self.settings.published_folder,
            built=self.settings.built_folder,
            page_policy=self.renderer.csp(),
            framed_policy=self.renderer.csp_of_frames(),
        )
        return app

    def run_job(self) -> JobReport:
        """Run the scheduled job once, and keep its report for `boucle status`, which finds itself what is refused."""
        report = self.job.run()
        beside = self.settings.job_file.with_suffix(".new")
        beside.write_bytes(report.to_json())
        beside.replace(self.settings.job_file)
        return replace(report, alarms=(*self.refused.values(), *report.alarms))

    def read_last_report(self) -> JobReport | None:
        """What the job said when it last ran; None when it never did."""
        file = self.settings.job_file
        return JobReport.from_json(file.read_bytes()) if file.exists() else None

    def close(self) -> None:
        """Let go of the three files; what was being written is finished first."""
        self.used_invitations.close()
        self.ledger.close()
        self.store.close()

    def read_status(self) -> list[SeriesStatus]:
        """Where each series stands."""
        return [
            *(
                read_series_status(
                    study,
                    series,
                    store=self.store,
                    ledger=self.ledger,
                    clock=self.clock,
                    held=self.store.count_held(series),
                )
                for series, study in map_series(self.studies).items()
            ),
            *read_theme_status(self.settings, self.clock, self.studies, self.ledger),
        ]


def open_installation(settings: Settings) -> Installation:
    """The installation in the settings' home; close it at the end."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    refused = read_refused_studies(settings)
    return Installation(
        settings=settings,
        refused=refused,
        studies=read_studies(settings, refused.keys()),
        clock=clock_of(settings),
        store=SqliteResponseStore(settings.responses_file),
        ledger=SqliteLedger(settings.ledger_file),
        used_invitations=SqliteUsedInvitations(settings.used_invitations_file),
    )


def read_locked_versions(settings: Settings) -> Sequence[LockedVersion]:
    """The versions that were answered in the settings' home; none where there is no home yet."""
    if not settings.responses_file.exists():
        return ()
    with closing(SqliteResponseStore(settings.responses_file)) as store:
        return store.read_locked_versions()


def read_refused_studies(settings: Settings) -> Mapping[str, str]:
    """The studies that cannot be used as their files are, each with what to do."""
    return find_refused_studies(settings.surveys, read_locked_versions(settings), settings.served_folder)


def is_as_answered(study: Study, locked: Iterable[LockedVersion]) -> bool:
    """Whether a study that was read before is what people have answered."""
    hashes = {(lock.questionnaire, lock.version): lock.file_hash for lock in locked if lock.study == study.id}
    versions = study.by_version
    return all(name in versions and versions[name].file_hash == file_hash for name, file_hash in hashes.items())


def _list_opened(study: Study, today: date) -> Iterator[LockedVersion]:
    """The versions that somebody may have answered."""
    openings = (
        (questionnaire, opening)
        for wave in study.waves
        for questionnaire, openings in wave.openings.items()
        for opening in openings
    )
    opened = {(questionnaire, opening.version) for questionnaire, opening in openings if opening.opens <= today}
    for version in study.questionnaires:
        if (version.id, version.version) in opened:
            yield LockedVersion(study.id, version.id, version.version, version.file_hash)


def clock_of(settings: Settings) -> Clock:
    """The demonstration's simulated clock in its home, the machine's everywhere else."""
    return SimulatedClock(settings.clock_file) if settings.demonstration else SystemClock()


def read_text_key(settings: Settings) -> str | None:
    """The public key that free texts are sealed to; None where there is none yet."""
    file = settings.text_key_file
    return file.read_text(encoding="ascii") if file.exists() else None


def describe_text_protection(settings: Settings) -> str:
    """What whoever starts a server must know about free texts."""
    if read_text_key(settings) is None:
        return (
            f"Free texts are stored UNENCRYPTED in {settings.home}: whoever reads its files reads them. "
            "`boucle keys new` seals them."
        )
    return "Free texts are sealed: this machine cannot read them without the private key."


def _make_text_sealer(settings: Settings) -> TextSealer:
    public = read_text_key(settings)
    return bytes if public is None else make_sealer(public)


def load_master_key(file: Path) -> bytes:
    """The installation's master key, made on first use and readable by its owner only. Raises DamagedKey."""
    if not file.exists():
        _make_key(file)
    key = file.read_bytes()
    if len(key) != MASTER_KEY_BYTES:
        raise DamagedKey(f"{file} is not a master key: put its backup back; another key would orphan every receipt")
    return key


def _make_key(file: Path) -> None:
    # Made whole under another name, then linked: of two processes that start at once, the second keeps the first's.
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(secrets.token_bytes(MASTER_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        file.hardlink_to(beside)
    beside.unlink()
