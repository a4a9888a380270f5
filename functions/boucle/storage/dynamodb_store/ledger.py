"""The ledger as a DynamoDB table: one conditional put for an entry, and a note beside the entries of a series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from boucle.core.ports import LedgerNote
from boucle.core.study.model import Series
from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.census import Census
from boucle.storage.dynamodb_store.stores import read_stored_item
from boucle.storage.dynamodb_store.tables import NOTE_SUFFIX, Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item


@dataclass(frozen=True, kw_only=True)
class DynamoLedger:
    """The append-only list of sealed cohorts; a `Ledger`."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(seconds=60))

    def read_entries(self, series: Series) -> Sequence[bytes]:
        pages = (
            self.client()
            .get_paginator("query")
            .paginate(
                TableName=self.tables.ledger,
                KeyConditionExpression="#series = :series",
                ExpressionAttributeNames={"#series": "series"},
                ExpressionAttributeValues={":series": {"S": str(series)}},
                ConsistentRead=True,
            )
        )
        return self.retry_policy.call(lambda again: [item["entry"]["B"] for page in pages for item in page["Items"]])

    def append(self, series: Series, number: int, entry: bytes) -> bool:
        return self.retry_policy.call(lambda again: self._append(series, number, entry, again))

    def read_note(self, series: Series) -> LedgerNote | None:
        found = self.retry_policy.call(
            lambda again: self.client().get_item(
                TableName=self.tables.ledger, Key=_note_key(series), ConsistentRead=True
            )
        )
        if "Item" not in found:
            return None
        item = found["Item"]
        return LedgerNote(int(item["after"]["N"]), date.fromisoformat(item["days_from"]["S"]))

    def put_note(self, series: Series, note: LedgerNote) -> None:
        values: Item = {"after": {"N": str(note.after)}, "days_from": {"S": note.days_from.isoformat()}}
        item = {**_note_key(series), **values}
        self.retry_policy.call(lambda again: self.client().put_item(TableName=self.tables.ledger, Item=item))

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        census = Census(client=self.client, tables=self.tables, retry_policy=self.retry_policy)
        return census.count_stray_entries(known)

    def _append(self, series: Series, number: int, entry: bytes, again: bool) -> bool:
        try:
            self.client().put_item(
                TableName=self.tables.ledger,
                Item={"series": {"S": str(series)}, "number": {"N": str(number)}, "entry": {"B": entry}},
                ConditionExpression="attribute_not_exists(#number)",
                ExpressionAttributeNames={"#number": "number"},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            # Noise makes an entry unique: the same bytes can only be those of an attempt whose answer was lost.
            return again and read_stored_item(error)["entry"]["B"] == entry
        return True


def _note_key(series: Series) -> Item:
    return {"series": {"S": f"{series}{NOTE_SUFFIX}"}, "number": {"N": "0"}}
