"""The invitations that were used, in a DynamoDB table of their own: without recovery, and without a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from boucle.core.ports import SpentCode
from boucle.storage.amazon_retries import Patience, error_code
from boucle.storage.dynamodb_store.items import spent_item
from boucle.storage.dynamodb_store.stores import REFUSED
from boucle.storage.dynamodb_store.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, kw_only=True)
class DynamoSpent:
    """A `SpentCodes` that may put and nothing else. The client is made at the first call."""

    client: Callable[[], DynamoDBClient]
    tables: Tables
    patience: Patience = field(default_factory=Patience)

    def spend(self, spent: SpentCode) -> bool:
        try:
            self.patience.call(
                lambda again: self.client().put_item(
                    TableName=self.tables.spent,
                    Item=spent_item(spent),
                    # The same item over itself changes nothing: a replay needs no right to read.
                    ConditionExpression="attribute_not_exists(#key) OR #mark = :mark",
                    ExpressionAttributeNames={"#key": "key", "#mark": "mark"},
                    ExpressionAttributeValues={":mark": {"S": spent.mark}},
                )
            )
        except ClientError as error:
            if error_code(error) != REFUSED:
                raise
            return False
        return True
