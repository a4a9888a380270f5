"""The package as Lambda has it, and an installation on AWS for it: made once for the tests that need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from boucle.amazon import clients
from boucle.cli import main
from boucle.deployment.package import LambdaPackage
from boucle.moderation.keys import generate_text_key
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.amazon import dynamodb_local
from support.amazon.lambda_runtime import (
    Lambda,
    build_demonstration_package,
    link_lambda_packages,
    unpack,
    write_shells,
)
from support.amazon_benches import local_dynamodb, make_session
from support.builders import SURVEYS


@pytest.fixture(scope="session")
def lambda_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lambda")


@pytest.fixture(scope="session")
def shells_only(lambda_folder: Path) -> Path:
    """All that the package takes of a built site."""
    return write_shells(lambda_folder / "site")


@pytest.fixture(scope="session")
def package(lambda_folder: Path, shells_only: Path) -> LambdaPackage:
    return build_demonstration_package(lambda_folder / "first.zip", shells_only)


@pytest.fixture(scope="session")
def task(lambda_folder: Path, package: LambdaPackage) -> tuple[Path, Path]:
    """The unpacked package, and what Lambda has beside it."""
    return unpack(package.file, lambda_folder), link_lambda_packages(lambda_folder)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def environment(moto: str) -> dict[str, str]:
    """An installation on AWS: tables in DynamoDB Local, buckets and the master key in moto."""
    name = f"boucle-{uuid4().hex[:8]}"
    for definition in build_table_definitions(Tables.with_prefix(name)):
        local_dynamodb().create_table(**definition)
    s3 = make_session().client("s3", endpoint_url=moto)
    for bucket in ("site", "vault"):
        s3.create_bucket(Bucket=f"{name}-{bucket}", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    secrets = make_session().client("secretsmanager", endpoint_url=moto)
    secrets.create_secret(Name=f"{name}-master", SecretString="a secret of this test")
    return {
        "BOUCLE_NAME": name,
        "BOUCLE_BUCKET": f"{name}-site",
        "BOUCLE_VAULT": f"{name}-vault",
        "BOUCLE_MASTER_KEY": f"{name}-master",
        "BOUCLE_ORIGIN": "https://enquete.example.org",
        "BOUCLE_TEXT_KEY": generate_text_key().public,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_REGION": "eu-west-3",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local.start_endpoint(),
        "AWS_ENDPOINT_URL_S3": moto,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": moto,
    }


@pytest.fixture(scope="module")
def api(task: tuple[Path, Path], environment: dict[str, str]) -> Iterator[Lambda]:
    function = Lambda(*task, {**environment, "BOUCLE_STAGE": "api"}, "boucle.entrypoints.lambda_handler.handle")
    yield function
    function.stop()


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """The command line of somebody who has every right on AWS: it finds moto, where no other address is set."""
    for name, value in (("DEFAULT_REGION", "eu-west-3"), ("ACCESS_KEY_ID", "nobody"), ("SECRET_ACCESS_KEY", "nothing")):
        monkeypatch.setenv(f"AWS_{name}", value)
    clients.dynamodb.cache_clear()
    clients.s3.cache_clear()

    def boucle(*words: str) -> str:
        ran = CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "--surveys", str(SURVEYS), *words])
        assert ran.exit_code == 0, ran.output
        return ran.output

    yield boucle
    clients.dynamodb.cache_clear()
    clients.s3.cache_clear()
