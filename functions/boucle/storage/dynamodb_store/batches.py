"""Many items: pages of a reading, each asked for again where needed, and batches of which some may be left over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from boucle.storage.amazon_retries import Patience

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

T = TypeVar("T")
BATCH = 25
"""As many as BatchWriteItem takes."""


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, in lists that BatchWriteItem takes."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def pages(patience: Patience, read: Callable[..., Mapping[str, Any]], **request: object) -> Iterator[Item]:
    """Every item, page after page. Raises StoreAway."""
    while True:
        page = patience.call(lambda again: read(**request))
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def write_all(client: DynamoDBClient, patience: Patience, table: str, requests: list[Any]) -> int:
    """Send a batch until nothing of it is left; how many there were. Raises StoreAway."""
    left = list(requests)

    def send(again: bool) -> None:
        nonlocal left
        left = list(client.batch_write_item(RequestItems={table: left})["UnprocessedItems"].get(table, []))
        if left:
            raise _partly_done(len(left))

    patience.call(send)
    return len(requests)


def _partly_done(left: int) -> ClientError:
    """DynamoDB says so without an error; here it is the throttling that it stands for."""
    said = f"{left} items were left over"
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": said}}, "BatchWriteItem")
