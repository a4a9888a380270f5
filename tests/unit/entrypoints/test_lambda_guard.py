"""Nothing but a web request or the schedule reaches the code, and nothing else travels in a web request."""

from __future__ import annotations

from typing import Any

import pytest

from boucle.amazon.event_guard import JOB, LambdaStage, RefusedEvent, admit_request, is_schedule
from support.amazon.lambda_events import JSON, make_scheduled_event, make_v1_event, make_v2_event

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
        admit_request(event, LambdaStage.API)


@pytest.mark.parametrize("event", [None, [], "raw_command", 1, {}, {"version": "2.0"}, {"httpMethod": "GET"}], ids=repr)
def test_an_event_of_another_shape_is_refused(event: object) -> None:
    with pytest.raises(RefusedEvent):
        admit_request(event, LambdaStage.API)


@pytest.mark.parametrize(
    "request_event", [make_v1_event("GET", "/api/health"), make_v2_event("GET", "/api/health")], ids=["v1", "v2"]
)
def test_nothing_travels_in_a_web_request_but_the_request(request_event: dict[str, Any]) -> None:
    smuggled = {name: value for name, value in SMUGGLED.items() if name != "requestContext"}
    admitted = admit_request({**request_event, **smuggled}, LambdaStage.API)
    assert not set(admitted) & set(SMUGGLED) - {"requestContext"}
    assert set(admitted["requestContext"]) <= {"http"}  # type: ignore[call-overload]  # a mapping, as Zappa wants it


def test_the_stage_in_front_of_addresses_is_left_to_the_site() -> None:
    assert admit_request(make_v1_event("GET", "/api/health"), LambdaStage.API)["headers"]["Host"] == "site"  # type: ignore[index]


def test_a_request_without_headers_is_a_request() -> None:
    event = make_v1_event("GET", "/api/health") | {"headers": None, "multiValueHeaders": None}
    assert admit_request(event, LambdaStage.API)["headers"] == {"Host": "site"}


def test_headers_that_are_no_text_are_left_behind() -> None:
    event = make_v2_event("GET", "/api/health", headers=JSON) | {
        "headers": {"accept": "text/html", "x": None, "y": ["z"]}
    }
    assert admit_request(event, LambdaStage.API)["headers"] == {"Accept": "text/html"}


def test_the_schedule_runs_the_job_in_the_jobs_function_only() -> None:
    event = make_scheduled_event(f"boucle-jobs-{JOB}")
    assert is_schedule(event, LambdaStage.JOBS)
    assert not is_schedule(event, LambdaStage.API)
    with pytest.raises(RefusedEvent):
        admit_request(event, LambdaStage.API)


@pytest.mark.parametrize(
    "rule", ["boucle-jobs-os.abort", "boucle-jobs-boucle.entrypoints.lambda_handler.handle", JOB, ""]
)
def test_no_other_rule_runs_anything(rule: str) -> None:
    assert not is_schedule(make_scheduled_event(rule), LambdaStage.JOBS)


def test_the_jobs_function_answers_no_web_request() -> None:
    with pytest.raises(RefusedEvent):
        admit_request(make_v1_event("GET", "/api/health"), LambdaStage.JOBS)
