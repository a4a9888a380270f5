"""Deploying and destroying, against a moto server as far as it goes.

Where moto is not AWS, and what that leaves unproved here:
- its CloudFormation says that all is there, while it drops TTL, point-in-time recovery, encryption, bucket policies,
  alarms and the distribution: `test_infrastructure.py` reads those from the template;
- it cannot refer to a distribution, a secret or a budget of a template: these are left out of it here, and the smoke
  test is told what it would be answered;
- it lacks ListFunctionUrlConfigs, with which `zappa update` ends: when an installation is deployed again, Zappa's words
  are recorded and not carried out;
- it does not run the functions: `test_lambda_package.py` runs the very package;
- it does not hold a role to its rights, nor a bucket to its lock;
- it answers DeleteStack of this template with a failure of its own, and knows no retained resources.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.parsers import ResponseParserError
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from boucle.cli import main
from boucle.core.ports import LockedVersion
from boucle.core.versions.lock import hash_version
from boucle.deployment.deploy import Deployment, DeploymentRequest, DeploymentStopped, NotDeployable, run_zappa
from boucle.pages.common import shells
from boucle.storage.dynamodb_store.items import make_lock_item
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.builders import REPOSITORY, SURVEYS

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Tried to parse AWS")]

NAME = "enquete"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    # Zappa and the command line find AWS through the environment.
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def built_site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    shell = folder / shells.address("parcours-de-qualite", "fr")
    shell.parent.mkdir(parents=True)
    shell.write_text("<!doctype html><head></head>")
    (folder / "index.html").write_text("<!doctype html>")
    return folder


UNKNOWN_TO_MOTO = ("AWS::CloudFront::", "AWS::SecretsManager::", "AWS::Budgets::", "AWS::S3::BucketPolicy")


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Ours, without what moto's CloudFormation fails at."""
    document = yaml.safe_load((REPOSITORY / "infra" / "template.yml").read_text("utf-8"))
    resources = document["Resources"]
    document["Resources"] = {
        name: resource for name, resource in resources.items() if not resource["Type"].startswith(UNKNOWN_TO_MOTO)
    }
    statements = document["Resources"]["ApiRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    statements[:] = [statement for statement in statements if statement["Resource"] != {"Ref": "MasterKey"}]
    del document["Outputs"]["Distribution"]
    document["Outputs"]["MasterKey"] = {"Value": "enquete-master-key"}
    document["Outputs"]["Origin"] = {"Value": "https://site.example"}
    file = tmp_path / "template.yml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


@pytest.fixture
def messages() -> list[str]:
    return []


@pytest.fixture
def deployment(server: str, template: Path, built_site: Path, messages: list[str]) -> Deployment:
    wish = DeploymentRequest(
        name=NAME,
        email="ops@example.org",
        account=None,
        domain="",
        certificate="",
        template=template,
        requirements=REPOSITORY / "requirements" / "lambda.txt",
        surveys=SURVEYS,
        built_site=built_site,
        text_key="a public key",
    )
    return Deployment(
        request=wish, session=boto3.Session(), say=messages.append, zappa=run_zappa, fetch=lambda address: 200
    )


def test_the_plan_names_everything_and_touches_nothing(deployment: Deployment) -> None:
    plan = "\n".join(deployment.plan())
    assert "enquete-site-123456789012" in plan
    assert "ops@example.org" in plan
    assert boto3.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_everything_that_is_wrong_is_said_at_once_before_anything_is_touched(deployment: Deployment) -> None:
    wish = replace(
        deployment.request,
        name="Enquête",
        account="999999999999",
        domain="a.example",
        built_site=Path("no"),
        text_key="",
    )
    with pytest.raises(NotDeployable) as refused:
        replace(deployment, request=wish).run()
    for part in (
        "cannot be a name",
        "and not for 999999999999",
        "needs its certificate",
        "boucle build",
        "boucle keys new",
    ):
        assert part in str(refused.value)
    assert boto3.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_a_file_that_is_not_what_was_answered_there_is_not_deployed(deployment: Deployment) -> None:
    tables, client = Tables.with_prefix(NAME), boto3.client("dynamodb")
    for definition in build_table_definitions(tables):
        client.create_table(**definition)
    lock = LockedVersion("parcours-de-qualite", "candidats", "1.0.0", "0" * 64)
    client.put_item(TableName=tables.versions, Item=make_lock_item(lock))
    with pytest.raises(NotDeployable, match="was answered and has changed"):
        deployment.check()
    content = (SURVEYS / lock.path).read_bytes()
    client.put_item(TableName=tables.versions, Item=make_lock_item(lock._replace(file_hash=hash_version(content))))
    assert deployment.check()


def test_an_installation_is_deployed_deployed_again_and_taken_away(deployment: Deployment, messages: list[str]) -> None:
    deployment.run()
    functions = boto3.client("lambda")
    api = functions.get_function_configuration(FunctionName="enquete-api")
    jobs = functions.get_function_configuration(FunctionName="enquete-jobs")
    assert api["Handler"] == jobs["Handler"] == "boucle.entrypoints.lambda_handler.handle"
    assert (api["Role"].rsplit("/")[-1], jobs["Role"].rsplit("/")[-1]) == ("enquete-api", "enquete-jobs")
    stages = [function["Environment"]["Variables"]["BOUCLE_STAGE"] for function in (api, jobs)]
    assert stages == ["api", "jobs"]
    [rule] = boto3.client("events").list_rules()["Rules"]
    assert rule["Name"].endswith("-boucle.entrypoints.lambda_job.run")
    site = "enquete-site-123456789012"
    boto3.client("s3").put_object(Bucket=site, Key="published/release.json", Body=b"{}")

    (deployment.request.built_site / "index.html").unlink()
    (deployment.request.built_site / "index.html").write_text("<!doctype html>again")
    words: list[list[str]] = []
    replace(deployment, zappa=lambda command, folder: words.append(command[:2])).run()
    assert words == [["update", "api"], ["update", "jobs"], ["schedule", "jobs"]]
    keys = {item["Key"] for item in boto3.client("s3").list_objects_v2(Bucket=site)["Contents"]}
    assert keys == {"built/index.html", "built/_boucle/shell/parcours-de-qualite.fr.html", "published/release.json"}

    with pytest.raises(ResponseParserError):  # moto's own failure; by then the functions are gone
        deployment.destroy(data_too=False)
    assert functions.list_functions()["Functions"] == []


def test_after_a_failure_the_same_command_goes_on(deployment: Deployment) -> None:
    def break_off(words: list[str], folder: Path) -> None:
        raise DeploymentStopped("zappa deploy api: no")

    with pytest.raises(DeploymentStopped):
        replace(deployment, zappa=break_off).run()
    assert deployment.run()


def test_a_smoke_test_that_fails_says_where_to_look(deployment: Deployment) -> None:
    silent = replace(deployment, zappa=lambda words, folder: None, fetch=lambda address: 502)
    with pytest.raises(DeploymentStopped, match="answers 502"):
        silent.run()


def test_what_is_left_of_the_data_is_deleted_when_told_twice(deployment: Deployment) -> None:
    """Some of it may be gone: another attempt was stopped in between."""
    tables = boto3.client("dynamodb")
    for definition in build_table_definitions(Tables.with_prefix(NAME))[:2]:
        tables.create_table(**(definition | {"DeletionProtectionEnabled": True}))
    assert deployment.destroy(data_too=False) == [f"table {table}" for table in Tables.with_prefix(NAME).all]
    assert len(tables.list_tables()["TableNames"]) == 2
    for _ in range(2):
        assert deployment.destroy(data_too=True) == []
    assert tables.list_tables()["TableNames"] == []


def test_data_is_deleted_only_when_told_twice(server: str) -> None:
    once = CliRunner().invoke(main, ["destroy", "--stage", NAME, "--delete-data"])
    other = CliRunner().invoke(main, ["destroy", "--stage", NAME, "--delete-data", "--yes-delete-data-of", "another"])
    assert (once.exit_code, other.exit_code) == (2, 2)
    assert "say it twice" in once.output
