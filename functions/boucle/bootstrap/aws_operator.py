"""The composition root of the operator's own machine towards AWS: the tables, with the operator's own rights."""

from __future__ import annotations

from boucle.amazon import clients
from boucle.core.ports import QuarantineStore
from boucle.storage.dynamodb_store.copies import DynamoTransfer
from boucle.storage.dynamodb_store.sealing import DynamoSealingStore
from boucle.storage.dynamodb_store.stores import DynamoLedger
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Vault


def read_dynamo_master_key(name: str) -> bytes:
    """The master key of the installation of that name. Raises StoreUnavailable."""
    return clients.read_secret(f"{name}-master-key")


def make_dynamo_transfer(name: str, *, restored: bool = False) -> DynamoTransfer:
    """The store of the installation of that name; nothing is asked of AWS yet."""
    return DynamoTransfer(client=clients.dynamodb, tables=Tables.with_prefix(name), restored=restored)


def make_dynamo_quarantine(name: str) -> QuarantineStore:
    """What is held back in the installation of that name; nothing is asked of AWS yet."""
    return DynamoSealingStore(client=clients.dynamodb, tables=Tables.with_prefix(name))


def make_dynamo_ledger(name: str) -> DynamoLedger:
    """The ledger of the installation of that name."""
    return DynamoLedger(client=clients.dynamodb, tables=Tables.with_prefix(name))


def make_s3_vault(name: str, bucket: str | None = None) -> S3Vault:
    """The write-once copy of its ledger, in the bucket that the stack has made if no other is named."""
    return S3Vault(Bucket(client=clients.s3, name=bucket or f"{name}-vault-{clients.read_account()}"))
