"""The composition root of publishing what people wrote to AWS, from the machine where it was moderated.

The functions online never see the moderators' book: this machine reads the tables and writes the bucket, with the
operator's own rights.
"""

from __future__ import annotations

from collections.abc import Mapping

from boucle.amazon import clients
from boucle.bootstrap.aws_job import PUBLISHED
from boucle.bootstrap.aws_operator import make_dynamo_transfer
from boucle.bootstrap.publishing import PublishingTarget, publish_to
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError
from boucle.core.ports import Clock
from boucle.core.study.model import Study
from boucle.deployment.stack import Stack
from boucle.storage.dynamodb_store.stores import DynamoLedger
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Sink, S3Vault
from boucle.storage.text_source import ExportedTextSource


class NotDeployed(BoucleError):
    """There is no such installation to publish to."""


def publish_free_texts_on_aws(name: str, settings: Settings, clock: Clock, study: Study) -> list[str]:
    """Publish a study's approved verbatims and coded themes there; what a person must look at. Raises NotDeployed."""
    if not settings.moderation_file.exists():
        return []
    return list(publish_to(make_aws_target(name, _read_outputs(name)), settings, clock, study))


def make_aws_target(name: str, outputs: Mapping[str, str]) -> PublishingTarget:
    """The tables of that installation, and the buckets that its stack says it has."""
    return PublishingTarget(
        stored_keys=ExportedTextSource(make_dynamo_transfer(name).export_texts).keys,
        ledger=DynamoLedger(client=clients.dynamodb, tables=Tables.with_prefix(name)),
        vault=S3Vault(Bucket(client=clients.s3, name=outputs["VaultBucket"])),
        sink=S3Sink(Bucket(client=clients.s3, name=outputs["SiteBucket"], prefix=PUBLISHED)),
    )


def _read_outputs(name: str) -> Mapping[str, str]:
    import boto3  # a quarter of a second, which no other command should pay

    stack = Stack(boto3.client("cloudformation"), name)
    if not stack.exists():
        raise NotDeployed(f"no installation is called {name} in this account and region: `boucle deploy` makes one")
    return stack.read_outputs()
