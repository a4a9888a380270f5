"""What may reach the code on Lambda. Zappa's own handler executes Python that stands in an event; it never sees one.

An HTTP event is written anew from the few parts that a web request has, so nothing else travels in it. The schedule is
an event of EventBridge that names our job. All else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from boucle.core.errors import BoucleError

Event = Mapping[str, object]

JOB = "boucle.entrypoints.lambda_job.run"
"""What the schedule names; Zappa names the rule after it."""
JOB_OF_V0_1_0 = "boucle.aws.job.run"
"""What the rules of installations deployed by v0.1.0 name, until they are deployed again."""

REQUEST_V1 = (
    "httpMethod",
    "path",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "body",
    "isBase64Encoded",
)
REQUEST_V2 = ("version", "rawPath", "rawQueryString", "headers", "cookies", "body", "isBase64Encoded")


class RefusedEvent(BoucleError):
    """An event that this function does not take."""


class LambdaStage(Enum):
    """One code, two functions: `api` answers the web, `jobs` runs on a schedule. Neither does the other's work."""

    API = "api"
    JOBS = "jobs"


def admit_request(event: object, stage: LambdaStage) -> dict[str, object]:
    """The web request in an event of API Gateway, and nothing else of it. Raises RefusedEvent."""
    if stage is not LambdaStage.API or not isinstance(event, Mapping):
        raise RefusedEvent(f"the function `{stage.value}` takes no such event")
    if event.get("version") == "2.0":
        return _read_request_v2(event)
    return _read_request_v1(event)


def is_schedule(event: object, stage: LambdaStage) -> bool:
    """Whether this is the rule that starts the job, in the function that may run it."""
    if stage is not LambdaStage.JOBS or not isinstance(event, Mapping) or event.get("detail-type") != "Scheduled Event":
        return False
    resources = event.get("resources")
    rule = resources[0] if isinstance(resources, list) and len(resources) == 1 else ""
    return isinstance(rule, str) and ":rule/" in rule and rule.endswith((f"-{JOB}", f"-{JOB_OF_V0_1_0}"))


def _read_request_v1(event: Event) -> dict[str, object]:
    if not isinstance(event.get("httpMethod"), str) or not isinstance(event.get("path"), str):
        raise RefusedEvent("the event is no web request; the API is asked over HTTP only")
    kept = {name: event[name] for name in REQUEST_V1 if name in event}
    several = event.get("multiValueHeaders")
    if isinstance(several, Mapping):
        kept["multiValueHeaders"] = {name: values for name, values in several.items() if _are_strings(values)}
    # Without a Host, or under one of Amazon's, Zappa would put the stage in front of every address.
    return {**kept, "headers": {**_select_strings(event.get("headers")), "Host": "site"}, "requestContext": {}}


def _read_request_v2(event: Event) -> dict[str, object]:
    context = event.get("requestContext")
    http = context.get("http") if isinstance(context, Mapping) else None
    if not isinstance(http, Mapping) or not isinstance(http.get("method"), str):
        raise RefusedEvent("the event is no web request; the API is asked over HTTP only")
    kept = {name: event[name] for name in REQUEST_V2 if name in event}
    headers = {name.title(): value for name, value in _select_strings(event.get("headers")).items()}
    request = {name: http[name] for name in ("method", "path") if name in http}
    return {**kept, "headers": headers, "requestContext": {"http": request}}


def _select_strings(headers: object) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        return {}
    return {name: value for name, value in headers.items() if isinstance(name, str) and isinstance(value, str)}


def _are_strings(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
