"""The composition root of publishing what people wrote: approved texts, counted themes, and no key that opens one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack, closing
from dataclasses import dataclass

from boucle.config.settings import Settings
from boucle.core.ports import Clock, Ledger, Sink, Vault
from boucle.core.study.model import Study
from boucle.jobs.quotes import QuotePublisher
from boucle.jobs.status import SeriesStatus, series_status, theme_series
from boucle.jobs.themes import ThemePublisher
from boucle.storage.published.folder import FolderSink, FolderVault
from boucle.storage.sqlite_store.coded_texts import SqliteCodedTexts
from boucle.storage.sqlite_store.copies import SqliteCopies
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from boucle.storage.sqlite_store.stores import SqliteLedger
from boucle.storage.text_source import KeptShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an installation keeps its texts, and where it publishes."""

    there: Callable[[], Set[str]]
    """The keys of the free texts that are stored."""
    ledger: Ledger
    vault: Vault
    sink: Sink


def theme_status(settings: Settings, clock: Clock, studies: Mapping[str, Study], ledger: Ledger) -> list[SeriesStatus]:
    """Where each series of coded themes stands; none before somebody has moderated."""
    if not settings.moderation_file.exists():
        return []
    with closing(SqliteCodedTexts(settings.moderation_file, _pillars(studies))) as coded:
        return [
            series_status(counted, series, desk=coded, ledger=ledger, clock=clock)
            for series, counted in theme_series(studies).items()
        ]


def _pillars(studies: Mapping[str, Study]) -> Mapping[str, Set[str]]:
    return {id: frozenset(each.id for each in study.themes) for id, study in studies.items()}


def publish_words(settings: Settings, clock: Clock, study: Study) -> list[str]:
    """Publish a study's approved verbatims and coded themes on this machine; what a person must look at."""
    if not settings.moderation_file.exists():
        return []
    with ExitStack() as opened:
        files = (settings.responses_file, settings.ledger_file, settings.spent_file)
        copies = opened.enter_context(closing(SqliteCopies(*files)))
        place = Place(
            there=KeptShelf(copies.texts).keys,
            ledger=opened.enter_context(closing(SqliteLedger(settings.ledger_file))),
            vault=FolderVault(settings.vault_folder),
            sink=FolderSink(settings.published_folder),
        )
        return list(publish_at(place, settings, clock, study))


def publish_at(place: Place, settings: Settings, clock: Clock, study: Study) -> Iterator[str]:
    """The same to any place, from the book of this machine."""
    book = SqliteBook(settings.moderation_file)
    coded = SqliteCodedTexts(settings.moderation_file, _pillars({study.id: study}))
    with closing(book), closing(coded):
        QuotePublisher(
            there=place.there,
            book=book,
            quotes=book,
            sink=place.sink,
            clock=clock,
            bits=secrets.randbits,
            demonstration=settings.demonstration,
        ).publish(study)
        yield from ThemePublisher(
            coded=coded,
            keys=coded.keys,
            book=book,
            ledger=place.ledger,
            vault=place.vault,
            sink=place.sink,
            clock=clock,
            bits=secrets.randbits,
            demonstration=settings.demonstration,
        ).publish(study)
