"""Deploys an installation: checks, stack, package, functions, site, smoke test. Any step can be run again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from boucle.amazon.event_guard import LambdaStage
from boucle.content.locked import find_refused_studies
from boucle.core.errors import BoucleError
from boucle.deployment.package import build_package
from boucle.deployment.stack import Stack
from boucle.deployment.upload import upload_site
from boucle.deployment.zappa_settings import ZappaTarget, build_zappa_settings
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.batches import read_locks
from boucle.storage.dynamodb_store.tables import Tables

if TYPE_CHECKING:
    import boto3

NAME_PATTERN = re.compile(r"[a-z][a-z0-9-]{1,30}")
Zappa = Callable[[list[str], Path], None]
Fetch = Callable[[str], int]


class NotDeployable(BoucleError):
    """A check failed; nothing was touched."""


class DeploymentStopped(BoucleError):
    """A step failed; what came before it stands, and the same command goes on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRequest:
    """What somebody wants to be deployed, and from where."""

    name: str
    email: str
    account: str | None
    """The account that it must be; None takes that of the credentials."""
    domain: str
    certificate: str
    template: Path
    requirements: Path
    surveys: Path
    built_site: Path
    text_key: str
    """The public key that free texts are sealed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One installation on its way to an account."""

    request: DeploymentRequest
    session: boto3.Session
    say: Callable[[str], None]
    zappa: Zappa
    fetch: Fetch

    def check(self) -> str:
        """The account, if all that can be checked beforehand is right. Raises NotDeployable, with every error."""
        account = self._read_account()
        found = _find_target_errors(self.request, self.session.region_name, account)
        found += _find_source_errors(self.request)
        self._refuse(found or self._find_edited_versions())
        return account

    def _find_edited_versions(self) -> list[str]:
        """The files that are not what people have answered there: their answers would be refused."""
        client, tables = self.session.client("dynamodb"), Tables.with_prefix(self.request.name)
        try:
            client.describe_table(TableName=tables.versions)
        except client.exceptions.ResourceNotFoundException:
            return []
        locked = read_locks(RetryPolicy(), lambda: client, tables)
        return list(find_refused_studies(self.request.surveys, locked).values())

    def _refuse(self, errors: list[str]) -> None:
        if errors:
            raise NotDeployable("nothing was touched:\n" + "\n".join(f"- {error}" for error in errors))

    def plan(self) -> list[str]:
        """What `run` will do, in order."""
        request, account, region = self.request, self.check(), self.session.region_name
        return [
            f"account {account}, region {region}",
            f"stack {request.name}: tables {request.name}-responses, -texts, -days, -ledger, -spent, -versions; "
            f"buckets {request.name}-site-{account}, -vault-{account}, -code-{account}; "
            f"roles, key, secret, logs, alarms to {request.email}, budget, distribution",
            f"package: the code, {request.surveys}, and the shells of {request.built_site}",
            f"function {request.name}-api, with a REST API in front of it",
            f"function {request.name}-jobs, once an hour, one at a time",
            "stack again: the distribution sends /api/* to the REST API",
            f"site: {request.built_site} to s3://{request.name}-site-{account}/built/; published/ is left alone",
            f"smoke test: https://{request.domain or 'the distribution'}/api/health answers 200",
        ]

    def run(self) -> str:
        """Deploy; the site's address. Raises NotDeployable and DeploymentStopped."""
        self.check()
        stack = Stack(self.session.client("cloudformation"), self.request.name)
        self._run_step(
            "the stack", lambda: stack.apply(self.request.template, self._make_parameters(self._find_api_host()))
        )
        outputs = stack.read_outputs()
        self._run_step("the functions", lambda: self._deploy_functions(outputs))
        self._run_step(
            "the way to the API",
            lambda: stack.apply(self.request.template, self._make_parameters(self._find_api_host())),
        )
        self._run_step("the site", lambda: self._upload(outputs))
        self._run_step("the smoke test", lambda: self._run_smoke_test(outputs["Origin"]))
        return outputs["Origin"]

    def destroy(self, *, data_too: bool) -> list[str]:
        """Take the functions and the stack away; what is still there. Raises NotDeployable and DeploymentStopped.

        Data stays unless told twice. After a failure the same command goes on from there.
        """
        self._refuse(_find_target_errors(self.request, self.session.region_name, self._read_account()))
        stack = Stack(self.session.client("cloudformation"), self.request.name)
        outputs = stack.read_outputs() if stack.exists() else {}
        self._run_step("the functions", lambda: self._undeploy(outputs))
        if outputs:
            self._run_step("the packages", lambda: _empty_bucket(self.session, outputs["CodeBucket"]))
            self._run_step("the stack", stack.delete)
        kept = [f"table {table}" for table in Tables.with_prefix(self.request.name).all]
        if data_too:
            self._run_step("the tables", self._delete_tables)
            kept = []
        return [*kept, *(f"bucket {outputs[bucket]}" for bucket in ("SiteBucket", "VaultBucket") if bucket in outputs)]

    def _undeploy(self, outputs: dict[str, str]) -> None:
        with TemporaryDirectory() as folder:
            self._write_settings(Path(folder), outputs)
            for stage in LambdaStage:
                if self._is_deployed(stage):
                    self.zappa(["undeploy", stage.value, "--yes"], Path(folder))

    def _read_account(self) -> str:
        try:
            return self.session.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise NotDeployable(
                f"nothing was touched: AWS does not know you ({error}). Set AWS_PROFILE, or log in."
            ) from error

    def _make_parameters(self, api_host: str) -> dict[str, str]:
        request = self.request
        parameters = {
            "Name": request.name,
            "AlarmEmail": request.email,
            "ApiHost": api_host,
            "ContentSecurityPolicy": PageRenderer.csp(),
            "FramedSecurityPolicy": PageRenderer.csp_of_frames(),
            "Domain": request.domain,
        }
        return parameters | ({"CertificateArn": request.certificate} if request.certificate else {})

    def _deploy_functions(self, outputs: dict[str, str]) -> None:
        with TemporaryDirectory() as folder:
            package = Path(folder, "package.zip")
            build_package(
                requirements=self.request.requirements,
                surveys=self.request.surveys,
                built_site=self.request.built_site,
                output=package,
                region=self.session.region_name,
            )
            self._write_settings(Path(folder), outputs)
            for stage in LambdaStage:
                command = "update" if self._is_deployed(stage) else "deploy"
                self.zappa([command, stage.value, "--zip", str(package)], Path(folder))
            self.zappa(["schedule", LambdaStage.JOBS.value], Path(folder))

    def _write_settings(self, folder: Path, outputs: dict[str, str]) -> None:
        place = ZappaTarget(
            region=self.session.region_name,
            code_bucket=outputs.get("CodeBucket", ""),
            roles=((LambdaStage.API, outputs.get("ApiRole", "")), (LambdaStage.JOBS, outputs.get("JobsRole", ""))),
            dead_letters=outputs.get("DeadLetters", ""),
            environment=(
                ("BOUCLE_NAME", self.request.name),
                ("BOUCLE_BUCKET", outputs.get("SiteBucket", "")),
                ("BOUCLE_VAULT", outputs.get("VaultBucket", "")),
                ("BOUCLE_MASTER_KEY", outputs.get("MasterKey", "")),
                ("BOUCLE_ORIGIN", outputs.get("Origin", "")),
                ("BOUCLE_TEXT_KEY", self.request.text_key),
            ),
        )
        settings = json.dumps(build_zappa_settings(self.request.name, place))
        (folder / "zappa_settings.json").write_text(settings, encoding="utf-8")

    def _is_deployed(self, stage: LambdaStage) -> bool:
        client = self.session.client("lambda")
        try:
            client.get_function(FunctionName=f"{self.request.name}-{stage.value}")
        except client.exceptions.ResourceNotFoundException:
            return False
        return True

    def _find_api_host(self) -> str:
        """The host of the REST API that Zappa made; empty before it has."""
        apis = self.session.client("apigateway").get_rest_apis(limit=500)["items"]
        mine = [api["id"] for api in apis if api["name"] == f"{self.request.name}-{LambdaStage.API.value}"]
        return f"{mine[0]}.execute-api.{self.session.region_name}.amazonaws.com" if mine else ""

    def _upload(self, outputs: dict[str, str]) -> None:
        uploaded, deleted = upload_site(self.session.client("s3"), outputs["SiteBucket"], self.request.built_site)
        self.say(f"  {uploaded} files, {deleted} old ones deleted")

    def _run_smoke_test(self, origin: str) -> None:
        status = self.fetch(f"{origin}/api/health")
        if status != 200:
            raise DeploymentStopped(
                f"{origin}/api/health answers {status}: see the log /aws/lambda/{self.request.name}-api"
            )

    def _delete_tables(self) -> None:
        client = self.session.client("dynamodb")
        for table in Tables.with_prefix(self.request.name).all:
            with suppress(client.exceptions.ResourceNotFoundException):
                client.update_table(TableName=table, DeletionProtectionEnabled=False)
                client.delete_table(TableName=table)

    def _run_step(self, what: str, work: Callable[[], None]) -> None:
        self.say(f"{what} ...")
        try:
            work()
        except (ClientError, BotoCoreError, OSError) as error:
            raise DeploymentStopped(f"{what}: {error}. What came before stands; say the same command again.") from error


