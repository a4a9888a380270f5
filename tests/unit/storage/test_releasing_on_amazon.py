"""Promise of a release on DynamoDB: a seal that closes days meanwhile loses none of what is released."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from boucle.core.ports import HeldGroup, StoreUnavailable
from boucle.storage.amazon_retries import ATTEMPT_SECONDS, RetryPolicy
from boucle.storage.dynamodb_store.sealing import DynamoSealingStore
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.tables import Tables, partitions, place_held, window_of
from support.submissions import MONDAY, SERIES, TUESDAY, make_stored_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLES = Tables.with_prefix("boucle")
WHICH = HeldGroup(MONDAY, "crowd")


class SealedMeanwhile:
    """Two responses that are held back, and a seal that closes Monday once the first of them is released."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def query(self, **asked: Any) -> dict[str, Any]:
        shard = asked["ExpressionAttributeValues"][":partition"]
        keys = [make_stored_key(number) for number in range(2)] if shard["S"] == next(iter(partitions(SERIES))) else []
        places = {key: place_held(SERIES, WHICH, key) for key in keys}
        return {"Items": [{"partition": shard, "key": {"S": key}, "place": {"S": places[key]}} for key in keys]}

    def get_item(self, **_: object) -> dict[str, Any]:
        return {"Item": {"first_open": {"S": TUESDAY.isoformat()}}} if self.places else {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        self.places.append(asked["ExpressionAttributeValues"][":place"]["S"])
        return {}


def test_a_day_that_is_closed_between_two_is_not_given_to_the_second() -> None:
    """It would be marked with those that were read, and never be counted."""
    client = SealedMeanwhile()
    store = DynamoSealingStore(client=lambda: cast("DynamoDBClient", client), tables=TABLES)
    assert store.release(SERIES, WHICH) == 2
    assert [window_of(place) for place in client.places] == [MONDAY, TUESDAY]


class HangingWrites(SealedMeanwhile):
    """No write is answered for as long as an attempt waits, and the clock tells how long that took in all."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def update_item(self, **asked: Any) -> dict[str, Any]:
        if ":first_open" in asked["ExpressionAttributeValues"]:
            return {}
        self.now += ATTEMPT_SECONDS
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")


def test_a_seal_that_closes_days_waits_longer_than_a_release_insists() -> None:
    """A write that comes after would be marked with those that were read, and never be counted."""
    client = HangingWrites()

    def make_policy(seconds: float) -> RetryPolicy:
        return RetryPolicy(
            seconds=seconds, monotonic=client.monotonic, sleep=client.sleep, draw_pause=lambda _, most: most
        )

    store = DynamoSealingStore(client=lambda: cast("DynamoDBClient", client), tables=TABLES)
    store = replace(
        store,
        retry_policy=make_policy(store.retry_policy.seconds),
        put_retry_policy=make_policy(store.put_retry_policy.seconds),
    )
    with pytest.raises(StoreUnavailable):
        store.release(SERIES, WHICH)
    insisted, client.now = client.now, 0.0
    replace(store, sleep=client.sleep).close_days(SERIES, MONDAY)
    assert ATTEMPT_SECONDS + insisted <= client.now


def test_it_waits_as_long_for_the_puts_of_the_web() -> None:
    def of(kind: type[DynamoResponseStore] | type[DynamoSealingStore]) -> Any:
        return kind(client=lambda: cast("DynamoDBClient", None), tables=TABLES)

    assert of(DynamoResponseStore).retry_policy == of(DynamoSealingStore).put_retry_policy
