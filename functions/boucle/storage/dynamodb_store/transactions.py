"""Puts that rest on the absence of other items: all at one moment, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from boucle.storage.amazon_retries import RetryPolicy, error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Reason = Mapping[str, Any]
"""Why one part of a transaction stopped it; its `Code` is "None" where that part did not."""

CANCELED = "TransactionCanceledException"
CHECK_FAILED = "ConditionalCheckFailed"
PASSING = frozenset({"None", "ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"})
"""What goes away by itself."""


def write_together(client: DynamoDBClient, retry_policy: RetryPolicy, parts: Sequence[Any]) -> Sequence[Reason]:
    """Write all parts, or none, with a reason for each in their order: a condition failed. Raises StoreUnavailable."""
    try:
        retry_policy.call(lambda again: _write_once(client, parts))
    except ClientError as error:
        reasons = _read_reasons(error)
        if not any(has_failed(reason) for reason in reasons):
            raise
        return reasons
    return ()


def has_failed(reason: Reason) -> bool:
    """Whether the condition of that part failed."""
    return bool(reason["Code"] == CHECK_FAILED)


def _write_once(client: DynamoDBClient, parts: Sequence[Any]) -> None:
    try:
        client.transact_write_items(TransactItems=parts)
    except ClientError as error:
        reasons = _read_reasons(error)
        if reasons and all(reason["Code"] in PASSING for reason in reasons):
            raise _make_conflict_error() from error
        raise


def _read_reasons(error: ClientError) -> Sequence[Reason]:
    if error_code(error) != CANCELED:
        return ()
    reasons: Sequence[Reason] = error.response["CancellationReasons"]
    return reasons


def _make_conflict_error() -> ClientError:
    """DynamoDB names what passes in the reasons only; here it is the conflict that a single write would meet."""
    return ClientError(
        {"Error": {"Code": "TransactionConflictException", "Message": "another write was first"}}, "TransactWriteItems"
    )
