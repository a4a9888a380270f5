"""The composition root of the operator's own machine towards AWS: tables and buckets, with the operator's own rights.

What people wrote is moderated on this machine and published from it: the functions online never see the moderators'
book.
"""

from __future__ import annotations

from collections.abc import Mapping

from boucle.amazon import clients
from boucle.bootstrap.aws_job import PUBLISHED
from boucle.bootstrap.publishing import PublishingTarget, expire_codings, publish_to
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError
from boucle.core.ports import Clock, QuarantineStore
from boucle.core.study.model import Study
from boucle.deployment.stack import Stack
from boucle.jobs.clock_agreement import refuse_other_clock
from boucle.jobs.clock_repair import ClockRepair, repair_days
from boucle.jobs.status import map_series
from boucle.storage.dynamodb_store.copies import DynamoTransfer
from boucle.storage.dynamodb_store.ledger import DynamoLedger
from boucle.storage.dynamodb_store.sealing import DynamoSealingStore
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Sink, S3Vault
from boucle.storage.text_source import ExportedTextSource


class NotDeployed(BoucleError):
    """There is no such installation to publish to."""


def read_dynamo_master_key(name: str) -> bytes:
    """The master key of the installation of that name. Raises StoreUnavailable."""
    return clients.read_secret(f"{name}-master-key")


def make_dynamo_transfer(name: str, *, restored: bool = False) -> DynamoTransfer:
    """The store of the installation of that name; nothing is asked of AWS yet."""
    return DynamoTransfer(client=clients.dynamodb, tables=Tables.with_prefix(name), restored=restored)


def make_dynamo_quarantine(name: str) -> QuarantineStore:
    """What is held back in the installation of that name; nothing is asked of AWS yet."""
    return DynamoSealingStore(client=clients.dynamodb, tables=Tables.with_prefix(name))


def repair_dynamo_days(name: str, clock: Clock, studies: Mapping[str, Study]) -> list[ClockRepair]:
    """Repair what a clock that was ahead has left in that installation. Raises ClocksDisagree."""
    store = DynamoSealingStore(client=clients.dynamodb, tables=Tables.with_prefix(name))
    ledger, now = make_dynamo_ledger(name), clock.now()
    refuse_other_clock(now, store.now())
    return [repair_days(series, store=store, ledger=ledger, today=now.date()) for series in map_series(studies)]


def make_dynamo_ledger(name: str) -> DynamoLedger:
    """The ledger of the installation of that name."""
    return DynamoLedger(client=clients.dynamodb, tables=Tables.with_prefix(name))


def make_s3_vault(name: str, bucket: str | None = None) -> S3Vault:
    """The write-once copy of its ledger, in the bucket that the stack has made if no other is named."""
    return S3Vault(Bucket(client=clients.s3, name=bucket or f"{name}-vault-{clients.read_account()}"))


def publish_free_texts_on_aws(name: str, settings: Settings, clock: Clock, study: Study) -> list[str]:
    """Publish a study's approved verbatims and coded themes there; what a person must look at.

    Raises NotDeployed, and ClocksDisagree where this machine's clock is not that of AWS.
    """
    if not settings.moderation_file.exists():
        return []
    target, now = make_aws_target(name, _read_outputs(name)), clock.now()
    refuse_other_clock(now, DynamoSealingStore(client=clients.dynamodb, tables=Tables.with_prefix(name)).now())
    expire_codings(settings, {study.id: study}, now.date())
    return list(publish_to(target, settings, clock, study))


def make_aws_target(name: str, outputs: Mapping[str, str]) -> PublishingTarget:
    """The tables of that installation, and the buckets that its stack says it has."""
    return PublishingTarget(
        stored_keys=ExportedTextSource(make_dynamo_transfer(name).export_texts).keys,
        ledger=make_dynamo_ledger(name),
        vault=S3Vault(Bucket(client=clients.s3, name=outputs["VaultBucket"])),
        sink=S3Sink(Bucket(client=clients.s3, name=outputs["SiteBucket"], prefix=PUBLISHED)),
    )


def _read_outputs(name: str) -> Mapping[str, str]:
    import boto3  # a quarter of a second, which no other command should pay

    stack = Stack(boto3.client("cloudformation"), name)
    if not stack.exists():
        raise NotDeployed(f"no installation is called {name} in this account and region: `boucle deploy` makes one")
    return stack.read_outputs()
