"""Responses, texts and entries as DynamoDB items, and back. One named attribute for each thing that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boucle.core.ports import (
    Counted,
    HeldGroup,
    LockedVersion,
    NewResponse,
    NewText,
    Pending,
    Standing,
    UsedInvitation,
    Waiting,
    Withdrawn,
)
from boucle.core.study.model import Series
from boucle.storage.dynamodb_store.tables import (
    expiry_epoch,
    partition,
    place_held,
    place_waiting,
    shard_of,
    text_partition,
)
from boucle.storage.rows import answers_from_json, answers_to_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

STATUS_ATTRIBUTES = ("major", "wave", "cohort", "version", "digest")
"""All that the web may read of a response."""


def response_item_key(study: str, questionnaire: str, key: str) -> Item:
    """The key under which a response lies."""
    return {"partition": {"S": partition(study, questionnaire, shard_of(key))}, "key": {"S": key}}


def text_item_key(study: str, questionnaire: str, key: str) -> Item:
    """The key under which a free text lies."""
    return {"partition": {"S": text_partition(study, questionnaire, key)}}


def make_response_item(response: NewResponse) -> Item:
    """A response with all its attributes, at its place in the index."""
    series = response.series
    return {
        **response_item_key(series.study, series.questionnaire, response.key),
        "place": {"S": _make_place(response)},
        "major": {"N": str(series.major)},
        "wave": {"S": series.wave},
        "version": {"S": response.version},
        "language": {"S": response.language},
        "mode": {"S": response.mode},
        "answers": {"S": answers_to_json(response.answers)},
        "digest": {"S": response.digest},
        "expires": {"N": str(expiry_epoch(response.expires))},
    }


def _make_place(response: NewResponse) -> str:
    if response.doubt is None:
        return place_waiting(response.series, response.window, response.key)
    return place_held(response.series, HeldGroup(response.window, response.doubt.value), response.key)


def make_text_item(text: NewText) -> Item:
    """A free text, sealed already; nothing in it names its response."""
    return {
        **text_item_key(text.series.study, text.series.questionnaire, text.key),
        "major": {"N": str(text.series.major)},
        "wave": {"S": text.series.wave},
        "question": {"S": text.question},
        "payload": {"B": text.payload},
        "expires": {"N": str(expiry_epoch(text.expires))},
    }


def make_invitation_item(invitation: UsedInvitation) -> Item:
    """An invitation that was used; nothing in it names what it admitted."""
    return {
        "key": {"S": invitation.key},
        "mark": {"S": invitation.mark},
        "expires": {"N": str(expiry_epoch(invitation.expires))},
    }


def make_lock_item(lock: LockedVersion) -> Item:
    """A version that was answered, with the hash of its file."""
    return {"path": {"S": lock.path}, "file_hash": {"S": lock.file_hash}}


def read_lock_item(item: Item) -> LockedVersion:
    """The same, as it was put."""
    study, questionnaire, version = item["path"]["S"].removesuffix(".json").split("/")
    return LockedVersion(study, questionnaire, version, item["file_hash"]["S"])


def standing_of(study: str, questionnaire: str, status: Item) -> Standing:
    """Where a response stands, from its status attributes."""
    if is_withdrawn(status):
        return Withdrawn()
    if "cohort" not in status:
        return Waiting()
    series = Series(study, questionnaire, int(status["major"]["N"]), status["wave"]["S"])
    return Counted(series, int(status["cohort"]["N"]))


def is_withdrawn(status: Item) -> bool:
    """A tombstone keeps no version."""
    return "version" not in status


def pending_of(item: Item) -> Pending:
    """What a seal reads of a response."""
    return Pending(
        version=item["version"]["S"], mode=item["mode"]["S"], answers=answers_from_json(item["answers"]["S"])
    )
