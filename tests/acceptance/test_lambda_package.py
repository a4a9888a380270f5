"""The very package that is deployed, on a read-only mount under Amazon's runtime client, against real engines."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from boucle.amazon.event_guard import JOB
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket
from support.amazon.lambda_events import (
    FORM,
    JSON,
    as_form,
    as_json,
    encode_body,
    make_scheduled_event,
    make_v1_event,
    make_v2_event,
)
from support.amazon.lambda_runtime import Lambda, LambdaAnswer
from support.amazon_benches import local_dynamodb, make_session
from support.builders import DEMONSTRATION

pytestmark = pytest.mark.slow

FIRST_COHORT = 30
ADDRESS = f"/api/responses/{DEMONSTRATION}/candidats/1.0.0"
COMPLETE = {"accompagne": "yes", "note": 8, "entreprise_insertion": "no", "connait_iae": "yes"}
"""Answers to the questions that the demonstration's candidates must answer."""


def submission(**also: object) -> dict[str, Any]:
    return {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": COMPLETE, **also}


def read_answer(answer: LambdaAnswer) -> tuple[int, Any]:
    """The status and the JSON body of an answer to a web request."""
    assert answer.error is None, answer.error
    return answer.result["statusCode"], json.loads(answer.result["body"])


@pytest.mark.parametrize("event", [make_v1_event, make_v2_event])
def test_the_api_answers_events_of_both_kinds(api: Lambda, event: Any) -> None:
    status, body = read_answer(api.ask(event("GET", "/api/health")))
    assert (status, body["status"]) == (200, "ok")


@pytest.mark.parametrize("event", [make_v1_event, make_v2_event])
def test_a_submission_is_stored_once_and_gets_its_receipt_again(api: Lambda, event: Any) -> None:
    body = as_json(submission())
    first = read_answer(api.ask(event("POST", ADDRESS, body, JSON)))
    again = read_answer(api.ask(event("POST", ADDRESS, body, JSON)))
    assert (first[0], again[0]) == (201, 200)
    assert first[1]["receipt"] == again[1]["receipt"]


@pytest.mark.parametrize("event", [make_v1_event, make_v2_event])
def test_a_body_in_base64_is_the_body(api: Lambda, event: Any) -> None:
    assert read_answer(api.ask(encode_body(event("POST", ADDRESS, as_json(submission()), JSON))))[0] == 201


@pytest.mark.parametrize("event", [make_v1_event, make_v2_event])
def test_a_form_without_script_gets_a_page_in_the_sites_own_shell(api: Lambda, event: Any) -> None:
    answer = api.ask(event("POST", ADDRESS, as_form({"_language": "fr", **COMPLETE}), FORM))
    assert answer.result["statusCode"] == 200
    assert "<!doctype html>" in answer.result["body"].lower()
    assert "no-store" in answer.result["headers"]["Cache-Control"]


@pytest.mark.parametrize("event", [make_v1_event, make_v2_event])
def test_a_request_from_another_sites_page_is_refused(api: Lambda, event: Any) -> None:
    headers = {**JSON, "origin": "https://elsewhere.example"}
    assert read_answer(api.ask(event("POST", ADDRESS, as_json(submission()), headers)))[0] == 403


def test_odd_headers_are_survived(api: Lambda) -> None:
    odd = make_v1_event("GET", "/api/health") | {
        "headers": None,
        "multiValueHeaders": {"X": ["é", "\u202f"], "Cookie": None},
    }
    assert read_answer(api.ask(odd))[0] == 200
    assert (
        read_answer(api.ask(make_v2_event("GET", "/api/health", headers={"content-length": "x", "accept": "*/*;q=x"})))[
            0
        ]
        == 200
    )


@pytest.mark.parametrize(
    "event",
    [{"raw_command": "open('/tmp/taken', 'w')"}, {"command": "os.abort"}, {"surprise": 1}, [], "raw_command", None],
    ids=repr,
)
def test_other_events_are_refused(api: Lambda, event: object) -> None:
    assert api.ask(event).error["errorType"] == "RefusedEvent"


def test_nothing_that_was_sent_is_logged(api: Lambda) -> None:
    secret = "une-réponse-que-personne-ne-doit-lire"
    api.ask(make_v1_event("POST", ADDRESS, as_json(submission(answers={"note": secret})), JSON))
    assert secret not in api.read_log()
    assert "203.0.113.7" not in api.read_log()


def test_a_survey_is_answered_sealed_and_published_by_the_package(
    api: Lambda, task: tuple[Path, Path], environment: dict[str, str], moto: str
) -> None:
    for _ in range(FIRST_COHORT):
        assert read_answer(api.ask(make_v2_event("POST", ADDRESS, as_json(submission()), JSON)))[0] == 201
    receipt = read_answer(api.ask(make_v2_event("POST", ADDRESS, as_json(submission()), JSON)))[1]["receipt"]
    a_night_passes(Tables.with_prefix(environment["BOUCLE_NAME"]))
    jobs = Lambda(*task, {**environment, "BOUCLE_STAGE": "jobs"}, "boucle.entrypoints.lambda_handler.handle")
    try:
        ran = jobs.ask(make_scheduled_event(f"boucle-jobs-{JOB}"))
        again = jobs.ask(make_scheduled_event(f"boucle-jobs-{JOB}"))
        refused = [
            jobs.ask(event)
            for event in (make_v1_event("GET", "/api/health"), {"raw_command": "1"}, make_scheduled_event("boucle-x.y"))
        ]
    finally:
        jobs.stop()
    print(f"\nthe job: {ran.seconds:.1f} s with a seal, {again.seconds:.1f} s without")
    assert (ran.error, again.error) == (None, None), jobs.read_log()
    assert ran.result["alarms"] == again.result["alarms"] == []
    assert {outcome.error["errorType"] for outcome in refused} == {"RefusedEvent"}
    assert '"DaysSinceRelease": 0' in jobs.read_log()
    site = Bucket(client=lambda: make_session().client("s3", endpoint_url=moto), name=environment["BOUCLE_BUCKET"])
    latest = site.read(f"published/{DEMONSTRATION}/data/candidats/v1/2026/latest.json")
    assert latest is not None
    assert json.loads(latest[0])["respondents"] > FIRST_COHORT
    assert json.loads(latest[0])["release"] == 1
    assert site.read(f"published/{DEMONSTRATION}/results/index.html") is not None
    vault = Bucket(client=lambda: make_session().client("s3", endpoint_url=moto), name=environment["BOUCLE_VAULT"])
    assert vault.list_names() == [f"{DEMONSTRATION}/candidats/v1/2026/1.json"]
    asked = as_json({"study": DEMONSTRATION, "questionnaire": "candidats", "receipt": receipt})
    assert read_answer(api.ask(make_v2_event("POST", "/api/receipts", asked, JSON))) == (
        200,
        {"status": "counted", "release": 1},
    )


def a_night_passes(tables: Tables) -> None:
    """What arrived today is dated yesterday: the package runs on the real clock."""
    today = datetime.now(UTC).date()
    before, after = (f"#{day}#" for day in (today, today - timedelta(days=1)))
    client = local_dynamodb()
    for item in client.scan(TableName=tables.responses)["Items"]:
        if before in item.get("place", {"S": ""})["S"]:
            item["place"] = {"S": item["place"]["S"].replace(before, after)}
            client.put_item(TableName=tables.responses, Item=item)


def test_cold_and_warm_times(task: tuple[Path, Path], environment: dict[str, str]) -> None:
    """Printed, not judged: this machine is not Lambda."""
    function = Lambda(*task, {**environment, "BOUCLE_STAGE": "api"}, "boucle.entrypoints.lambda_handler.handle")
    try:
        cold = function.ask(make_v2_event("POST", ADDRESS, as_json(submission()), JSON))
        warm = sorted(
            function.ask(make_v2_event("POST", ADDRESS, as_json(submission()), JSON)).seconds for _ in range(20)
        )
    finally:
        function.stop()
    assert read_answer(cold)[0] == 201
    print(f"\ncold, first answer stored: {cold.seconds * 1000:.0f} ms; warm, median of 20: {warm[10] * 1000:.1f} ms")
    print(f"on {os.cpu_count()} processors")
