"""A function's environment says where things are; the web's clients know their few operations and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from boucle.amazon.settings import AwsSettings, IncompleteEnvironment
from boucle.amazon.web_clients import OPERATIONS, WebClients
from boucle.deployment.excerpt import write_excerpt
from support.amazon_benches import make_session

ENVIRONMENT = {
    "BOUCLE_NAME": "enquete",
    "BOUCLE_BUCKET": "site",
    "BOUCLE_VAULT": "vault",
    "BOUCLE_MASTER_KEY": "secret",
    "BOUCLE_ORIGIN": "https://enquete.example.org",
    "LAMBDA_TASK_ROOT": "/var/task",
}


def test_the_environment_says_where_things_are() -> None:
    settings = AwsSettings.from_environment(ENVIRONMENT)
    assert settings.tables.ledger == "enquete-ledger"
    assert (settings.surveys, settings.shells, settings.excerpt) == (
        Path("/var/task/surveys"),
        Path("/var/task/built-site"),
        Path("/var/task/botocore-excerpt"),
    )
    assert settings.text_key == ""


def test_everything_that_is_missing_is_named_at_once() -> None:
    given = {name: value for name, value in ENVIRONMENT.items() if name not in ("BOUCLE_BUCKET", "LAMBDA_TASK_ROOT")}
    with pytest.raises(IncompleteEnvironment, match="lacks BOUCLE_BUCKET, LAMBDA_TASK_ROOT: deploy it again"):
        AwsSettings.from_environment(given)


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebClients]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    write_excerpt(tmp_path)
    with mock_aws():
        yield WebClients(tmp_path)


def test_the_web_asks_amazon_for_its_operations_and_no_other(clients: WebClients) -> None:
    client = clients.dynamodb()
    assert client is clients.dynamodb()
    assert set(client.meta.service_model.operation_names) == set(OPERATIONS["dynamodb"])
    assert client.meta.region_name == "eu-west-3"


def test_the_excerpt_suffices_to_read_a_secret(clients: WebClients) -> None:
    make_session().client("secretsmanager").create_secret(Name="secret", SecretString="0123")
    assert clients.read_secret("secret") == b"0123"
