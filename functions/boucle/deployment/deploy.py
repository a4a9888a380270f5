"""Deploys an installation: checks, stack, package, functions, site, smoke test. Any step can be said again."""

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

from boucle.amazon.event_guard import Stage
from boucle.core.errors import Refusal
from boucle.deployment.package import build_package
from boucle.deployment.stack import Stack
from boucle.deployment.upload import upload_site
from boucle.deployment.zappa_settings import Place, zappa_settings
from boucle.pages.forms.renderer import Renderer
from boucle.storage.dynamodb_store.tables import Tables

if TYPE_CHECKING:
    import boto3

NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
Zappa = Callable[[list[str], Path], None]
Fetch = Callable[[str], int]


class NotDeployable(Refusal):
    """A check failed; nothing was touched."""


class DeploymentStopped(Refusal):
    """A step failed; what came before it stands, and the same command goes on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
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

    wish: Wish
    session: boto3.Session
    say: Callable[[str], None]
    zappa: Zappa
    fetch: Fetch

    def check(self) -> str:
        """The account, if all that can be checked beforehand is right. Raises NotDeployable, with every error."""
        account = self._account()
        self._refuse(_wrong_place(self.wish, self.session.region_name, account) + _wrong_sources(self.wish))
        return account

    def _refuse(self, wrong: list[str]) -> None:
        if wrong:
            raise NotDeployable("nothing was touched:\n" + "\n".join(f"- {each}" for each in wrong))

    def plan(self) -> list[str]:
        """What `run` will do, in order."""
        wish, account, region = self.wish, self.check(), self.session.region_name
        return [
            f"account {account}, region {region}",
            f"stack {wish.name}: tables {wish.name}-responses, -texts, -days, -ledger, -spent; "
            f"buckets {wish.name}-site-{account}, -vault-{account}, -code-{account}; "
            f"roles, key, secret, logs, alarms to {wish.email}, budget, distribution",
            f"package: the code, {wish.surveys}, and the shells of {wish.built_site}",
            f"function {wish.name}-api, with a REST API in front of it",
            f"function {wish.name}-jobs, once an hour, one at a time",
            "stack again: the distribution sends /api/* to the REST API",
            f"site: {wish.built_site} to s3://{wish.name}-site-{account}/built/; published/ is left alone",
            f"smoke test: https://{wish.domain or 'the distribution'}/api/health answers 200",
        ]

    def run(self) -> str:
        """Deploy; the site's address. Raises NotDeployable and DeploymentStopped."""
        self.check()
        stack = Stack(self.session.client("cloudformation"), self.wish.name)
        self._step("the stack", lambda: stack.apply(self.wish.template, self._parameters(self._api_host())))
        outputs = stack.outputs()
        self._step("the functions", lambda: self._functions(outputs))
        self._step("the way to the API", lambda: stack.apply(self.wish.template, self._parameters(self._api_host())))
        self._step("the site", lambda: self._upload(outputs))
        self._step("the smoke test", lambda: self._smoke(outputs["Origin"]))
        return outputs["Origin"]

    def destroy(self, *, data_too: bool) -> list[str]:
        """Take the functions and the stack away; what is still there afterwards. Raises as `run` does.

        Data stays unless told twice. After a failure the same words go on from there.
        """
        self._refuse(_wrong_place(self.wish, self.session.region_name, self._account()))
        stack = Stack(self.session.client("cloudformation"), self.wish.name)
        outputs = stack.outputs() if stack.exists() else {}
        self._step("the functions", lambda: self._undeploy(outputs))
        if outputs:
            self._step("the packages", lambda: _empty_bucket(self.session, outputs["CodeBucket"]))
            self._step("the stack", stack.delete)
        kept = [f"table {each}" for each in Tables.prefixed(self.wish.name).all]
        if data_too:
            self._step("the tables", self._delete_tables)
            kept = []
        return [*kept, *(f"bucket {outputs[each]}" for each in ("SiteBucket", "VaultBucket") if each in outputs)]

    def _undeploy(self, outputs: dict[str, str]) -> None:
        with TemporaryDirectory() as folder:
            self._write_settings(Path(folder), outputs)
            for stage in Stage:
                if self._is_deployed(stage):
                    self.zappa(["undeploy", stage.value, "--yes"], Path(folder))

    def _account(self) -> str:
        try:
            return self.session.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise NotDeployable(
                f"nothing was touched: AWS does not know you ({error}). Set AWS_PROFILE, or log in."
            ) from error

    def _parameters(self, api_host: str) -> dict[str, str]:
        wish = self.wish
        parameters = {
            "Name": wish.name,
            "AlarmEmail": wish.email,
            "ApiHost": api_host,
            "ContentSecurityPolicy": Renderer.csp(),
            "FramedSecurityPolicy": Renderer.framed_csp(),
            "Domain": wish.domain,
        }
        return parameters | ({"CertificateArn": wish.certificate} if wish.certificate else {})

    def _functions(self, outputs: dict[str, str]) -> None:
        with TemporaryDirectory() as folder:
            package = Path(folder, "package.zip")
            build_package(
                requirements=self.wish.requirements,
                surveys=self.wish.surveys,
                built_site=self.wish.built_site,
                output=package,
                region=self.session.region_name,
            )
            self._write_settings(Path(folder), outputs)
            for stage in Stage:
                word = "update" if self._is_deployed(stage) else "deploy"
                self.zappa([word, stage.value, "--zip", str(package)], Path(folder))
            self.zappa(["schedule", Stage.JOBS.value], Path(folder))

    def _write_settings(self, folder: Path, outputs: dict[str, str]) -> None:
        place = Place(
            region=self.session.region_name,
            code_bucket=outputs.get("CodeBucket", ""),
            roles=((Stage.API, outputs.get("ApiRole", "")), (Stage.JOBS, outputs.get("JobsRole", ""))),
            dead_letters=outputs.get("DeadLetters", ""),
            environment=(
                ("BOUCLE_NAME", self.wish.name),
                ("BOUCLE_BUCKET", outputs.get("SiteBucket", "")),
                ("BOUCLE_VAULT", outputs.get("VaultBucket", "")),
                ("BOUCLE_MASTER_KEY", outputs.get("MasterKey", "")),
                ("BOUCLE_ORIGIN", outputs.get("Origin", "")),
                ("BOUCLE_TEXT_KEY", self.wish.text_key),
            ),
        )
        settings = json.dumps(zappa_settings(self.wish.name, place))
        (folder / "zappa_settings.json").write_text(settings, encoding="utf-8")

    def _is_deployed(self, stage: Stage) -> bool:
        client = self.session.client("lambda")
        try:
            client.get_function(FunctionName=f"{self.wish.name}-{stage.value}")
        except client.exceptions.ResourceNotFoundException:
            return False
        return True

    def _api_host(self) -> str:
        """The host of the REST API that Zappa made; empty before it has."""
        apis = self.session.client("apigateway").get_rest_apis(limit=500)["items"]
        mine = [each["id"] for each in apis if each["name"] == f"{self.wish.name}-{Stage.API.value}"]
        return f"{mine[0]}.execute-api.{self.session.region_name}.amazonaws.com" if mine else ""

    def _upload(self, outputs: dict[str, str]) -> None:
        uploaded, deleted = upload_site(self.session.client("s3"), outputs["SiteBucket"], self.wish.built_site)
        self.say(f"  {uploaded} files, {deleted} old ones deleted")

    def _smoke(self, origin: str) -> None:
        status = self.fetch(f"{origin}/api/health")
        if status != 200:
            raise DeploymentStopped(
                f"{origin}/api/health answers {status}: see the log /aws/lambda/{self.wish.name}-api"
            )

    def _delete_tables(self) -> None:
        client = self.session.client("dynamodb")
        for table in Tables.prefixed(self.wish.name).all:
            with suppress(client.exceptions.ResourceNotFoundException):
                client.update_table(TableName=table, DeletionProtectionEnabled=False)
                client.delete_table(TableName=table)

    def _step(self, what: str, work: Callable[[], None]) -> None:
        self.say(f"{what} ...")
        try:
            work()
        except (ClientError, BotoCoreError, OSError) as error:
            raise DeploymentStopped(f"{what}: {error}. What came before stands; say the same command again.") from error


