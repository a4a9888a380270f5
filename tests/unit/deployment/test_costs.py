"""The runbook's table of costs is the one that the script computes, over what the template and the code really have."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import yaml

from boucle.deployment.zappa_settings import ZappaTarget
from boucle.entrypoints.lambda_job import build_metrics
from boucle.jobs.scheduled import JobReport
from support.builders import REPOSITORY

INFRA = REPOSITORY / "infra"
COSTS = runpy.run_path(str(INFRA / "costs.py"))


def test_the_runbook_shows_what_the_script_computes() -> None:
    done = subprocess.run([sys.executable, INFRA / "costs.py"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in (INFRA / "README.md").read_text("utf-8")
    assert "1,000,000 responses" in done.stdout


def test_every_price_is_used_and_dated() -> None:
    prices: dict[str, Any] = json.loads((INFRA / "prices.json").read_text("utf-8"))
    script = (INFRA / "costs.py").read_text("utf-8")
    assert [name for name in prices if name not in {"note"} and f'"{name}"' not in script.replace("'", '"')] == []
    assert datetime.strptime(prices["as_of"], "%Y-%m").replace(tzinfo=UTC) <= datetime.now(UTC)


def test_alarms_and_numbers_are_as_many_as_there_are() -> None:
    resources = yaml.safe_load((INFRA / "template.yml").read_text("utf-8"))["Resources"].values()
    assert COSTS["ALARMS"] == sum(resource["Type"] == "AWS::CloudWatch::Alarm" for resource in resources)
    line = build_metrics(JobReport(ran="2026-01-05T00:15+00:00", alarms=()), 0, "name")
    assert COSTS["METRICS"] == len(line["_aws"]["CloudWatchMetrics"][0]["Metrics"])


def test_the_job_runs_as_often_as_it_is_paid_for() -> None:
    assert ZappaTarget().rate == "rate(1 hour)"
    assert COSTS["JOB_RUNS"] == 24 * 30
