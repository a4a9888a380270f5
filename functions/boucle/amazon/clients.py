"""Clients of Amazon's services, for the job and the operator: each made once in a process, at its first call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from boucle.storage.amazon_retries import CONNECT_SECONDS, READ_SECONDS, RetryPolicy

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@cache
def dynamodb() -> DynamoDBClient:
    """The client of DynamoDB, with the credentials and the region of the environment."""
    import boto3  # a quarter of a second, which no other command should pay

    return boto3.client("dynamodb", config=make_client_config())


@cache
def s3() -> S3Client:
    """The client of S3, likewise."""
    import boto3  # as above

    return boto3.client("s3", config=make_client_config())


def read_secret(name: str) -> bytes:
    """The value of a secret. Raises StoreUnavailable."""
    import boto3  # as above

    return read_secret_with(boto3.client("secretsmanager", config=make_client_config()), name)


def read_secret_with(client: Any, name: str) -> bytes:
    """As a client of Secrets Manager tells it. Raises StoreUnavailable."""
    text: str = RetryPolicy().call(lambda again: client.get_secret_value(SecretId=name)["SecretString"])
    return text.encode()


def read_account() -> str:
    """The number of the account that the credentials are for."""
    import boto3  # as above

    return boto3.client("sts").get_caller_identity()["Account"]


def make_client_config() -> Config:
    """Trying again is ours (`storage/amazon_retries.py`): botocore does not know which attempts were carried out."""
    from botocore.config import Config  # as above

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},
        tcp_keepalive=True,
    )
