"""The composition root of publishing verbatims: approved texts, and no key that opens one."""

from __future__ import annotations

import secrets
from contextlib import closing

from boucle.core.ports import Clock
from boucle.core.study import Study
from boucle.jobs.quotes import QuotePublisher
from boucle.settings import Settings
from boucle.storage.folder import FolderSink
from boucle.storage.moderation import SqliteBook
from boucle.storage.shelves import KeptShelf
from boucle.storage.sqlite_copies import SqliteCopies


def publish_quotes(settings: Settings, clock: Clock, study: Study) -> None:
    """Publish a study's approved verbatims; nothing to do where nobody has moderated any."""
    if not settings.moderation_file.exists():
        return
    copies = SqliteCopies(settings.responses_file, settings.ledger_file)
    with closing(copies), closing(SqliteBook(settings.moderation_file)) as book:
        QuotePublisher(
            there=KeptShelf(copies.texts).keys,
            book=book,
            quotes=book,
            sink=FolderSink(settings.published_folder),
            clock=clock,
            bits=secrets.randbits,
            demonstration=settings.demonstration,
        ).publish(study)
