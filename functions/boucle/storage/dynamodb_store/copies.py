"""Reads the DynamoDB tables whole, and fills them from a copy. For the operator's own rights: it scans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from boucle.core.ports import HeldGroup, LockedVersion
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.dynamodb_store.batches import read_items, read_locks, split_into_batches
from boucle.storage.dynamodb_store.items import (
    make_invitation_item,
    response_item_key,
    text_item_key,
)
from boucle.storage.dynamodb_store.ledger import DynamoLedger
from boucle.storage.dynamodb_store.stores import CONDITION_FAILED, DynamoResponseStore
from boucle.storage.dynamodb_store.tables import (
    NOTE_SUFFIX,
    Tables,
    expiry_epoch,
    place_held,
    place_sealed,
    place_waiting,
    read_held_group,
    window_of,
)
from boucle.storage.transfer_format import (
    ExportedDays,
    ExportedEntry,
    ExportedInvitation,
    ExportedLock,
    ExportedResponse,
    ExportedText,
    Record,
    refuse_other_entry,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from boucle.storage.dynamodb_store.items import Item

WRITERS = 8


@dataclass(frozen=True, kw_only=True)
class DynamoTransfer:
    """The six tables of one installation; a `StoreTransfer`."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(seconds=60))
    restored: bool = False
    """Whether these tables were restored to a point in time, which what people can take back never is."""

    def export_records(self) -> Iterator[Record]:
        # A note beside entries stays: where the copy goes, `boucle clock repair` writes it again.
        items = self._scan(self.tables.ledger)
        entries = [_parse_entry(item) for item in items if not item["series"]["S"].endswith(NOTE_SUFFIX)]
        yield from sorted(entries, key=lambda entry: (entry.series, entry.number))
        yield from (_parse_days(item) for item in self._scan(self.tables.days))
        if not self.restored:
            yield from (ExportedLock(**lock._asdict()) for lock in self.read_locked_versions())
        yield from (_parse_response(item) for item in self._scan(self.tables.responses))
        if self.restored:
            return
        yield from (_parse_text(item) for item in self._scan(self.tables.texts))
        yield from (_parse_invitation(item) for item in self._scan(self.tables.spent))

    def read_locked_versions(self) -> Sequence[LockedVersion]:
        """Every version that an answer has locked."""
        return read_locks(self.retry_policy, self.client, self.tables)

    def export_texts(self) -> Iterator[ExportedText]:
        """The free texts alone, for those who moderate them."""
        yield from (_parse_text(item) for item in self._scan(self.tables.texts))

    def read_used_invitation_keys(self) -> Iterator[str]:
        """The invitations that were used, by their one-way names alone."""
        named = {"ProjectionExpression": "#key", "ExpressionAttributeNames": {"#key": "key"}}
        for item in read_items(
            self.retry_policy, self.client().scan, TableName=self.tables.spent, ConsistentRead=True, **named
        ):
            yield item["key"]["S"]

    def import_records(self, records: Iterable[Record]) -> int:
        with ThreadPoolExecutor(WRITERS) as pool:
            # A batch at a time: the records of a large store do not fit in memory.
            return sum(sum(pool.map(self._import_record, batch)) for batch in split_into_batches(records))

    def _import_record(self, record: Record) -> int:
        if isinstance(record, ExportedEntry):
            self._append(record)
        elif isinstance(record, ExportedLock):
            self._lock(record)
        else:
            self._put_if_absent(record)
        return 1

    def _append(self, record: ExportedEntry) -> None:
        ledger = DynamoLedger(client=self.client, tables=self.tables, retry_policy=self.retry_policy)
        if not ledger.append(record.series, record.number, record.entry):
            refuse_other_entry(record, ledger.read_entries(record.series)[record.number - 1])

    def _lock(self, record: ExportedLock) -> None:
        store = DynamoResponseStore(client=self.client, tables=self.tables, retry_policy=self.retry_policy)
        store.lock_version(record.locked_version)

    def _put_if_absent(self, record: ExportedResponse | ExportedText | ExportedDays | ExportedInvitation) -> None:
        table, key, item = self._make_item(record)
        try:
            self.retry_policy.call(
                lambda again: self.client().put_item(
                    TableName=table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#key)",
                    ExpressionAttributeNames={"#key": key},
                )
            )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise

    def _make_item(
        self, record: ExportedResponse | ExportedText | ExportedDays | ExportedInvitation
    ) -> tuple[str, str, Item]:
        """The table, the name of its key, and the item."""
        match record:
            case ExportedResponse():
                return self.tables.responses, "key", _make_response_item(record)
            case ExportedText():
                return self.tables.texts, "partition", _make_text_item(record)
            case ExportedDays():
                days: Item = {"series": {"S": str(record.series)}, "first_open": {"S": record.first_open}}
                return self.tables.days, "series", days
            case ExportedInvitation():
                return self.tables.spent, "key", make_invitation_item(record.used_invitation)

    def _scan(self, table: str) -> Iterator[Item]:
        yield from read_items(self.retry_policy, self.client().scan, TableName=table, ConsistentRead=True)


