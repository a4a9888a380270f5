"""The invitations that were used, in a DynamoDB table of their own: without recovery, and without a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from boucle.core.ports import UsedInvitation
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.dynamodb_store.items import make_invitation_item
from boucle.storage.dynamodb_store.stores import CONDITION_FAILED
from boucle.storage.dynamodb_store.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, kw_only=True)
class DynamoUsedInvitations:
    """A `UsedInvitations` that may put and nothing else. The client is made at the first call."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)

    def redeem(self, invitation: UsedInvitation) -> bool:
        try:
            self.retry_policy.call(
                lambda again: self.client().put_item(
                    TableName=self.tables.spent,
                    Item=make_invitation_item(invitation),
                    # The same item over itself changes nothing: a replay needs no right to read.
                    ConditionExpression="attribute_not_exists(#key) OR #mark = :mark",
                    ExpressionAttributeNames={"#key": "key", "#mark": "mark"},
                    ExpressionAttributeValues={":mark": {"S": invitation.mark}},
                )
            )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return False
        return True
