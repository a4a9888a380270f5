"""Many items: pages of a reading, each asked for again where needed, and batches of which some may be left over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from boucle.core.ports import LockedVersion
from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.items import read_lock_item
from boucle.storage.dynamodb_store.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

T = TypeVar("T")
MAX_BATCH_ITEMS = 25
"""As many as BatchWriteItem takes."""


def split_into_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, in lists that BatchWriteItem takes."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == MAX_BATCH_ITEMS:
            yield batch
            batch = []
    if batch:
        yield batch


def read_locks(
    retry_policy: RetryPolicy, client: Callable[[], DynamoDBClient], tables: Tables
) -> Sequence[LockedVersion]:
    """Every version that an answer has locked. Raises StoreUnavailable."""
    items = read_items(retry_policy, client().scan, TableName=tables.versions, ConsistentRead=True)
    return sorted(read_lock_item(item) for item in items)


def read_items(retry_policy: RetryPolicy, read: Callable[..., Mapping[str, Any]], **request: object) -> Iterator[Item]:
    """Every item, page after page. Raises StoreUnavailable."""
    while True:
        page = retry_policy.call(lambda again: read(**request))
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def write_all(client: DynamoDBClient, retry_policy: RetryPolicy, table: str, requests: list[Any]) -> int:
    """Send a batch until nothing of it is left; how many there were. Raises StoreUnavailable."""
    left = list(requests)

    def send(again: bool) -> None:
        nonlocal left
        left = list(client.batch_write_item(RequestItems={table: left})["UnprocessedItems"].get(table, []))
        if left:
            raise _make_throttling_error(len(left))

    retry_policy.call(send)
    return len(requests)


def _make_throttling_error(left: int) -> ClientError:
    """DynamoDB says so without an error; here it is the throttling that it stands for."""
    message = f"{left} items were left over"
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": message}}, "BatchWriteItem")
