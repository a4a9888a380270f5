"""A home and a study that v0.1.0 left open with this version: nothing is lost, and everything goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from flask.testing import FlaskClient

from boucle.bootstrap.local import open_installation
from boucle.config.settings import Settings
from boucle.core.versions.lock import parse_lock
from support.first_version import (
    EXPECTED,
    KEPT,
    READERS,
    STUDY,
    SURVEYS,
    boucle,
    copy_home,
    select_sent,
    series_status,
    status,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_home(tmp_path)


@pytest.fixture
def client(home: Path) -> Iterator[FlaskClient]:
    """The API over that home."""
    with closing(open_installation(Settings(home=home, surveys=SURVEYS))) as installation:
        yield installation.make_application().test_client()


def standing(client: FlaskClient, submission: Any) -> Any:
    asked = {name: submission[name] for name in ("questionnaire", "receipt")}
    return client.post("/api/receipts", json={"study": STUDY, **asked}).json


def test_the_study_is_still_sound(tmp_path: Path) -> None:
    assert "0 errors" in boucle(tmp_path / "none", "lint", str(SURVEYS))


def test_what_was_frozen_is_frozen(tmp_path: Path) -> None:
    surveys = copytree(SURVEYS, tmp_path / "surveys")
    said = boucle(tmp_path / "none", "freeze", str(surveys))
    assert said.startswith("4 published versions")
    assert "0 of them new" in said
    assert (surveys / "published.lock").read_bytes() == (SURVEYS / "published.lock").read_bytes()


def test_the_home_says_what_it_said(home: Path) -> None:
    now, then = status(home), EXPECTED["status"]
    series = [{name: one[name] for name in before} for one, before in zip(now["series"], then["series"], strict=True)]
    assert {**{name: now[name] for name in then}, "series": series} == then
    assert boucle(home, "quarantine", "list") == EXPECTED["quarantine"]


def test_every_submission_sent_again_gets_the_same_receipt(client: FlaskClient) -> None:
    answers = [
        (client.post(submission["address"], json=submission["body"]), submission["receipt"])
        for submission in select_sent("kept", "held")
    ]
    assert {answer.status_code for answer, _ in answers} == {200}
    assert [(answer.json or {})["receipt"] for answer, _ in answers] == [receipt for _, receipt in answers]


def test_every_receipt_leads_where_it_led(client: FlaskClient) -> None:
    known = [submission for submission in EXPECTED["sent"] if "standing" in submission]
    assert [standing(client, submission) for submission in known] == [submission["standing"] for submission in known]


def test_what_was_withdrawn_stays_withdrawn(client: FlaskClient) -> None:
    gone = [*select_sent("withdrawn before the seal", "withdrawn after the seal")]
    assert [standing(client, submission) for submission in gone] == [{"status": "withdrawn"}] * len(gone)
    for submission in gone:
        client.post(submission["address"], json=submission["body"])
        assert standing(client, submission) == {"status": "withdrawn"}


@pytest.mark.parametrize("day", ["1", "3"], ids=["counted", "waiting"])
def test_a_kept_receipt_withdraws(home: Path, day: str) -> None:
    before = series_status(home, READERS)
    chosen = next(one for one in select_sent("kept") if one["day"] == day and one["questionnaire"] == "lecteurs")
    assert "Withdrawn" in boucle(home, "withdraw", STUDY, "lecteurs", "--code", chosen["receipt"])
    after = series_status(home, READERS)
    assert after["counted"] == before["counted"]
    assert before["waiting"] - after["waiting"] == (day == "3")


def test_used_invitations_stay_used(home: Path) -> None:
    said = boucle(home, "invite", STUDY, "benevoles", "--unspent", str(KEPT / "invitations.csv"))
    assert said == EXPECTED["unspent"]


def test_an_invitation_that_was_used_admits_nobody_else(client: FlaskClient) -> None:
    used = next(one for one in select_sent("kept") if one["questionnaire"] == "benevoles")
    other = {**used["body"], "id": "0b9b4c0e-6f0a-4b57-9f0e-1f6f1d3f2a10"}
    answer = client.post(used["address"], json=other)
    assert (answer.status_code, (answer.json or {})["errors"][0]["code"]) == (422, "invitation_spent")


def test_what_waits_is_sealed_the_next_day(home: Path) -> None:
    before = series_status(home, READERS)
    assert "2026-03-05" in boucle(home, "demo", "--advance", "1d")
    after = series_status(home, READERS)
    assert (after["cohorts"], after["waiting"]) == (before["cohorts"] + 1, 0)
    assert after["counted"] == before["counted"] + before["waiting"]
    assert status(home)["wrong"] == []


def test_what_is_held_back_can_be_released(home: Path) -> None:
    before = series_status(home, READERS)
    assert f"{READERS}: 2 released" in boucle(home, "quarantine", "release", READERS)
    assert series_status(home, READERS)["waiting"] == before["waiting"] + 2


def test_what_was_answered_then_is_locked_when_it_is_served_and_what_was_not_is_not(home: Path) -> None:
    with closing(open_installation(Settings(home=home, surveys=SURVEYS))) as installation:
        assert installation.store.read_locked_versions() == []
        for _ in range(2):
            installation.lock_answered_versions()
            locked = {lock.path: lock.file_hash for lock in installation.store.read_locked_versions()}
        frozen = parse_lock((SURVEYS / "published.lock").read_text(encoding="utf-8"))
        assert {f"{STUDY}/lecteurs/1.0.0.json", f"{STUDY}/lecteurs/1.1.0.json"} <= set(locked)
        assert locked.items() <= frozen.items()
        assert installation.read_again().refused == {}
