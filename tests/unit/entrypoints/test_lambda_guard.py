"""Nothing but a web request or the schedule reaches the code, and nothing else travels in a web request."""

from __future__ import annotations

from typing import Any

import pytest

from boucle.amazon.event_guard import JOB, RefusedEvent, Stage, admitted_request, is_the_schedule
from support.lambda_events import JSON, scheduled, v1, v2

CODE = "import os; os.environ['TAKEN'] = 'over'"
SMUGGLED = {
    "raw_command": CODE,
    "command": "os.abort",
    "manage": "shell",
    "Records": [{"Sns": {"Message": '{"command": "os.abort"}'}}],
    "bot": {},
    "type": "TOKEN",
    "triggerSource": "x",
    "awslogs": {},
    "detail-type": "Scheduled Event",
    "stageVariables": {"PATH": "/theirs"},
    "requestContext": {"http": {"method": "GET", "path": "/"}, "eventType": "CONNECT", "elb": {}, "authorizer": {}},
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_an_event_that_is_no_web_request_is_refused(name: str) -> None:
    event = {name: SMUGGLED[name]} if name != "requestContext" else {"requestContext": {"eventType": "CONNECT"}}
    with pytest.raises(RefusedEvent):
        admitted_request(event, Stage.API)


@pytest.mark.parametrize("event", [None, [], "raw_command", 1, {}, {"version": "2.0"}, {"httpMethod": "GET"}], ids=repr)
def test_an_event_of_another_shape_is_refused(event: object) -> None:
    with pytest.raises(RefusedEvent):
        admitted_request(event, Stage.API)


@pytest.mark.parametrize("request_event", [v1("GET", "/api/health"), v2("GET", "/api/health")], ids=["v1", "v2"])
def test_nothing_travels_in_a_web_request_but_the_request(request_event: dict[str, Any]) -> None:
    smuggled = {name: value for name, value in SMUGGLED.items() if name != "requestContext"}
    admitted = admitted_request({**request_event, **smuggled}, Stage.API)
    assert not set(admitted) & set(SMUGGLED) - {"requestContext"}
    assert set(admitted["requestContext"]) <= {"http"}  # type: ignore[call-overload]  # a mapping, as Zappa wants it


def test_the_stage_in_front_of_addresses_is_left_to_the_site() -> None:
    assert admitted_request(v1("GET", "/api/health"), Stage.API)["headers"]["Host"] == "site"  # type: ignore[index]


def test_a_request_without_headers_is_a_request() -> None:
    event = v1("GET", "/api/health") | {"headers": None, "multiValueHeaders": None}
    assert admitted_request(event, Stage.API)["headers"] == {"Host": "site"}


def test_headers_that_are_no_text_are_left_behind() -> None:
    event = v2("GET", "/api/health", headers=JSON) | {"headers": {"accept": "text/html", "x": None, "y": ["z"]}}
    assert admitted_request(event, Stage.API)["headers"] == {"Accept": "text/html"}


def test_the_schedule_runs_the_job_in_the_jobs_function_only() -> None:
    event = scheduled(f"boucle-jobs-{JOB}")
    assert is_the_schedule(event, Stage.JOBS)
    assert not is_the_schedule(event, Stage.API)
    with pytest.raises(RefusedEvent):
        admitted_request(event, Stage.API)


@pytest.mark.parametrize(
    "rule", ["boucle-jobs-os.abort", "boucle-jobs-boucle.entrypoints.lambda_handler.handle", JOB, ""]
)
def test_no_other_rule_runs_anything(rule: str) -> None:
    assert not is_the_schedule(scheduled(rule), Stage.JOBS)


def test_the_jobs_function_answers_no_web_request() -> None:
    with pytest.raises(RefusedEvent):
        admitted_request(v1("GET", "/api/health"), Stage.JOBS)
