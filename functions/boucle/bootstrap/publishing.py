"""The composition root of publishing what people wrote: approved texts, counted themes, and no key that opens one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date

from boucle.config.settings import Settings
from boucle.core.ports import Clock, Ledger, Sink, Vault
from boucle.core.study.model import Study
from boucle.jobs.clock_repair import ClockRepair, repair_days
from boucle.jobs.quotes import QuotePublisher
from boucle.jobs.status import SeriesStatus, map_theme_series, read_series_status
from boucle.jobs.themes import ThemePublisher
from boucle.storage.published.folder import FolderSink, FolderVault
from boucle.storage.sqlite_store.coded_texts import SqliteCodedTexts
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from boucle.storage.text_source import ExportedTextSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingTarget:
    """Where an installation keeps its texts, and where it publishes."""

    stored_keys: Callable[[], Set[str]]
    """The keys of the free texts that are stored."""
    ledger: Ledger
    vault: Vault
    sink: Sink


def read_theme_status(
    settings: Settings, clock: Clock, studies: Mapping[str, Study], ledger: Ledger
) -> list[SeriesStatus]:
    """Where each series of coded themes stands; none before somebody has moderated."""
    if not settings.moderation_file.exists():
        return []
    with closing(SqliteCodedTexts(settings.moderation_file, _theme_ids_of(studies))) as coded:
        return [
            read_series_status(counted, series, store=coded, ledger=ledger, clock=clock)
            for series, counted in map_theme_series(studies).items()
        ]


def _theme_ids_of(studies: Mapping[str, Study]) -> Mapping[str, Set[str]]:
    return {id: frozenset(theme.id for theme in study.themes) for id, study in studies.items()}


def publish_free_texts(settings: Settings, clock: Clock, study: Study) -> list[str]:
    """Publish a study's approved verbatims and coded themes on this machine; what a person must look at."""
    if not settings.moderation_file.exists():
        return []
    with ExitStack() as opened:
        files = (settings.responses_file, settings.ledger_file, settings.used_invitations_file)
        copies = opened.enter_context(closing(SqliteTransfer(*files)))
        target = PublishingTarget(
            stored_keys=ExportedTextSource(copies.export_texts).keys,
            ledger=opened.enter_context(closing(SqliteLedger(settings.ledger_file))),
            vault=FolderVault(settings.vault_folder),
            sink=FolderSink(settings.published_folder),
        )
        return list(publish_to(target, settings, clock, study))


def expire_codings(settings: Settings, studies: Mapping[str, Study], today: date) -> int:
    """Delete the codings whose texts have expired; how many."""
    if not settings.moderation_file.exists():
        return 0
    with closing(SqliteCodedTexts(settings.moderation_file, _theme_ids_of(studies))) as coded:
        return coded.expire(today)


def repair_codings(settings: Settings, studies: Mapping[str, Study], ledger: Ledger, today: date) -> list[ClockRepair]:
    """Repair what a clock that was ahead has left in the series of coded themes."""
    if not settings.moderation_file.exists():
        return []
    with closing(SqliteCodedTexts(settings.moderation_file, _theme_ids_of(studies))) as coded:
        return [repair_days(series, store=coded, ledger=ledger, today=today) for series in map_theme_series(studies)]


def publish_to(target: PublishingTarget, settings: Settings, clock: Clock, study: Study) -> Iterator[str]:
    """The same to any place, from the book of this machine."""
    book = SqliteBook(settings.moderation_file)
    coded = SqliteCodedTexts(settings.moderation_file, _theme_ids_of({study.id: study}))
    with closing(book), closing(coded):
        QuotePublisher(
            stored_keys=target.stored_keys,
            book=book,
            quotes=book,
            sink=target.sink,
            clock=clock,
            bits=secrets.randbits,
        ).publish(study)
        yield from ThemePublisher(
            coded=coded,
            keys=coded.keys,
            book=book,
            ledger=target.ledger,
            vault=target.vault,
            sink=target.sink,
            clock=clock,
            bits=secrets.randbits,
        ).publish(study)
