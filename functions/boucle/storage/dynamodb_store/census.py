"""Which series there are in a table, found by leaping from each to the next: a call a series, not an item.

DynamoDB bills what is read. A scan or a query of one item may begin after any key, stored or not: after the last
possible one of what was found stands the first of the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boucle.core.study.model import Series
from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.batches import read_items
from boucle.storage.dynamodb_store.tables import INDEX, Tables, parse_place, parse_series

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

LAST = "~"
"""Greater than any stored key that begins like it."""
LAST_NUMBER = "99999999"


@dataclass(frozen=True, kw_only=True)
class Census:
    """Counts by series; nothing of an answer is asked for."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy

    def count_stray_responses(self, known: Set[Series]) -> Mapping[Series, int]:
        """How many responses stand in the index under other series than these."""
        found: Counter[Series] = Counter()
        for partition in self._leap(self.tables.responses, "partition", {"key": {"S": LAST}}):
            for series, prefix in self._list_series(partition):
                if series not in known:
                    found[series] += self._count(partition, prefix)
        return found

    def count_stray_entries(self, known: Set[Series]) -> Mapping[Series, int]:
        """How many entries the ledger has under other series than these."""
        names = list(self._leap(self.tables.ledger, "series", {"number": {"N": LAST_NUMBER}}))
        found = [series for name in names if (series := parse_series(name)) is not None]
        return {series: self._count_entries(series) for series in found if series not in known}

    def _leap(self, table: str, name: str, last: Item) -> Iterator[str]:
        """Every value of a table's hash key."""
        start: dict[str, Any] = {}
        while True:
            page = self._call(
                self.client().scan,
                TableName=table,
                Limit=1,
                ProjectionExpression="#name",
                ExpressionAttributeNames={"#name": name},
                **start,
            )
            if not page["Items"]:
                return
            value = page["Items"][0][name]
            yield value["S"]
            start = {"ExclusiveStartKey": {name: value, **last}}

    def _list_series(self, partition: str) -> Iterator[tuple[Series, str]]:
        """The series of which something stands in the index of a partition, and how their places begin."""
        after = " "
        while page := self._query(partition, "#place > :after", {":after": {"S": after}}, Limit=1):
            study, questionnaire = partition.split("#")[0].split("/")
            major, wave = parse_place(page[0]["place"]["S"])
            prefix = f"{major}#{wave}#"
            yield Series(study, questionnaire, major, wave), prefix
            after = f"{prefix}{LAST}"

    def _count(self, partition: str, prefix: str) -> int:
        places = read_items(
            self.retry_policy,
            self.client().query,
            **self._make_query(partition, "begins_with(#place, :prefix)", {":prefix": {"S": prefix}}),
        )
        return sum(1 for _ in places)

    def _query(self, partition: str, condition: str, values: Item, **limits: object) -> list[Item]:
        found: list[Item] = self._call(self.client().query, **self._make_query(partition, condition, values), **limits)[
            "Items"
        ]
        return found

    def _make_query(self, partition: str, condition: str, values: Item) -> dict[str, Any]:
        return {
            "TableName": self.tables.responses,
            "IndexName": INDEX,
            "KeyConditionExpression": f"#partition = :partition AND {condition}",
            "ExpressionAttributeNames": {"#partition": "partition", "#place": "place"},
            "ExpressionAttributeValues": {":partition": {"S": partition}, **values},
            "ProjectionExpression": "#place",
        }

    def _count_entries(self, series: Series) -> int:
        page = self._call(
            self.client().query,
            TableName=self.tables.ledger,
            KeyConditionExpression="#series = :series",
            ExpressionAttributeNames={"#series": "series"},
            ExpressionAttributeValues={":series": {"S": str(series)}},
            ScanIndexForward=False,
            Limit=1,
        )
        # Entries are numbered from 1 without a gap.
        return int(page["Items"][0]["number"]["N"])

    def _call(self, call: Callable[..., Mapping[str, Any]], **request: object) -> Mapping[str, Any]:
        return self.retry_policy.call(lambda again: call(**request))
