"""The API over DynamoDB while it throttles, fails, hangs, or answers into the void: 503, and nothing half stored.

Amazon's own DynamoDB Local stands behind a proxy of ours that does as it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from botocore.config import Config
from flask.testing import FlaskClient

from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.amazon import dynamodb_local
from support.amazon_benches import local_dynamodb, make_session
from support.api import ApiInstallation, address, make_submission
from support.servers.fault_proxy import BROKEN, HANGING, LOST, THROTTLED, Fault, FaultProxy

pytestmark = pytest.mark.slow

IMPATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=2, connect_timeout=2)
WITH_TEXT = {"accompagne": "no", "message": "Un message"}


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    proxy = FaultProxy(dynamodb_local.start_endpoint())
    yield proxy
    proxy.close()


@pytest.fixture
def store(proxy: FaultProxy) -> Iterator[DynamoResponseStore]:
    tables = Tables.with_prefix(f"faults-{uuid4().hex}")
    client = make_session().client("dynamodb", endpoint_url=proxy.address, config=IMPATIENT)
    for definition in build_table_definitions(tables):
        local_dynamodb().create_table(**definition)
    yield DynamoResponseStore(client=lambda: client, tables=tables, retry_policy=RetryPolicy(seconds=3))
    client.close()


@pytest.fixture
def api(store: DynamoResponseStore) -> FlaskClient:
    return ApiInstallation(store=store).client


def items(store: DynamoResponseStore) -> tuple[int, int]:
    """How many responses and how many texts lie there."""
    client = local_dynamodb()
    return tuple(client.scan(TableName=table)["Count"] for table in (store.tables.responses, store.tables.texts))  # type: ignore[return-value]  # two


@pytest.mark.parametrize("fault", [THROTTLED, BROKEN, HANGING], ids=["throttled", "broken", "hanging"])
def test_while_it_fails_people_are_told_when_to_come_back_and_nothing_is_stored(
    proxy: FaultProxy, store: DynamoResponseStore, api: FlaskClient, fault: Fault
) -> None:
    body = make_submission(WITH_TEXT)
    proxy.fault = fault
    refused = api.post(address(), json=body)
    assert (refused.status_code, (refused.json or {})["code"]) == (503, "store_away")
    assert int(refused.headers["Retry-After"]) > 0
    proxy.fault = None
    assert items(store) == (0, 0)
    assert api.post(address(), json=body).status_code == 201
    assert items(store) == (1, 1)


def test_an_answer_that_was_lost_leaves_one_response_however_often_it_is_sent(
    proxy: FaultProxy, store: DynamoResponseStore, api: FlaskClient
) -> None:
    """It was stored, and nobody heard of it: its repeat is a replay, which puts the text that is missing."""
    body = make_submission(WITH_TEXT)
    proxy.fault = LOST
    assert api.post(address(), json=body).status_code == 503
    proxy.fault = None
    assert api.post(address(), json=body).status_code in {200, 201}
    assert api.post(address(), json=body).status_code == 200
    assert items(store) == (1, 1)


def test_a_short_throttling_is_not_noticed(proxy: FaultProxy, store: DynamoResponseStore, api: FlaskClient) -> None:
    before = proxy.request_count
    proxy.fault = THROTTLED

    def recover(seconds: float) -> None:
        proxy.fault = None

    waiting = DynamoResponseStore(
        client=store.client, tables=store.tables, retry_policy=RetryPolicy(seconds=5, sleep=recover)
    )
    assert ApiInstallation(store=waiting).client.post(address(), json=make_submission()).status_code == 201
    assert proxy.request_count > before + 2