def _parse_entry(item: Item) -> ExportedEntry:
    return ExportedEntry(
        **_parse_series(item["series"]["S"]), number=int(item["number"]["N"]), entry=item["entry"]["B"]
    )


def _parse_days(item: Item) -> ExportedDays:
    return ExportedDays(**_parse_series(item["series"]["S"]), first_open=item["first_open"]["S"])


def _parse_response(item: Item) -> ExportedResponse:
    study, questionnaire = item["partition"]["S"].split("#")[0].split("/")
    waits = "place" in item and "cohort" not in item
    return ExportedResponse(
        study=study,
        questionnaire=questionnaire,
        major=int(item["major"]["N"]),
        wave=item["wave"]["S"],
        key=item["key"]["S"],
        expires=_read_expiry_day(item),
        version=_read_string(item, "version"),
        language=_read_string(item, "language"),
        mode=_read_string(item, "mode"),
        answers=_read_string(item, "answers"),
        window=window_of(item["place"]["S"]).isoformat() if waits else None,
        held=held.doubt if waits and (held := read_held_group(item["place"]["S"])) else None,
        digest=_read_string(item, "digest"),
        cohort=int(item["cohort"]["N"]) if "cohort" in item else None,
    )


def _parse_text(item: Item) -> ExportedText:
    where, key = item["partition"]["S"].split("#")
    study, questionnaire = where.split("/")
    return ExportedText(
        study=study,
        questionnaire=questionnaire,
        major=int(item["major"]["N"]),
        wave=item["wave"]["S"],
        key=key,
        question=item["question"]["S"],
        payload=item["payload"]["B"],
        expires=_read_expiry_day(item),
    )


def _parse_invitation(item: Item) -> ExportedInvitation:
    return ExportedInvitation(key=item["key"]["S"], mark=item["mark"]["S"], expires=_read_expiry_day(item))


def _make_response_item(record: ExportedResponse) -> Item:
    texts = {name: getattr(record, name) for name in ("version", "language", "mode", "answers", "digest")}
    return {
        **response_item_key(record.study, record.questionnaire, record.key),
        **_make_common_attributes(record),
        **{name: {"S": value} for name, value in texts.items() if value is not None},
        **({"cohort": {"N": str(record.cohort)}} if record.cohort is not None else {}),
        **_make_place(record),
    }


def _make_place(record: ExportedResponse) -> Item:
    """Where it stands in the index; nowhere when it was withdrawn before it was sealed."""
    if record.cohort is not None:
        return {"place": {"S": place_sealed(record.series, record.cohort, record.key)}}
    if record.window is None:
        return {}
    day = date.fromisoformat(record.window)
    if record.held is not None:
        return {"place": {"S": place_held(record.series, HeldGroup(day, record.held), record.key)}}
    return {"place": {"S": place_waiting(record.series, day, record.key)}}


def _make_text_item(record: ExportedText) -> Item:
    return {
        **text_item_key(record.study, record.questionnaire, record.key),
        **_make_common_attributes(record),
        "question": {"S": record.question},
        "payload": {"B": record.payload},
    }


def _make_common_attributes(record: ExportedResponse | ExportedText) -> Item:
    expires = expiry_epoch(date.fromisoformat(record.expires))
    return {"major": {"N": str(record.major)}, "wave": {"S": record.wave}, "expires": {"N": str(expires)}}


def _parse_series(name: str) -> dict[str, Any]:
    study, questionnaire, major, wave = name.split("/")
    return {"study": study, "questionnaire": questionnaire, "major": int(major.removeprefix("v")), "wave": wave}


def _read_string(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None


def _read_expiry_day(item: Item) -> str:
    return datetime.fromtimestamp(int(item["expires"]["N"]), UTC).date().isoformat()
