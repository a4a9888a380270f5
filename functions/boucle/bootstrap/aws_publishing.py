"""The composition root of publishing what people wrote to AWS, from the machine where it was moderated.

The functions online never see the moderators' book: this machine reads the tables and writes the bucket, with the
operator's own rights.
"""

from __future__ import annotations

from collections.abc import Mapping

from boucle.amazon import clients
from boucle.bootstrap.aws_job import PUBLISHED
from boucle.bootstrap.aws_operator import dynamodb_copies
from boucle.bootstrap.publishing import Place, publish_at
from boucle.config.settings import Settings
from boucle.core.errors import Refusal
from boucle.core.ports import Clock
from boucle.core.study.model import Study
from boucle.deployment.stack import Stack
from boucle.storage.dynamodb_store.stores import DynamoLedger
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Sink, S3Vault
from boucle.storage.text_source import KeptShelf


class NotDeployed(Refusal):
    """There is no such installation to publish to."""


def publish_words_on_aws(name: str, settings: Settings, clock: Clock, study: Study) -> list[str]:
    """Publish a study's approved verbatims and coded themes there; what a person must look at. Raises NotDeployed."""
    if not settings.moderation_file.exists():
        return []
    return list(publish_at(place_on_aws(name, _outputs(name)), settings, clock, study))


def place_on_aws(name: str, outputs: Mapping[str, str]) -> Place:
    """The tables of that installation, and the buckets that its stack says it has."""
    return Place(
        there=KeptShelf(dynamodb_copies(name).texts).keys,
        ledger=DynamoLedger(client=clients.dynamodb, tables=Tables.prefixed(name)),
        vault=S3Vault(Bucket(client=clients.s3, name=outputs["VaultBucket"])),
        sink=S3Sink(Bucket(client=clients.s3, name=outputs["SiteBucket"], prefix=PUBLISHED)),
    )


def _outputs(name: str) -> Mapping[str, str]:
    import boto3  # a quarter of a second, which no other command should pay

    stack = Stack(boto3.client("cloudformation"), name)
    if not stack.exists():
        raise NotDeployed(f"no installation is called {name} in this account and region: `boucle deploy` makes one")
    return stack.outputs()
