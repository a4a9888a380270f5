"""The job's side of the DynamoDB store: reads what waits, shard after shard, and marks it sealed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from boucle.core.ports import Doubt, HeldGroup, LockedVersion, Pending
from boucle.core.study.model import Series
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.dynamodb_store.batches import read_items, read_locks, split_into_batches, write_all
from boucle.storage.dynamodb_store.census import Census
from boucle.storage.dynamodb_store.items import pending_of
from boucle.storage.dynamodb_store.stores import CONDITION_FAILED, PUT_RETRY_POLICY
from boucle.storage.dynamodb_store.tables import (
    INDEX,
    SEAL_ATTRIBUTES,
    Tables,
    bound_waiting,
    expiry_epoch,
    partitions,
    place_held,
    place_sealed,
    place_waiting,
    prefix_held,
    prefix_sealed,
    read_held_group,
    window_of,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

WITHDRAWN_ATTRIBUTES = ("version", "language", "mode", "answers", "place", "digest")
"""What a tombstone does not keep."""
WRITERS = 8
"""Responses that are marked at the same time."""


@dataclass(frozen=True, kw_only=True)
class DynamoSealingStore:
    """What waits; a `SealingStore` and a `QuarantineStore`. Every read is strongly consistent."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(seconds=60))
    put_retry_policy: RetryPolicy = PUT_RETRY_POLICY
    """That of whoever writes into a day that was read as open: whoever closes days waits until such a write is over."""
    sleep: Callable[[float], None] = time.sleep
    may_expire: Callable[[date], bool] = lambda today: True
    """Whether anything can be due that day. To look for it is to read everything, which is paid for."""

    def now(self) -> datetime | None:
        """What DynamoDB's own answers are dated."""
        answer = self._call(self.client().get_item, TableName=self.tables.days, Key={"series": {"S": "-"}})
        header = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        return parsedate_to_datetime(header) if header else None

    def read_locked_versions(self) -> Sequence[LockedVersion]:
        return read_locks(self.retry_policy, self.client, self.tables)

    def count_pending_by_day(self, series: Series) -> Mapping[date, int]:
        waiting = self._read_waiting(series, date.max, "place")
        return Counter(window_of(item["place"]["S"]) for item in waiting)

    def close_days(self, series: Series, through: date) -> None:
        """As promised, once it returns: it waits for the puts that are under way."""
        if self._advance_first_open(series, (through + timedelta(days=1)).isoformat()):
            self.sleep(self.put_retry_policy.max_call_seconds)

    def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
        yield from map(pending_of, self._read_waiting(series, through, *SEAL_ATTRIBUTES))

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        waiting = self._read_waiting(series, through, "partition", "key")
        with ThreadPoolExecutor(WRITERS) as pool:
            return sum(pool.map(partial(self._mark, series, cohort), waiting))

    def count_sealed(self, series: Series, cohort: int) -> int:
        prefix = prefix_sealed(series, cohort)
        return sum(1 for _ in self._query_places(series, prefix, f"{prefix}~", ("place",)))

    def count_held(self, series: Series) -> Mapping[HeldGroup, int]:
        prefix = prefix_held(series)
        places = (item["place"]["S"] for item in self._query_places(series, prefix, f"{prefix}~", ("place",)))
        return Counter(which for place in places if (which := read_held_group(place)))

    def hold_back(self, series: Series, through: date, is_countable: Callable[[Pending], bool]) -> int:
        # Read whole before anything is written, as below.
        waiting = list(self._read_waiting(series, through, "partition", "key", "place", *SEAL_ATTRIBUTES))
        return sum(self._hold_back(series, item) for item in waiting if not is_countable(pending_of(item)))

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        census = Census(client=self.client, tables=self.tables, retry_policy=self.retry_policy)
        return census.count_stray_responses(known)

    def reopen_days(self, series: Series, today: date) -> int:
        day = today.isoformat()
        self._write_on_condition(
            self.client().update_item,
            TableName=self.tables.days,
            Key={"series": {"S": str(series)}},
            UpdateExpression="SET #first_open = :today",
            ConditionExpression="#first_open > :today",
            ExpressionAttributeNames=_attribute_names("first_open"),
            ExpressionAttributeValues={":today": {"S": day}},
        )
        attributes = ("partition", "key", "place")
        waiting, held = self._read_waiting(series, date.max, *attributes), prefix_held(series)
        ahead = [item for item in waiting if window_of(item["place"]["S"]) > today]
        ahead += [
            item
            for item in self._query_places(series, held, f"{held}~", attributes)
            if window_of(item["place"]["S"]) > today
        ]
        return sum(self._move_to_day(series, today, item) for item in ahead)

    def _move_to_day(self, series: Series, day: date, item: Item) -> bool:
        """Give one response another day, held back or not; False when it was sealed or withdrawn meanwhile."""
        group, key = read_held_group(item["place"]["S"]), item["key"]["S"]
        place = place_held(series, HeldGroup(day, group.doubt), key) if group else place_waiting(series, day, key)
        return self._move(item, place, self.retry_policy)

    def release(self, series: Series, which: HeldGroup) -> int:
        return sum(self._release(series, which, item) for item in self._read_held(series, which))

    def drop(self, series: Series, which: HeldGroup) -> int:
        return sum(map(self._bury_held, self._read_held(series, which)))

    def expire(self, today: date) -> int:
        """What DynamoDB's own time to live, which may take days, has not deleted yet."""
        if not self.may_expire(today):
            return 0
        responses = self._expire_from(self.tables.responses, ("partition", "key"), today)
        return responses + self._expire_from(self.tables.texts, ("partition",), today)

    def _read_waiting(self, series: Series, through: date, *attributes: str) -> Iterator[Item]:
        first, last = bound_waiting(series, through)
        return self._query_places(series, first, last, attributes)

    def _query_places(self, series: Series, first: str, last: str, attributes: Sequence[str]) -> Iterator[Item]:
        """The named attributes of what stands between two places, shard after shard."""
        for shard in partitions(series):
            yield from read_items(
                self.retry_policy,
                self.client().query,
                TableName=self.tables.responses,
                IndexName=INDEX,
                KeyConditionExpression="#partition = :partition AND #place BETWEEN :first AND :last",
                ExpressionAttributeValues={":partition": {"S": shard}, ":first": {"S": first}, ":last": {"S": last}},
                ExpressionAttributeNames=_attribute_names("partition", "place", *attributes),
                ProjectionExpression=_projection(attributes),
                ConsistentRead=True,
            )

    def _mark(self, series: Series, cohort: int, item: Item) -> bool:
        """Seal one response; False when it was withdrawn since it was read."""
        return self._write_on_condition(
            self.client().update_item,
            TableName=self.tables.responses,
            Key={"partition": item["partition"], "key": item["key"]},
            UpdateExpression="SET #cohort = :cohort, #place = :place REMOVE #digest",
            ConditionExpression="attribute_exists(#digest)",
            ExpressionAttributeNames=_attribute_names("cohort", "place", "digest"),
            ExpressionAttributeValues={
                ":cohort": {"N": str(cohort)},
                ":place": {"S": place_sealed(series, cohort, item["key"]["S"])},
            },
        )

    def _hold_back(self, series: Series, item: Item) -> bool:
        """Hold one back; False when it was withdrawn since it was read."""
        which = HeldGroup(window_of(item["place"]["S"]), Doubt.UNCOUNTABLE.value)
        return self._move(item, place_held(series, which, item["key"]["S"]), self.retry_policy)

    def _read_held(self, series: Series, which: HeldGroup) -> list[Item]:
        # Read whole before anything is written: a page must not be followed from a place that has moved.
        place = place_held(series, which, "")
        return list(self._query_places(series, place, f"{place}~", ("partition", "key", "place")))

    def _release(self, series: Series, which: HeldGroup, item: Item) -> bool:
        """Let one wait like any other; False when it was withdrawn or decided about meanwhile."""
        # Asked for each anew, as for a put: a seal that closes days waits for one write, not for a thousand.
        day = max(which.day, self._read_first_open(series) or which.day)
        return self._move(item, place_waiting(series, day, item["key"]["S"]), self.put_retry_policy)

    def _move(self, item: Item, place: str, retry_policy: RetryPolicy) -> bool:
        """Give one another place; False when it has left the one where it was read."""
        return self._write_on_condition(
            self.client().update_item,
            retry_policy=retry_policy,
            TableName=self.tables.responses,
            Key={"partition": item["partition"], "key": item["key"]},
            UpdateExpression="SET #place = :place",
            ConditionExpression="#place = :before",
            ExpressionAttributeNames=_attribute_names("place"),
            ExpressionAttributeValues={":place": {"S": place}, ":before": item["place"]},
        )

    def _bury_held(self, item: Item) -> bool:
        """Leave a tombstone of one; False as above."""
        return self._write_on_condition(
            self.client().update_item,
            TableName=self.tables.responses,
            Key={"partition": item["partition"], "key": item["key"]},
            UpdateExpression="REMOVE " + _projection(WITHDRAWN_ATTRIBUTES),
            ConditionExpression="#place = :held",
            ExpressionAttributeNames=_attribute_names(*WITHDRAWN_ATTRIBUTES),
            ExpressionAttributeValues={":held": item["place"]},
        )

    def _read_first_open(self, series: Series) -> date | None:
        key = {"series": {"S": str(series)}}
        found = self._call(self.client().get_item, TableName=self.tables.days, Key=key, ConsistentRead=True)
        return date.fromisoformat(found["Item"]["first_open"]["S"]) if "Item" in found else None

    def _advance_first_open(self, series: Series, first_open: str) -> bool:
        """Move the first open day forward; False when it is that far already."""
        return self._write_on_condition(
            self.client().update_item,
            TableName=self.tables.days,
            Key={"series": {"S": str(series)}},
            UpdateExpression="SET #first_open = :first_open",
            ConditionExpression="attribute_not_exists(#first_open) OR #first_open < :first_open",
            ExpressionAttributeNames=_attribute_names("first_open"),
            ExpressionAttributeValues={":first_open": {"S": first_open}},
        )

    def _expire_from(self, table: str, names: Sequence[str], today: date) -> int:
        expired = read_items(
            self.retry_policy,
            self.client().scan,
            TableName=table,
            FilterExpression="#expires <= :now",
            ProjectionExpression=_projection(names),
            ExpressionAttributeNames=_attribute_names("expires", *names),
            ExpressionAttributeValues={":now": {"N": str(expiry_epoch(today))}},
            ConsistentRead=True,
        )
        batches = split_into_batches({"DeleteRequest": {"Key": item}} for item in expired)
        return sum(write_all(self.client(), self.retry_policy, table, batch) for batch in batches)

    def _write_on_condition(
        self, write: Callable[..., Mapping[str, Any]], retry_policy: RetryPolicy | None = None, **request: object
    ) -> bool:
        try:
            (retry_policy or self.retry_policy).call(lambda again: write(**request))
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return False
        return True

    def _call(self, call: Callable[..., Mapping[str, Any]], **request: object) -> Mapping[str, Any]:
        return self.retry_policy.call(lambda again: call(**request))


def _attribute_names(*attributes: str) -> dict[str, str]:
    return {f"#{attribute}": attribute for attribute in attributes}


def _projection(attributes: Sequence[str]) -> str:
    return ", ".join(f"#{attribute}" for attribute in attributes)
