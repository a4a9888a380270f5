"""The composition root of the operator's own machine towards AWS: the tables, with the operator's own rights."""

from __future__ import annotations

from boucle.amazon import clients
from boucle.core.ports import QuarantineDesk
from boucle.storage.dynamodb_store.copies import DynamoCopies
from boucle.storage.dynamodb_store.sealing import DynamoSealingDesk
from boucle.storage.dynamodb_store.stores import DynamoLedger
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Vault


def dynamodb_master_key(name: str) -> bytes:
    """The master key of the installation of that name. Raises StoreAway."""
    return clients.secret(f"{name}-master-key")


def dynamodb_copies(name: str, *, restored: bool = False) -> DynamoCopies:
    """The store of the installation of that name; nothing is asked of AWS yet."""
    return DynamoCopies(client=clients.dynamodb, tables=Tables.prefixed(name), restored=restored)


def dynamodb_quarantine(name: str) -> QuarantineDesk:
    """What is held back in the installation of that name; nothing is asked of AWS yet."""
    return DynamoSealingDesk(client=clients.dynamodb, tables=Tables.prefixed(name))


def dynamodb_ledger(name: str) -> DynamoLedger:
    """The ledger of the installation of that name."""
    return DynamoLedger(client=clients.dynamodb, tables=Tables.prefixed(name))


def s3_vault(name: str, bucket: str | None = None) -> S3Vault:
    """The write-once copy of its ledger, in the bucket that the stack has made if no other is named."""
    return S3Vault(Bucket(client=clients.s3, name=bucket or f"{name}-vault-{clients.account()}"))
