"""Reads the DynamoDB tables whole, and fills them from a copy. For the operator's own rights: it scans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from boucle.core.ports import Held
from boucle.storage.amazon_retries import Patience, error_code
from boucle.storage.dynamodb_store.batches import in_batches, pages
from boucle.storage.dynamodb_store.items import response_name, spent_item, text_name
from boucle.storage.dynamodb_store.stores import REFUSED, DynamoLedger
from boucle.storage.dynamodb_store.tables import (
    Tables,
    expiry_epoch,
    held_of,
    held_place,
    sealed_place,
    waiting_place,
    window_of,
)
from boucle.storage.transfer_format import (
    KeptDays,
    KeptEntry,
    KeptResponse,
    KeptSpent,
    KeptText,
    Record,
    refuse_other_entry,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

WRITERS = 8


@dataclass(frozen=True, kw_only=True)
class DynamoCopies:
    """The five tables of one installation; a `Copyable`."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    patience: Patience = field(default_factory=lambda: Patience(seconds=60))
    restored: bool = False
    """Whether these tables were restored to a point in time, which what people can take back never is."""

    def records(self) -> Iterator[Record]:
        entries = [_entry(item) for item in self._all(self.tables.ledger)]
        yield from sorted(entries, key=lambda each: (each.series, each.number))
        yield from (_days(item) for item in self._all(self.tables.days))
        yield from (_response(item) for item in self._all(self.tables.responses))
        if self.restored:
            return
        yield from (_text(item) for item in self._all(self.tables.texts))
        yield from (_spent(item) for item in self._all(self.tables.spent))

    def texts(self) -> Iterator[KeptText]:
        """The free texts alone, for those who moderate them."""
        yield from (_text(item) for item in self._all(self.tables.texts))

    def spent_keys(self) -> Iterator[str]:
        """The invitations that were used, by their one-way names alone."""
        named = {"ProjectionExpression": "#key", "ExpressionAttributeNames": {"#key": "key"}}
        for item in pages(self.patience, self.client().scan, TableName=self.tables.spent, ConsistentRead=True, **named):
            yield item["key"]["S"]

    def take(self, records: Iterable[Record]) -> int:
        with ThreadPoolExecutor(WRITERS) as pool:
            # A batch at a time: the records of a large store do not fit in memory.
            return sum(sum(pool.map(self._take, batch)) for batch in in_batches(records))

    def _take(self, record: Record) -> int:
        if isinstance(record, KeptEntry):
            self._append(record)
        else:
            self._put_if_absent(record)
        return 1

    def _append(self, record: KeptEntry) -> None:
        ledger = DynamoLedger(client=self.client, tables=self.tables, patience=self.patience)
        if not ledger.append(record.series, record.number, record.entry):
            refuse_other_entry(record, ledger.entries(record.series)[record.number - 1])

    def _put_if_absent(self, record: KeptResponse | KeptText | KeptDays | KeptSpent) -> None:
        table, key, item = self._item(record)
        try:
            self.patience.call(
                lambda again: self.client().put_item(
                    TableName=table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#key)",
                    ExpressionAttributeNames={"#key": key},
                )
            )
        except ClientError as error:
            if error_code(error) != REFUSED:
                raise

    def _item(self, record: KeptResponse | KeptText | KeptDays | KeptSpent) -> tuple[str, str, Item]:
        """The table, the name of its key, and the item."""
        match record:
            case KeptResponse():
                return self.tables.responses, "key", _response_item(record)
            case KeptText():
                return self.tables.texts, "partition", _text_item(record)
            case KeptDays():
                days: Item = {"series": {"S": str(record.series)}, "first_open": {"S": record.first_open}}
                return self.tables.days, "series", days
            case KeptSpent():
                return self.tables.spent, "key", spent_item(record.spent)

    def _all(self, table: str) -> Iterator[Item]:
        yield from pages(self.patience, self.client().scan, TableName=table, ConsistentRead=True)


def _entry(item: Item) -> KeptEntry:
    return KeptEntry(**_series(item["series"]["S"]), number=int(item["number"]["N"]), entry=item["entry"]["B"])


def _days(item: Item) -> KeptDays:
    return KeptDays(**_series(item["series"]["S"]), first_open=item["first_open"]["S"])


def _response(item: Item) -> KeptResponse:
    study, questionnaire = item["partition"]["S"].split("#")[0].split("/")
    waits = "place" in item and "cohort" not in item
    return KeptResponse(
        study=study,
        questionnaire=questionnaire,
        major=int(item["major"]["N"]),
        wave=item["wave"]["S"],
        key=item["key"]["S"],
        expires=_day(item),
        version=_said(item, "version"),
        language=_said(item, "language"),
        mode=_said(item, "mode"),
        answers=_said(item, "answers"),
        window=window_of(item["place"]["S"]).isoformat() if waits else None,
        held=held.doubt if waits and (held := held_of(item["place"]["S"])) else None,
        digest=_said(item, "digest"),
        cohort=int(item["cohort"]["N"]) if "cohort" in item else None,
    )


def _text(item: Item) -> KeptText:
    where, key = item["partition"]["S"].split("#")
    study, questionnaire = where.split("/")
    return KeptText(
        study=study,
        questionnaire=questionnaire,
        major=int(item["major"]["N"]),
        wave=item["wave"]["S"],
        key=key,
        question=item["question"]["S"],
        payload=item["payload"]["B"],
        expires=_day(item),
    )


def _spent(item: Item) -> KeptSpent:
    return KeptSpent(key=item["key"]["S"], mark=item["mark"]["S"], expires=_day(item))


def _response_item(record: KeptResponse) -> Item:
    texts = {name: getattr(record, name) for name in ("version", "language", "mode", "answers", "digest")}
    return {
        **response_name(record.study, record.questionnaire, record.key),
        **_common(record),
        **{name: {"S": value} for name, value in texts.items() if value is not None},
        **({"cohort": {"N": str(record.cohort)}} if record.cohort is not None else {}),
        **_place(record),
    }


def _place(record: KeptResponse) -> Item:
    """Where it stands in the index; nowhere when it was withdrawn before it was sealed."""
    if record.cohort is not None:
        return {"place": {"S": sealed_place(record.series, record.cohort, record.key)}}
    if record.window is None:
        return {}
    day = date.fromisoformat(record.window)
    if record.held is not None:
        return {"place": {"S": held_place(record.series, Held(day, record.held), record.key)}}
    return {"place": {"S": waiting_place(record.series, day, record.key)}}


def _text_item(record: KeptText) -> Item:
    return {
        **text_name(record.study, record.questionnaire, record.key),
        **_common(record),
        "question": {"S": record.question},
        "payload": {"B": record.payload},
    }


def _common(record: KeptResponse | KeptText) -> Item:
    expires = expiry_epoch(date.fromisoformat(record.expires))
    return {"major": {"N": str(record.major)}, "wave": {"S": record.wave}, "expires": {"N": str(expires)}}


def _series(name: str) -> dict[str, Any]:
    study, questionnaire, major, wave = name.split("/")
    return {"study": study, "questionnaire": questionnaire, "major": int(major.removeprefix("v")), "wave": wave}


def _said(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _day(item: Item) -> str:
    return datetime.fromtimestamp(int(item["expires"]["N"]), UTC).date().isoformat()
