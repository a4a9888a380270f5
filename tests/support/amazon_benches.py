"""DynamoDB stores for the contract tests: moto in this process, and Amazon's DynamoDB Local."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
from botocore.config import Config

from boucle.storage.dynamodb_store.sealing import DynamoSealingDesk
from boucle.storage.dynamodb_store.stores import DynamoDesk, DynamoLedger
from boucle.storage.dynamodb_store.tables import Tables, table_definitions
from boucle.storage.dynamodb_store.used_invitations import DynamoSpent
from boucle.storage.published.s3 import Bucket
from support import dynamodb_local
from support.submissions import MONDAY, SERIES, new_response, new_text, spent_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from support.benches import ClosableLedger, ClosableSpent, Desk

ONE_TRY = Config(retries={"total_max_attempts": 1})

SPELLED = {
    "partition": {"study", "questionnaire", "key"},
    "series": {"study", "questionnaire", "major", "wave"},
    "place": {"window", "cohort", "held"},
}
"""What is packed into one attribute."""


def nobody() -> boto3.Session:
    """A new session: moto does not see those that are older than itself."""
    return boto3.Session(aws_access_key_id="nobody", aws_secret_access_key="nothing", region_name="eu-west-3")


@cache
def moto_dynamodb() -> DynamoDBClient:
    _moto()
    return nobody().client("dynamodb", config=ONE_TRY)


@cache
def moto_s3() -> S3Client:
    _moto()
    return nobody().client("s3", config=ONE_TRY)


@cache
def local_dynamodb() -> DynamoDBClient:
    return nobody().client("dynamodb", endpoint_url=dynamodb_local.endpoint(), config=ONE_TRY)


@cache
def _moto() -> None:
    from moto import mock_aws  # half a second, for those who need it

    mock_aws().start()


@dataclass(frozen=True, kw_only=True)
class BothSides(DynamoDesk, DynamoSealingDesk):
    """The web's and the job's desks in one, as the contract wants them."""

    def close(self) -> None:
        """There is nothing to let go of."""


class LedgerToClose(DynamoLedger):
    def close(self) -> None:
        """There is nothing to let go of."""


class SpentToClose(DynamoSpent):
    def close(self) -> None:
        """There is nothing to let go of."""


class DynamoBench:
    """New tables for every test."""

    def __init__(self, client: Callable[[], DynamoDBClient], put_takes: float) -> None:
        """Of these, a put never takes longer: whoever closes days waits no longer."""
        self.client = client
        self.tables = Tables.prefixed(f"boucle-{uuid4().hex}")
        for definition in table_definitions(self.tables):
            client().create_table(**definition)
        self.desk: Desk = BothSides(client=client, tables=self.tables, sleep=lambda _: sleep(put_takes))
        self.ledger: ClosableLedger = LedgerToClose(client=client, tables=self.tables)
        self.spent: ClosableSpent = SpentToClose(client=client, tables=self.tables)

    def texts(self) -> Mapping[str, bytes]:
        found = self.client().scan(TableName=self.tables.texts, ConsistentRead=True)["Items"]
        return {item["partition"]["S"].split("#")[1]: item["payload"]["B"] for item in found}

    def attributes(self) -> Mapping[str, Collection[str]]:
        # DynamoDB has no columns: one of each state is stored first.
        self.desk.put(new_response("sealed"), [new_text()])
        self.desk.mark_sealed(SERIES, MONDAY, 1)
        self.desk.put(new_response("waiting"), [])
        self.desk.close_days(SERIES, MONDAY)
        self.spent.spend(spent_code())
        named = {
            "responses": self.tables.responses,
            "texts": self.tables.texts,
            "closed_days": self.tables.days,
            "spent": self.tables.spent,
        }
        return {kind: self._attributes(table) for kind, table in named.items()}

    def _attributes(self, table: str) -> set[str]:
        """Of every item that is there; the names of what one attribute packs."""
        names = {name for item in self.client().scan(TableName=table)["Items"] for name in item}
        return {spelled for name in names for spelled in SPELLED.get(name, {name})}


def moto_bench(folder: Path) -> DynamoBench:
    return DynamoBench(moto_dynamodb, put_takes=0)


def local_bench(folder: Path) -> DynamoBench:
    return DynamoBench(local_dynamodb, put_takes=0.5)


def new_bucket() -> Bucket:
    """An empty one, in moto."""
    name = f"boucle-{uuid4().hex}"
    moto_s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return Bucket(client=moto_s3, name=name, prefix="somewhere/")
