"""What Zappa is told. Its defaults log bodies and addresses, give every right, and open an address to everybody."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from boucle.amazon.event_guard import JOB, LambdaStage

HANDLER = "boucle.entrypoints.lambda_handler.handle"
APPLICATION = "boucle.entrypoints.lambda_api.app"
NAMES_OF_V0_1_0 = ("boucle.aws.entry.handle", "boucle.aws.application.app", "boucle.aws.job.run")
"""What installations deployed by v0.1.0 call until they are deployed again. They stay for one version."""
ENTRY_POINTS = (HANDLER, APPLICATION, JOB, *NAMES_OF_V0_1_0)
"""What is called from outside; with all that these import, it is the code in the package."""
REGION = "eu-west-3"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The package holds bytecode of the Python that made it."""

EXCLUDED_PATTERNS = [
    # Their tests, servers and command lines. What only an error calls for stays.
    "cffi",  # its compiled half, beside it, is all that libsodium's binding loads
    "click/_termui_impl.*",
    "click/_textwrap.*",
    "click/_winconsole.*",
    "click/shell_completion.*",
    "click/testing.*",
    "flask/testing.*",
    "jinja2/ext.*",
    "jinja2/meta.*",
    "jinja2/nativetypes.*",
    "jinja2/sandbox.*",
    "markdown_it/cli",
    "nacl/hash*.*",
    "nacl/pwhash",
    "nacl/secret.*",
    "nacl/signing.*",
    "packaging/[!_v]*",  # apispec compares two versions, and that is all
    "packaging/_[a-z]*",
    "werkzeug/_reloader.*",
    "werkzeug/debug",
    "werkzeug/middleware",
    "werkzeug/testapp.*",
    "zappa/asynchronous.*",
    "zappa/cli.*",
    "zappa/core.*",
    "zappa/ext",
    "zappa/letsencrypt.*",
    "zappa/policies",
    "zappa/websocket.*",
    "*.dist-info/METADATA",
    "*.dist-info/RECORD",
]
"""Of other people's packages: ours holds what the entry points import, and no more. Each must match something.

Globs rather than bare names: Zappa would take those at every depth, and `core.py` is click's too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZappaTarget:
    """Where a stage goes, as the stack's outputs tell it. The package alone needs none of it."""

    region: str = REGION
    code_bucket: str = "set-by-deploy"
    roles: tuple[tuple[LambdaStage, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    dead_letters: str = ""
    rate: str = "rate(1 hour)"


def build_zappa_settings(name: str, target: ZappaTarget | None = None) -> dict[str, dict[str, object]]:
    """Zappa's settings for both stages."""
    where = target or ZappaTarget()
    return {
        stage.value: _build_common_settings(name, where, stage) | _build_stage_settings(where, stage)
        for stage in LambdaStage
    }


def _build_common_settings(name: str, target: ZappaTarget, stage: LambdaStage) -> dict[str, object]:
    return {
        "project_name": name,
        "app_function": APPLICATION,
        "app_type": "wsgi",
        "lambda_handler": HANDLER,
        "runtime": RUNTIME,
        "aws_region": target.region,
        "s3_bucket": target.code_bucket,
        "manage_roles": False,
        "role_arn": dict(target.roles).get(stage, ""),
        # In the function's configuration, so that one package serves both stages.
        "aws_environment_variables": {**dict(target.environment), "BOUCLE_STAGE": stage.value},
        "debug": False,
        "log_level": "WARNING",
        "use_precompiled_packages": False,
        "exclude_glob": EXCLUDED_PATTERNS,
        # Else these leave in base64, and a REST API hands them on like that.
        "additional_text_mimetypes": ["application/problem+json", "application/vnd.oai.openapi+json"],
        "slim_handler": False,
        "keep_warm": False,
        "touch": False,
        "xray_tracing": False,
        "cloudwatch_log_level": "OFF",
        "cloudwatch_data_trace": False,
        "cloudwatch_metrics_enabled": False,
    }


def _build_stage_settings(target: ZappaTarget, stage: LambdaStage) -> dict[str, object]:
    if stage is LambdaStage.API:
        return {"memory_size": 512, "timeout_seconds": 10, "binary_support": True}
    return {
        "memory_size": 1024,
        "timeout_seconds": 900,
        "apigateway_enabled": False,
        # One at a time: two jobs would not harm each other, but one of them would draw its noise in vain.
        "lambda_concurrency": 1,
        "dead_letter_config": {"TargetArn": target.dead_letters},
        "events": [{"function": JOB, "expression": target.rate}],
    }
