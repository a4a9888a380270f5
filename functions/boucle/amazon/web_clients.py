"""The web's clients of Amazon's services, made for a cold start: botocore itself, over an excerpt of its data.

A client of boto3's reads the description of every region and of every operation, and lists four hundred folders, to
put one item. What the role of the API may do is six operations; the package holds their descriptions (`excerpt.py`),
and everything else of botocore's (signing, endpoints, connections, errors) is Lambda's own copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boucle.amazon.clients import make_client_config, read_secret_with

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from mypy_boto3_dynamodb import DynamoDBClient

OPERATIONS = {
    "dynamodb": ("DeleteItem", "GetItem", "PutItem", "TransactWriteItems", "UpdateItem"),
    "secretsmanager": ("GetSecretValue",),
}
"""What the API asks of Amazon: the rights of its role, and no more."""


@dataclass(frozen=True)
class WebClients:
    """Clients that know those operations only, each made once, when it is first asked for."""

    excerpt: Path

    @cached_property
    def _client(self) -> Callable[..., Any]:
        from botocore.session import get_session  # half of what Flask costs, which the import should not pay

        session = get_session()
        session.register_component("data_loader", _make_loader(self.excerpt))
        return session.create_client

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = self._client("dynamodb", config=make_client_config())
        return client

    def dynamodb(self) -> DynamoDBClient:
        """The client of DynamoDB, made at the first call."""
        return self._dynamodb

    def read_secret(self, name: str) -> bytes:
        """The value of a secret. Raises StoreUnavailable."""
        return read_secret_with(self._client("secretsmanager", config=make_client_config()), name)


def _make_loader(excerpt: Path) -> Loader:
    from botocore.loaders import Loader  # as above

    class ExcerptLoader(Loader):
        """The excerpt first, then botocore's own data."""

        def list_available_services(self, type_name: str) -> list[str]:
            return [*OPERATIONS]

    return ExcerptLoader(extra_search_paths=[str(excerpt)])
