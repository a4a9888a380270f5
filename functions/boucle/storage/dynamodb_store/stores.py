"""The web's side of the DynamoDB store: one conditional put for a response, by key only, never a query or a scan.

Where another wave may take the same submission at that moment, the put is a transaction that finds it absent there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from botocore.exceptions import ClientError

from boucle.core.ports import (
    LockedVersion,
    NewResponse,
    NewText,
    PutOutcome,
    Standing,
)
from boucle.core.versions.lock import OtherVersionLocked
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.dynamodb_store.items import (
    STATUS_ATTRIBUTES,
    is_withdrawn,
    make_lock_item,
    make_response_item,
    make_text_item,
    response_item_key,
    standing_of,
    text_item_key,
)
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.dynamodb_store.transactions import has_failed, write_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

PUT_RETRY_POLICY = RetryPolicy()
"""That of a write into a day that was read as open; a seal that closes days waits as long as it may take."""
CONDITION_FAILED = "ConditionalCheckFailedException"
ABSENT = "attribute_not_exists(#key)"


class ConditionalPut(TypedDict):
    """What PutItem takes, alone and as a part of a transaction."""

    TableName: str
    Item: Item
    ConditionExpression: str
    ExpressionAttributeNames: dict[str, str]
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD"]


@dataclass(frozen=True, kw_only=True)
class DynamoResponseStore:
    """Responses and free texts; a `ResponseStore`. The client is made at the first call."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = PUT_RETRY_POLICY
    locked_versions: set[LockedVersion] = field(default_factory=set)
    """Those that this process has seen locked: whoever answers them next has nothing to lock."""

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        if response.file_hash and response.locked_version not in self.locked_versions:
            # Before the answer: stopped in between, a version is locked that the next answer would have locked.
            self.lock_version(response.locked_version)
        outcome = self._put_once(self._move_to_open_day(response))
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

    def lock_version(self, lock: LockedVersion) -> None:
        """Put if absent or equal. Raises OtherVersionLocked, and StoreUnavailable."""
        try:
            self.retry_policy.call(
                lambda again: self.client().put_item(
                    TableName=self.tables.versions,
                    Item=make_lock_item(lock),
                    # The same item over itself changes nothing: no right to read is needed.
                    ConditionExpression="attribute_not_exists(#path) OR #file_hash = :file_hash",
                    ExpressionAttributeNames={"#path": "path", "#file_hash": "file_hash"},
                    ExpressionAttributeValues={":file_hash": {"S": lock.file_hash}},
                )
            )
        except ClientError as error:
            _raise_unless_condition_failed(error)
            raise OtherVersionLocked(lock.path) from error
        self.locked_versions.add(lock)

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

    def _put_once(self, response: NewResponse) -> PutOutcome:
        if response.is_contested:
            return self._put_contested(response)
        if response.other_keys and self._is_elsewhere(response):
            return PutOutcome.ELSEWHERE
        return self._put_response(response)

    def _is_elsewhere(self, response: NewResponse) -> bool:
        """Whether it is stored in another wave, and not in its own; nobody puts it there any more."""

        def is_stored(key: str) -> bool:
            return self._read_status(response.series.study, response.series.questionnaire, key) is not None

        return any(is_stored(other.key) for other in response.other_keys) and not is_stored(response.key)

    def _put_contested(self, response: NewResponse) -> PutOutcome:
        series = response.series
        absent = {"ConditionExpression": ABSENT, "ExpressionAttributeNames": {"#key": "key"}}
        others = [response_item_key(series.study, series.questionnaire, other.key) for other in response.other_keys]
        checks = [{"ConditionCheck": {"TableName": self.tables.responses, "Key": key, **absent}} for key in others]
        reasons = write_together(
            self.client(), self.retry_policy, [{"Put": self._make_conditional_put(response)}, *checks]
        )
        if not reasons:
            return PutOutcome.STORED
        own = reasons[0]
        return _compare_digest(own["Item"], response.digest) if has_failed(own) else PutOutcome.ELSEWHERE

    def _put_response(self, response: NewResponse) -> PutOutcome:
        put = self._make_conditional_put(response)
        try:
            self.retry_policy.call(lambda again: self.client().put_item(**put))
        except ClientError as error:
            return _compare_digest(read_stored_item(error), response.digest)
        return PutOutcome.STORED

    def _make_conditional_put(self, response: NewResponse) -> ConditionalPut:
        return {
            "TableName": self.tables.responses,
            "Item": make_response_item(response),
            # Nothing more: a condition that let the same digest through would write the day anew.
            "ConditionExpression": ABSENT,
            "ExpressionAttributeNames": {"#key": "key"},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

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
            return read_stored_item(error)
        return None


def _compare_digest(stored: Item, digest: str) -> PutOutcome:
    if is_withdrawn(stored):
        return PutOutcome.WITHDRAWN
    # The seal has removed the digest: from then on any repeat of the id is taken for a replay.
    return PutOutcome.REPLAYED if stored.get("digest", {"S": digest})["S"] == digest else PutOutcome.CONFLICT


def read_stored_item(error: ClientError) -> Item:
    """What stood where a condition failed; nothing when there was none. Raises any other error again."""
    _raise_unless_condition_failed(error)
    stored: Item = error.response.get("Item", {})  # type: ignore[assignment]  # botocore's own type leaves it out
    return stored


def _raise_unless_condition_failed(error: ClientError) -> None:
    if error_code(error) != CONDITION_FAILED:
        raise error
