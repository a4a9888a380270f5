"""The scheduled job on Lambda, and what it tells the alarms."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boucle.bootstrap.aws_job import run_job
from boucle.jobs.scheduled import JobReport

log = logging.getLogger(__name__)


class JobFailed(Exception):
    """The job stopped before its end. Lambda tries it again, and then keeps the event as a dead letter."""


def run(environment: Mapping[str, str]) -> dict[str, Any]:
    """Seal, publish, expire; what a person must look at goes to the log, and as a number to the alarms."""
    try:
        report, days = run_job(environment)
    except Exception as error:
        # Where, and what kind; never its message, which may quote what is stored.
        log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        raise JobFailed(type(error).__name__) from None
    for alarm in report.alarms:
        log.error("%s", alarm)
    line = json.dumps(build_metrics(report, days, environment["BOUCLE_NAME"]))
    print(line)  # noqa: T201  # CloudWatch makes numbers of it
    return {"ran": report.ran, "alarms": list(report.alarms)}


def build_metrics(report: JobReport, days_since_release: int, installation: str) -> dict[str, Any]:
    """The run in CloudWatch's embedded metric format: a line of the log that becomes numbers."""
    numbers = {"Runs": 1, "Alarms": len(report.alarms), "DaysSinceRelease": days_since_release}
    declared = {
        "Namespace": "Boucle",
        "Dimensions": [["Installation"]],
        "Metrics": [{"Name": name} for name in numbers],
    }
    timestamp = int(datetime.fromisoformat(report.ran).timestamp() * 1000)
    return {
        "_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [declared]},
        "Installation": installation,
        **numbers,
    }
