"""A deployed v0.1.0 names our code from outside: what Amazon was told to call still answers, under those names."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from shutil import copytree
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.amazon_benches import make_session, moto_dynamodb, moto_s3
from support.first_version import KEPT, STUDY, SURVEYS

NAMES: dict[str, str] = json.loads((KEPT / "aws" / "names.json").read_text("utf-8"))
CALLS = ("health-v1", "health-v2", "form-v1", "form-v2", "submission-v1", "submission-v2-again")
Handler = Callable[[object, object], Any]


def resolve(name: str) -> Any:
    """What a dotted name leads to, as Lambda and Zappa look for it."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def read_event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((KEPT / "aws" / f"{name}.json").read_text("utf-8"))
    return event


def zappa_settings() -> ModuleType:
    """The module that Zappa writes into the package, with what v0.1.0 told it."""
    module, _, function = NAMES["app_function"].rpartition(".")
    settings = ModuleType("zappa_settings")
    off = ("LOG_LEVEL", "DJANGO_SETTINGS", "EXCEPTION_HANDLER", "DOMAIN", "AUTHORIZER_FUNCTION", "DEBUG")
    vars(settings).update(dict.fromkeys(off))
    maps = ("ENVIRONMENT_VARIABLES", "CONTEXT_HEADER_MAPPINGS", "AWS_EVENT_MAPPING", "AWS_BOT_EVENT_MAPPING")
    vars(settings).update({name: {} for name in (*maps, "COGNITO_TRIGGER_MAPPING")})
    vars(settings).update(PROJECT_NAME="boucle", API_STAGE="api", BINARY_SUPPORT=True, APP_TYPE="wsgi")
    vars(settings).update(APP_MODULE=module, APP_FUNCTION=function)
    return settings


def open_surveys(folder: Path) -> None:
    """The kept study in a wave that takes answers still: Lambda has the machine's clock."""
    copytree(SURVEYS, folder / "surveys")
    file = folder / "surveys" / STUDY / "study.json"
    file.write_text(file.read_text("utf-8").replace('"2026-06-30"', '"2099-12-31"'), "utf-8")


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The handler by its old name, over moto's Amazon."""
    name = f"boucle-{uuid4().hex}"
    for definition in build_table_definitions(Tables.with_prefix(name)):
        moto_dynamodb().create_table(**definition)
    for bucket in ("site", "vault"):
        where: Any = {"LocationConstraint": "eu-west-3"}
        moto_s3().create_bucket(Bucket=f"{name}-{bucket}", CreateBucketConfiguration=where)
    make_session().client("secretsmanager").create_secret(Name=f"{name}-master", SecretString="a secret of this test")
    open_surveys(tmp_path)
    environment = {
        "BOUCLE_NAME": name,
        "BOUCLE_BUCKET": f"{name}-site",
        "BOUCLE_VAULT": f"{name}-vault",
        "BOUCLE_MASTER_KEY": f"{name}-master",
        "BOUCLE_ORIGIN": "https://enquete.example.org",
        "BOUCLE_TEXT_KEY": (KEPT / "home" / "texts.pub").read_text("ascii").strip(),
        "LAMBDA_TASK_ROOT": str(tmp_path),
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    for key, value in {**environment, "SERVERTYPE": "", "FRAMEWORK": "", "PROJECT": "", "STAGE": ""}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setitem(sys.modules, "zappa_settings", zappa_settings())
    monkeypatch.delitem(sys.modules, NAMES["app_function"].rpartition(".")[0], raising=False)
    handler: Handler = resolve(NAMES["lambda_handler"])
    return handler


def test_the_names_are_those_of_the_first_version() -> None:
    assert NAMES == {
        "lambda_handler": "boucle.aws.entry.handle",
        "app_function": "boucle.aws.application.app",
        "job": "boucle.aws.job.run",
    }
    assert callable(resolve(NAMES["job"]))
    assert read_event("schedule")["event"]["resources"][0].endswith(f"-{NAMES['job']}")


@pytest.mark.slow
def test_requests_are_answered_under_the_old_names(deployed: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUCLE_STAGE", "api")
    answers = {name: deployed(read_event(name)["event"], SimpleNamespace()) for name in CALLS}
    assert {name: answer["statusCode"] for name, answer in answers.items()} == {
        name: read_event(name)["status"] for name in CALLS
    }
    first, again = (json.loads(answers[name]["body"])["receipt"] for name in CALLS[-2:])
    assert first == again


@pytest.mark.slow
def test_the_schedule_runs_the_job_under_its_old_name(deployed: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUCLE_STAGE", "jobs")
    assert deployed(read_event("schedule")["event"], None)["alarms"] == []
    with pytest.raises(Exception, match="takes no such event"):
        deployed(read_event("health-v1")["event"], None)
