"""The web's side of the DynamoDB store: one conditional put for a response, by key only, never a query or a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from boucle.core.ports import LedgerNote, NewResponse, NewText, PutOutcome, Standing
from boucle.core.study.model import Series
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.dynamodb_store.census import Census
from boucle.storage.dynamodb_store.items import (
    STATUS_ATTRIBUTES,
    is_withdrawn,
    make_response_item,
    make_text_item,
    response_item_key,
    standing_of,
    text_item_key,
)
from boucle.storage.dynamodb_store.tables import NOTE_SUFFIX, Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

PUT_RETRY_POLICY = RetryPolicy()
"""That of a write into a day that was read as open; a seal that closes days waits as long as it may take."""
CONDITION_FAILED = "ConditionalCheckFailedException"


@dataclass(frozen=True, kw_only=True)
class DynamoResponseStore:
    """Responses and free texts; a `ResponseStore`. The client is made at the first call."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = PUT_RETRY_POLICY

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        outcome = self._put_response(self._move_to_open_day(response))
        if texts and outcome in {PutOutcome.STORED, PutOutcome.REPLAYED}:
            return self._put_texts(response, texts, outcome)
        return outcome

    def read_standing(self, study: str, questionnaire: str, key: str) -> Standing | None:
        status = self._read_status(study, questionnaire, key)
        return standing_of(study, questionnaire, status) if status else None

    def withdraw(self, study: str, questionnaire: str, key: str, text_keys: Sequence[str]) -> bool:
        # The tombstone first: a replay that puts its texts again looks for it afterwards.
        there = self._bury(response_item_key(study, questionnaire, key))
        for text_key in text_keys:
            self._delete_text(text_item_key(study, questionnaire, text_key))
        return there

    def _move_to_open_day(self, response: NewResponse) -> NewResponse:
        """The response with the first day that no seal has closed, if its own is closed."""
        found = self.retry_policy.call(
            lambda again: self.client().get_item(
                TableName=self.tables.days, Key={"series": {"S": str(response.series)}}, ConsistentRead=True
            )
        )
        if "Item" not in found:
            return response
        first_open = date.fromisoformat(found["Item"]["first_open"]["S"])
        return response._replace(window=max(response.window, first_open))

    def _put_response(self, response: NewResponse) -> PutOutcome:
        try:
            self.retry_policy.call(
                lambda again: self.client().put_item(
                    TableName=self.tables.responses,
                    Item=make_response_item(response),
                    # Nothing more: a condition that let the same digest through would write the day anew.
                    ConditionExpression="attribute_not_exists(#key)",
                    ExpressionAttributeNames={"#key": "key"},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            )
        except ClientError as error:
            return _compare_digest(_read_stored_item(error), response.digest)
        return PutOutcome.STORED

    def _put_texts(self, response: NewResponse, texts: Sequence[NewText], outcome: PutOutcome) -> PutOutcome:
        for text in texts:
            self._put_text(text)
        series = response.series
        status = self._read_status(series.study, series.questionnaire, response.key)
        if status and not is_withdrawn(status):
            return outcome
        # Withdrawn in between: its texts may have been deleted before these were put.
        for text in texts:
            self._delete_text(text_item_key(series.study, series.questionnaire, text.key))
        return PutOutcome.WITHDRAWN

    def _put_text(self, text: NewText) -> None:
        try:
            self.retry_policy.call(
                lambda again: self.client().put_item(
                    TableName=self.tables.texts,
                    Item=make_text_item(text),
                    ConditionExpression="attribute_not_exists(#partition)",
                    ExpressionAttributeNames={"#partition": "partition"},
                )
            )
        except ClientError as error:
            _raise_unless_condition_failed(error)

    def _delete_text(self, name: Item) -> None:
        self.retry_policy.call(lambda again: self.client().delete_item(TableName=self.tables.texts, Key=name))

    def _read_status(self, study: str, questionnaire: str, key: str) -> Item | None:
        found = self.retry_policy.call(
            lambda again: self.client().get_item(
                TableName=self.tables.responses,
                Key=response_item_key(study, questionnaire, key),
                ConsistentRead=True,
                ProjectionExpression=", ".join(f"#{name}" for name in STATUS_ATTRIBUTES),
                ExpressionAttributeNames={f"#{name}": name for name in STATUS_ATTRIBUTES},
            )
        )
        return found.get("Item")

    def _bury(self, name: Item) -> bool:
        """Leave a tombstone; False when there is nothing to bury."""
        waiting = self._strip(name, "attribute_exists(digest)", ("place", "digest"))
        if waiting is None:
            return True
        # A sealed one keeps its place in its cohort, which was counted with it.
        return bool(waiting) and self._strip(name, "attribute_exists(#key)", ()) is None

    def _strip(self, name: Item, condition: str, also: Sequence[str]) -> Item | None:
        """Remove the answers from the response if it meets the condition; else what stands there instead."""
        removed = ("version", "language", "mode", "answers", *also)
        named = {f"#{attribute}": attribute for attribute in removed}
        try:
            self.retry_policy.call(
                lambda again: self.client().update_item(
                    TableName=self.tables.responses,
                    Key=name,
                    UpdateExpression="REMOVE " + ", ".join(named),
                    ConditionExpression=condition,
                    ExpressionAttributeNames=named | ({"#key": "key"} if "#key" in condition else {}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            )
        except ClientError as error:
            return _read_stored_item(error)
        return None


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
            return again and _read_stored_item(error)["entry"]["B"] == entry
        return True


def _note_key(series: Series) -> Item:
    return {"series": {"S": f"{series}{NOTE_SUFFIX}"}, "number": {"N": "0"}}


def _compare_digest(stored: Item, digest: str) -> PutOutcome:
    if is_withdrawn(stored):
        return PutOutcome.WITHDRAWN
    # The seal has removed the digest: from then on any repeat of the id is taken for a replay.
    return PutOutcome.REPLAYED if stored.get("digest", {"S": digest})["S"] == digest else PutOutcome.CONFLICT


def _read_stored_item(error: ClientError) -> Item:
    """What stood where a condition failed; nothing when there was none. Raises any other error again."""
    _raise_unless_condition_failed(error)
    stored: Item = error.response.get("Item", {})  # type: ignore[assignment]  # botocore's own type leaves it out
    return stored


def _raise_unless_condition_failed(error: ClientError) -> None:
    if error_code(error) != CONDITION_FAILED:
        raise error
