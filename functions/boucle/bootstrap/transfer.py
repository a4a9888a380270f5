"""The composition root of what is moved whole: copies of stores, ledgers beside their copies, used invitations."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from pathlib import Path

from boucle.bootstrap.aws_operator import make_dynamo_ledger, make_dynamo_transfer, make_s3_vault
from boucle.config.settings import Settings
from boucle.core.ports import Ledger, Vault
from boucle.storage.published.folder import FolderVault
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from boucle.storage.transfer_format import StoreTransfer


@contextmanager
def open_store_transfer(settings: Settings, dynamodb: str | None, *, restored: bool = False) -> Iterator[StoreTransfer]:
    """All that is stored: on this machine, or in the installation on AWS of that name."""
    if dynamodb is not None:
        yield make_dynamo_transfer(dynamodb, restored=restored)
        return
    with closing(
        SqliteTransfer(settings.responses_file, settings.ledger_file, settings.used_invitations_file)
    ) as store:
        yield store


@contextmanager
def open_ledger_and_vault(
    settings: Settings, dynamodb: str | None, bucket: str | None
) -> Iterator[tuple[Ledger, Vault]]:
    """A ledger, and its write-once copy: in that bucket, if it is another than the stack's own."""
    if dynamodb is not None:
        yield make_dynamo_ledger(dynamodb), make_s3_vault(dynamodb, bucket)
        return
    with closing(SqliteLedger(settings.ledger_file)) as ledger:
        yield ledger, FolderVault(settings.vault_folder)


def read_used_invitation_keys(settings: Settings, dynamodb: str | None) -> Set[str]:
    """The names of the invitations that were used."""
    if dynamodb is not None:
        return set(make_dynamo_transfer(dynamodb).read_used_invitation_keys())
    with closing(SqliteUsedInvitations(settings.used_invitations_file)) as used_invitations:
        return {invitation.key for invitation in used_invitations.read_all()}


def copy_files(settings: Settings, folder: Path) -> None:
    """Consistent copies of the files of this machine's stores, in a folder, while others go on."""
    # Responses first: an answer that is sealed in between is in the ledger's copy too, and is found as an orphan;
    # the other way round it would be marked with a cohort that the ledger lacks.
    with closing(SqliteResponseStore(settings.responses_file)) as store:
        store.backup(folder / settings.responses_file.name)
    with closing(SqliteLedger(settings.ledger_file)) as ledger:
        ledger.backup(folder / settings.ledger_file.name)
    # Without it a code would serve twice. Two backups, compared, tell which codes were used between them.
    with closing(SqliteUsedInvitations(settings.used_invitations_file)) as used_invitations:
        used_invitations.backup(folder / settings.used_invitations_file.name)
    if settings.moderation_file.exists():
        with closing(SqliteBook(settings.moderation_file)) as book:
            book.backup(folder / settings.moderation_file.name)
