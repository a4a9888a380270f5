"""What Zappa is told. Its defaults log bodies and addresses, give every right, and open an address to everybody."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from boucle.aws.guard import JOB, Stage

HANDLER = "boucle.aws.entry.handle"
APPLICATION = "boucle.aws.application.app"
REGION = "eu-west-3"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The package holds bytecode of the Python that made it."""

LEFT_OUT = [
    "boucle/cli",
    "boucle/demonstration",
    "boucle/audit",
    "boucle/authoring",
    "boucle/preview",
    "boucle/past_answers",
    "boucle/**/server.*",
    "boucle/**/sites.*",
    "boucle/**/compose.*",
    "boucle/aws/**/packaging.*",
    "boucle/aws/**/deployment.*",
    "boucle/aws/**/stack.*",
    "boucle/aws/**/upload.*",
    "boucle/**/backup.*",
    "boucle/**/compose_aws_store.*",
    "boucle/aws/**/zappa_settings.*",
    "zappa/**/cli.*",
    "zappa/**/core.*",
    "zappa/**/letsencrypt.*",
    "zappa/ext",
    "zappa/policies",
    "boucle/storage/**/sqlite*",
    "boucle/storage/**/database.*",
    "boucle/storage/**/commits.*",
    "boucle/storage/**/*copies.*",
    "boucle/storage/**/f[io]l*.*",
    "boucle/storage/**/memory.*",
    "boucle/storage/**/schema.*",
    "boucle/storage/**/statements.*",
    "boucle/**/compose_moderation.*",  # who moderates does so at home, where the private key is
    "boucle/**/compose_quotes.*",
    "boucle/jobs/**/quotes.*",
    "boucle/jobs/**/themes.*",
    "boucle/storage/**/coded_texts.*",
    "boucle/storage/**/moderation.*",
    "boucle/storage/**/shelves.*",
    "boucle/verbatims/**/agreed.*",
    "boucle/verbatims/**/ports.*",
    "boucle/verbatims/**/second.*",
    "boucle/verbatims/lists",
    "boucle/verbatims/templates",
    "boucle/verbatims/**/alerts.*",
    "boucle/verbatims/**/desk*.*",
    "boucle/verbatims/**/keys.*",
    "boucle/web/**/front.*",
    "boucle/web/**/gathering.*",
    "boucle/verbatims/**/personal.*",
    "boucle/web/**/static_site.*",
    "boucle/pages/**/plugin.*",
    "boucle/pages/**/surroundings.*",
    "boucle/pages/articles",
    "*.dist-info/METADATA",
    "cffi",  # its compiled half, beside it, is all that libsodium's binding loads
    "packaging/[a-u]*",  # apispec compares two versions, and that is all
    "packaging/__pycache__/[a-u]*",
    "werkzeug/debug",
    "werkzeug/**/_reloader.*",
    "jinja2/**/ext.*",
    "jinja2/**/sandbox.*",
    "click/**/testing.*",
    "click/**/shell_completion.*",
    "click/**/_winconsole.*",
    "**/*.po",
    "**/*.dist-info/RECORD",
]
"""Globs rather than bare names: Zappa would take those at every depth, and `core.py` is click's too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stage goes, as the stack's outputs tell it. The package alone needs none of it."""

    region: str = REGION
    code_bucket: str = "set-by-deploy"
    roles: tuple[tuple[Stage, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    dead_letters: str = ""
    rate: str = "rate(1 hour)"


def zappa_settings(name: str, place: Place | None = None) -> dict[str, dict[str, object]]:
    """Zappa's settings for both stages."""
    where = place or Place()
    return {stage.value: _common(name, where, stage) | _of_stage(where, stage) for stage in Stage}


def _common(name: str, place: Place, stage: Stage) -> dict[str, object]:
    return {
        "project_name": name,
        "app_function": APPLICATION,
        "lambda_handler": HANDLER,
        "runtime": RUNTIME,
        "aws_region": place.region,
        "s3_bucket": place.code_bucket,
        "manage_roles": False,
        "role_arn": dict(place.roles).get(stage, ""),
        # In the function's configuration, so that one package serves both stages.
        "aws_environment_variables": {**dict(place.environment), "BOUCLE_STAGE": stage.value},
        "debug": False,
        "log_level": "WARNING",
        "use_precompiled_packages": False,
        "exclude_glob": LEFT_OUT,
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


def _of_stage(place: Place, stage: Stage) -> dict[str, object]:
    if stage is Stage.API:
        return {"memory_size": 512, "timeout_seconds": 10, "binary_support": True}
    return {
        "memory_size": 1024,
        "timeout_seconds": 900,
        "apigateway_enabled": False,
        # One at a time: two jobs would not harm each other, but one of them would draw its noise in vain.
        "lambda_concurrency": 1,
        "dead_letter_config": {"TargetArn": place.dead_letters},
        "events": [{"function": JOB, "expression": place.rate}],
    }