def _find_target_errors(request: DeploymentRequest, region: str | None, account: str) -> list[str]:
    found = []
    if not NAME_PATTERN.fullmatch(request.name):
        found.append(f"{request.name!r} cannot be a name: lower case letters, digits and dashes, at most 31")
    if not region:
        found.append("no region is set: export AWS_DEFAULT_REGION=eu-west-3, or set it in the profile")
    if request.account and request.account != account:
        found.append(f"the credentials are for account {account}, and not for {request.account}")
    return found


def _find_source_errors(request: DeploymentRequest) -> list[str]:
    found = []
    if not request.text_key:
        found.append("there is no key to seal free texts to: make one with `boucle keys new`")
    if bool(request.domain) != bool(request.certificate):
        found.append("a domain needs its certificate (in us-east-1), and a certificate its domain")
    found += [
        f"there is no {path}" for path in (request.template, request.requirements, request.surveys) if not path.exists()
    ]
    if not (request.built_site / "index.html").exists():
        found.append(f"{request.built_site} holds no built site: run `boucle build`")
    return found


def _empty_bucket(session: boto3.Session, bucket: str) -> None:
    client = session.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            client.delete_object(Bucket=bucket, Key=item["Key"])


def run_zappa(arguments: list[str], folder: Path) -> None:
    """Zappa's own command, where its settings are. Raises DeploymentStopped."""
    done = subprocess.run(  # noqa: S603  # our own words, and no shell
        [sys.executable, "-m", "zappa.cli", *arguments], cwd=folder, env=os.environ | {"VIRTUAL_ENV": sys.prefix},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise DeploymentStopped(f"zappa {' '.join(arguments[:2])}: {(done.stdout + done.stderr).strip()[-1500:]}")


def fetch_status(address: str) -> int:
    """The status with which an https address answers."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  # the stack's own output, https
        status: int = answer.status
        return status
