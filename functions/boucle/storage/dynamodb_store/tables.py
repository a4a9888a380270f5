"""The DynamoDB tables: their keys, the one index, and where an item lies. infra/template.json owns the real ones.

Responses, texts and used invitations share no key and no order. `days` is apart because the web may read it and
never write it, `versions` because the web may put there what its first answer locks, and read nothing else.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zlib import crc32

from boucle.core.ports import HeldGroup
from boucle.core.study.model import Series

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import (
        AttributeDefinitionTypeDef,
        CreateTableInputTypeDef,
        KeySchemaElementTypeDef,
    )

HELD = "held"
NOTE_SUFFIX = "#note"
"""After the name of a series: where the note beside its entries lies."""
SHARDS = 16
"""Fixed for ever: a response's shard comes from its key."""

INDEX = "places"
SEAL_ATTRIBUTES = ("version", "mode", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The names of an installation's six tables."""

    responses: str
    texts: str
    days: str
    ledger: str
    spent: str
    versions: str

    @classmethod
    def with_prefix(cls, prefix: str) -> Tables:
        """Every table of an installation called `prefix`."""
        return cls(**{field.name: f"{prefix}-{field.name}" for field in fields(cls)})

    @property
    def all(self) -> tuple[str, ...]:
        """All six names."""
        return astuple(self)


def build_table_definitions(tables: Tables) -> list[CreateTableInputTypeDef]:
    """What CreateTable needs for each."""
    return [
        {
            "TableName": tables.responses,
            "KeySchema": [_hash_key("partition"), _range_key("key")],
            "AttributeDefinitions": [
                _string_attribute("partition"),
                _string_attribute("key"),
                _string_attribute("place"),
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": INDEX,
                    "KeySchema": [_hash_key("partition"), _range_key("place")],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(SEAL_ATTRIBUTES)},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
        _make_simple_table(tables.texts, "partition"),
        _make_simple_table(tables.days, "series"),
        _make_simple_table(tables.spent, "key"),
        _make_simple_table(tables.versions, "path"),
        {
            "TableName": tables.ledger,
            "KeySchema": [_hash_key("series"), _range_key("number")],
            "AttributeDefinitions": [_string_attribute("series"), {"AttributeName": "number", "AttributeType": "N"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    ]


def shard_of(key: str) -> int:
    """The same for the same key, for ever, and even over many."""
    return crc32(key.encode()) % SHARDS


def partition(study: str, questionnaire: str, shard: int) -> str:
    """The hash key of responses: those of one questionnaire, in one of SHARDS parts, counted from 0."""
    return f"{study}/{questionnaire}#{shard:02d}"


def partitions(series: Series) -> list[str]:
    """Every hash key under which responses of a series may lie."""
    return [partition(series.study, series.questionnaire, shard) for shard in range(SHARDS)]


def text_partition(study: str, questionnaire: str, key: str) -> str:
    """The hash key of one free text, which lies alone."""
    return f"{study}/{questionnaire}#{key}"


def place_waiting(series: Series, window: date, key: str) -> str:
    """Where an answer of that day stands in the index while it waits."""
    return f"{_prefix_waiting(series)}{window}#{key}"


def bound_waiting(series: Series, through: date) -> tuple[str, str]:
    """Before the first and after the last place of what waits, up to the end of that day."""
    prefix = _prefix_waiting(series)
    return prefix, f"{prefix}{through}#~"


def place_held(series: Series, which: HeldGroup, key: str) -> str:
    """Where an answer that is held back stands: after every day, so that no seal reads it."""
    return f"{prefix_held(series)}{which.doubt}#{which.day}#{key}"


def prefix_held(series: Series) -> str:
    """How the places of what is held back of a series begin."""
    return f"{_prefix_waiting(series)}{HELD}#"


def parse_place(place: str) -> tuple[int, str]:
    """The major version and the wave in any place."""
    major, wave, *_ = place.split("#")
    return int(major), wave


def parse_series(name: str) -> Series | None:
    """The series that is called so; None for the name of its note."""
    if name.endswith(NOTE_SUFFIX):
        return None
    study, questionnaire, major, wave = name.split("/")
    return Series(study, questionnaire, int(major.removeprefix("v")), wave)


def window_of(place: str) -> date:
    """The day in a place, of what waits or is held back."""
    return date.fromisoformat(place.split("#")[-2])


def read_held_group(place: str) -> HeldGroup | None:
    """Which decision it waits for; None when it is not held back."""
    _, _, state, *_ = place.split("#")
    return HeldGroup(window_of(place), place.split("#")[3]) if state == HELD else None


def place_sealed(series: Series, cohort: int, key: str) -> str:
    """Where a sealed answer stands: after every day, with its cohort, in the order of its key, which tells no day."""
    return f"{prefix_sealed(series, cohort)}{key}"


def prefix_sealed(series: Series, cohort: int) -> str:
    """How the places of one cohort begin."""
    return f"{series.major}#{series.wave}#sealed#{cohort}#"


def expiry_epoch(day: date) -> int:
    """The day as DynamoDB's time to live wants it: seconds, at midnight UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _prefix_waiting(series: Series) -> str:
    return f"{series.major}#{series.wave}#"


def _make_simple_table(name: str, key: str) -> CreateTableInputTypeDef:
    return {
        "TableName": name,
        "KeySchema": [_hash_key(key)],
        "AttributeDefinitions": [_string_attribute(key)],
        "BillingMode": "PAY_PER_REQUEST",
    }


def _hash_key(name: str) -> KeySchemaElementTypeDef:
    return {"AttributeName": name, "KeyType": "HASH"}


def _range_key(name: str) -> KeySchemaElementTypeDef:
    return {"AttributeName": name, "KeyType": "RANGE"}


def _string_attribute(name: str) -> AttributeDefinitionTypeDef:
    return {"AttributeName": name, "AttributeType": "S"}
