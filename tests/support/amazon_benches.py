"""DynamoDB stores for the contract tests: moto in this process, and Amazon's DynamoDB Local."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from uuid import uuid4

import boto3
from botocore.config import Config

from boucle.storage.dynamodb_store.ledger import DynamoLedger
from boucle.storage.dynamodb_store.sealing import DynamoSealingStore
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from boucle.storage.dynamodb_store.used_invitations import DynamoUsedInvitations
from boucle.storage.published.s3 import Bucket
from support.amazon import dynamodb_local
from support.submissions import MONDAY, SERIES, new_response, new_text, new_used_invitation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from support.bench_ports import ClosableLedger, ClosableResponseStore, ClosableUsedInvitations

P = ParamSpec("P")
T = TypeVar("T")

ONE_TRY = Config(retries={"total_max_attempts": 1})

PACKED_ATTRIBUTES = {
    "partition": {"study", "questionnaire", "key"},
    "series": {"study", "questionnaire", "major", "wave"},
    "place": {"window", "cohort", "held"},
    "path": {"study", "questionnaire", "version"},
}
"""What is packed into one attribute."""


def make_session() -> boto3.Session:
    """A new session: moto does not see those that are older than itself."""
    return boto3.Session(aws_access_key_id="nobody", aws_secret_access_key="nothing", region_name="eu-west-3")


@cache
def moto_dynamodb() -> DynamoDBClient:
    _start_moto()
    return make_session().client("dynamodb", config=ONE_TRY)


@cache
def moto_s3() -> S3Client:
    """moto's, one call at a time: it checks a condition and writes in two steps, which S3 takes as one."""
    _start_moto()
    client, turn = make_session().client("s3", config=ONE_TRY), Lock()
    for name in ("get_object", "put_object"):
        setattr(client, name, _take_turns(getattr(client, name), turn))
    return client


def _take_turns(call: Callable[P, T], turn: Lock) -> Callable[P, T]:
    """The same call, which no other that takes the same turns overlaps."""

    def call_alone(*args: P.args, **kwargs: P.kwargs) -> T:
        with turn:
            return call(*args, **kwargs)

    return call_alone


@cache
def local_dynamodb() -> DynamoDBClient:
    return make_session().client("dynamodb", endpoint_url=dynamodb_local.start_endpoint(), config=ONE_TRY)


@cache
def _start_moto() -> None:
    from moto import mock_aws  # half a second, for those who need it

    mock_aws().start()


@dataclass(frozen=True, kw_only=True)
class ClosableDynamoStore(DynamoResponseStore, DynamoSealingStore):
    """The web's and the job's desks in one, as the contract wants them."""

    def close(self) -> None:
        """There is nothing to let go of."""


class ClosableDynamoLedger(DynamoLedger):
    def close(self) -> None:
        """There is nothing to let go of."""


class ClosableDynamoUsedInvitations(DynamoUsedInvitations):
    def close(self) -> None:
        """There is nothing to let go of."""


class DynamoBench:
    """New tables for every test."""

    def __init__(self, client: Callable[[], DynamoDBClient], put_seconds: float) -> None:
        """Of these, a put never takes longer: whoever closes days waits no longer."""
        self.client = client
        self.tables = Tables.with_prefix(f"boucle-{uuid4().hex}")
        for definition in build_table_definitions(self.tables):
            client().create_table(**definition)
        self.store: ClosableResponseStore = ClosableDynamoStore(
            client=client, tables=self.tables, sleep=lambda _: sleep(put_seconds)
        )
        self.ledger: ClosableLedger = ClosableDynamoLedger(client=client, tables=self.tables)
        self.used_invitations: ClosableUsedInvitations = ClosableDynamoUsedInvitations(
            client=client, tables=self.tables
        )

    def read_texts(self) -> Mapping[str, bytes]:
        found = self.client().scan(TableName=self.tables.texts, ConsistentRead=True)["Items"]
        return {item["partition"]["S"].split("#")[1]: item["payload"]["B"] for item in found}

    def read_attributes(self) -> Mapping[str, Collection[str]]:
        # DynamoDB has no columns: one of each state is stored first.
        self.store.put(new_response("sealed"), [new_text()])
        self.store.mark_sealed(SERIES, MONDAY, 1)
        self.store.put(new_response("waiting", file_hash="0" * 64), [])
        self.store.close_days(SERIES, MONDAY)
        self.used_invitations.redeem(new_used_invitation())
        named = {
            "responses": self.tables.responses,
            "texts": self.tables.texts,
            "closed_days": self.tables.days,
            "spent": self.tables.spent,
            "locked_versions": self.tables.versions,
        }
        return {kind: self._read_attributes(table) for kind, table in named.items()}

    def _read_attributes(self, table: str) -> set[str]:
        """Of every item that is there; the names of what one attribute packs."""
        names = {name for item in self.client().scan(TableName=table)["Items"] for name in item}
        return {spelled for name in names for spelled in PACKED_ATTRIBUTES.get(name, {name})}


def make_moto_bench(folder: Path) -> DynamoBench:
    return DynamoBench(moto_dynamodb, put_seconds=0)


def make_local_bench(folder: Path) -> DynamoBench:
    return DynamoBench(local_dynamodb, put_seconds=0.5)


def make_bucket() -> Bucket:
    """An empty one, in moto."""
    name = f"boucle-{uuid4().hex}"
    moto_s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return Bucket(client=moto_s3, name=name, prefix="somewhere/")
