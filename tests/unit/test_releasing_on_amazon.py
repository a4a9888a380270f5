"""Promise of a release on DynamoDB: a seal that closes days meanwhile loses none of what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from boucle.core.ports import Held
from boucle.storage.dynamodb_sealing import DynamoSealingDesk
from boucle.storage.dynamodb_tables import Tables, held_place, partitions, window_of
from submissions import MONDAY, SERIES, TUESDAY, stored_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WHICH = Held(MONDAY, "crowd")


class SealedMeanwhile:
    """Two responses that are held back, and a seal that closes Monday once the first of them is released."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def query(self, **asked: Any) -> dict[str, Any]:
        shard = asked["ExpressionAttributeValues"][":partition"]
        keys = [stored_key(each) for each in range(2)] if shard["S"] == next(iter(partitions(SERIES))) else []
        places = {key: held_place(SERIES, WHICH, key) for key in keys}
        return {"Items": [{"partition": shard, "key": {"S": key}, "place": {"S": places[key]}} for key in keys]}

    def get_item(self, **_: object) -> dict[str, Any]:
        return {"Item": {"first_open": {"S": TUESDAY.isoformat()}}} if self.places else {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        self.places.append(asked["ExpressionAttributeValues"][":place"]["S"])
        return {}


def test_a_day_that_is_closed_between_two_is_not_given_to_the_second() -> None:
    """It would be marked with those that were read, and never be counted."""
    client = SealedMeanwhile()
    desk = DynamoSealingDesk(client=lambda: cast("DynamoDBClient", client), tables=Tables.prefixed("boucle"))
    assert desk.release(SERIES, WHICH) == 2
    assert [window_of(place) for place in client.places] == [MONDAY, TUESDAY]
