"""The study runs end to end on one machine: from `boucle demo` to the published figures."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from support.builders import DEMONSTRATION
from support.servers.served import Served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("demonstration") / "home")
    served.start()
    yield served
    if served.process and served.process.poll() is None:
        served.stop()


def cell(release: Any, question: str, value: object) -> Any:
    cells = next(table["cells"] for table in release["questions"] if table["id"] == question)
    return next(one_cell for one_cell in cells if one_cell["value"] == value)


@pytest.mark.parametrize(
    ("questionnaire", "question", "value", "share"),
    [
        ("candidats", "accompagne", "yes", 77),
        ("candidats", "entreprise_insertion", "yes", 73),
        ("candidats", "connait_iae", "no", 37),
        ("professionnels", "criteres", "communication", 74),
        ("professionnels", "criteres", "informations", 62),
        ("professionnels", "criteres", "reseau", 54),
        ("professionnels", "criteres", "dispositifs", 53),
    ],
)
def test_the_published_figures_agree_within_their_margin(
    demo: Served, questionnaire: str, question: str, value: str, share: int
) -> None:
    published = cell(demo.latest(questionnaire), question, value)
    assert abs(published["share"] - share) <= published["margin"]


def test_more_than_half_rate_their_support_eight_or_more(demo: Served) -> None:
    note = next(question for question in demo.latest("candidats")["questions"] if question["id"] == "note")
    estimate = next(candidate for candidate in note["estimates"] if candidate["name"] == "share_at_least")
    assert estimate["threshold"] == 8
    assert estimate["value"] > 50
    assert estimate["status"] == "shown"


@pytest.mark.parametrize(("questionnaire", "people"), [("candidats", 669), ("professionnels", 367)])
def test_everybody_is_counted_in_five_cohorts(demo: Served, questionnaire: str, people: int) -> None:
    release = demo.latest(questionnaire)
    assert release["respondents"] >= people
    assert release["cohorts"] == release["release"] >= 5
    assert release["demonstration"] is True
    assert release["mechanism"] == {"name": "discrete-laplace", "scale": 1}


def test_latest_is_the_newest_release_byte_for_byte(demo: Served) -> None:
    folder = f"/{DEMONSTRATION}/data/candidats/v1/2026"
    number = demo.latest("candidats")["release"]
    assert demo.get(f"{folder}/latest.json").body == demo.get(f"{folder}/releases/{number}.json").body
    assert demo.get(f"{folder}/releases/{number + 1}.json").status == 404


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
def test_every_page_is_there_and_says_that_it_is_a_demonstration(demo: Served, prefix: str) -> None:
    said = {"": "démonstration", "/en": "demonstration", "/ar": "تجريبي"}[prefix]
    for page in (
        "/",
        f"/{DEMONSTRATION}/candidats/",
        f"/{DEMONSTRATION}/professionnels/",
        f"/{DEMONSTRATION}/results/",
    ):
        reply = demo.get(prefix + page)
        assert reply.status == 200
        assert said in reply.text.lower(), reply.text[:500]


def test_the_results_page_shows_the_figures_without_script(demo: Served) -> None:
    page = demo.get(f"/{DEMONSTRATION}/results/").text
    assert "<script" not in page
    for questionnaire, question, value in (
        ("candidats", "accompagne", "yes"),
        ("professionnels", "criteres", "reseau"),
    ):
        assert f"{cell(demo.latest(questionnaire), question, value)['share']}\u202f%" in page


def test_two_copies_that_arrive_at_once_are_stored_once(demo: Served) -> None:
    before = count_waiting(demo)
    id = str(uuid4())
    with ThreadPoolExecutor(8) as senders:
        replies = list(senders.map(lambda _: demo.answer(id), range(8)))
    assert sorted(reply.status for reply in replies) == [200] * 7 + [201]
    assert len({reply.json["receipt"] for reply in replies}) == 1
    assert count_waiting(demo) == before + 1


def test_an_acknowledged_answer_survives_kill_9(demo: Served) -> None:
    receipt = demo.answer().json["receipt"]
    demo.stop(signal.SIGKILL)
    said = demo.start()
    assert "Day 1" not in said, "what is filled is found, not filled again"
    assert demo.standing(receipt).json == {"status": "waiting"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_cleanly_and_finds_its_data_again(demo: Served, how: signal.Signals) -> None:
    receipt = demo.answer().json["receipt"]
    published = demo.hash_published()
    assert demo.stop(how) == 0
    demo.start()
    assert demo.standing(receipt).json["status"] == "waiting"
    assert demo.hash_published() == published


def test_one_more_answer_changes_nothing_and_a_batch_makes_exactly_one_release(demo: Served) -> None:
    published = demo.hash_published()
    release = demo.latest("candidats")["release"]
    withdrawn = demo.answer().json["receipt"]
    assert demo.withdraw(withdrawn).status == 204
    demo.boucle("demo", "--advance", "2d")
    assert demo.hash_published() == published

    counted, late = str(uuid4()), str(uuid4())
    receipt = demo.answer(counted).json["receipt"]
    for _ in range(119):
        assert demo.answer().status == 201
    unread = demo.answer(late).json["receipt"]
    assert demo.withdraw(unread).status == 204
    expected = demo.latest("candidats")["respondents"] + count_waiting(demo)
    demo.boucle("demo", "--advance", "2d")
    after = demo.latest("candidats")
    assert (after["release"], after["respondents"]) == (release + 1, expected)
    assert demo.standing(receipt).json == {"status": "counted", "release": release + 1}

    published = demo.hash_published()
    assert demo.withdraw(receipt).status == 204
    demo.boucle("publish")
    assert demo.hash_published() == published
    assert [demo.answer(id).status for id in (counted, late)] == [410, 410]


def test_status_says_the_day_and_what_waits(demo: Served) -> None:
    said = demo.boucle("status")
    assert "simulated" in said
    assert f"{DEMONSTRATION}/candidats/v1/2026" in said


def count_waiting(demo: Served) -> int:
    """How many responses of candidates wait, as `boucle status` says."""
    series: list[dict[str, object]] = json.loads(demo.boucle("status", "--format", "json"))["series"]
    found = next(
        one_status["waiting"] for one_status in series if one_status["series"] == f"{DEMONSTRATION}/candidats/v1/2026"
    )
    assert isinstance(found, int)
    return found