def _wrong_place(wish: Wish, region: str | None, account: str) -> list[str]:
    found = []
    if not NAME.fullmatch(wish.name):
        found.append(f"{wish.name!r} cannot be a name: lower case letters, digits and dashes, at most 31")
    if not region:
        found.append("no region is set: export AWS_DEFAULT_REGION=eu-west-3, or set it in the profile")
    if wish.account and wish.account != account:
        found.append(f"the credentials are for account {account}, and not for {wish.account}")
    return found


def _wrong_sources(wish: Wish) -> list[str]:
    found = []
    if not wish.text_key:
        found.append("there is no key to seal free texts to: make one with `boucle keys new`")
    if bool(wish.domain) != bool(wish.certificate):
        found.append("a domain needs its certificate (in us-east-1), and a certificate its domain")
    found += [f"there is no {each}" for each in (wish.template, wish.requirements, wish.surveys) if not each.exists()]
    if not (wish.built_site / "index.html").exists():
        found.append(f"{wish.built_site} holds no built site: run `boucle build`")
    return found


def _empty_bucket(session: boto3.Session, bucket: str) -> None:
    client = session.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            client.delete_object(Bucket=bucket, Key=each["Key"])


def run_zappa(words: list[str], folder: Path) -> None:
    """Zappa's own command, where its settings are. Raises DeploymentStopped."""
    done = subprocess.run(  # noqa: S603  # our own words, and no shell
        [sys.executable, "-m", "zappa.cli", *words], cwd=folder, env=os.environ | {"VIRTUAL_ENV": sys.prefix},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise DeploymentStopped(f"zappa {' '.join(words[:2])}: {(done.stdout + done.stderr).strip()[-1500:]}")


def status_of(address: str) -> int:
    """The status with which an https address answers."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  # the stack's own output, https
        status: int = answer.status
        return status
