"""What looks like a program's is taken like any other, and counted only once somebody says so; never by an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from boucle.core.study.model import Study
from boucle.submissions.proof import is_proven
from boucle.web.rate_limits import HOUR_SECONDS, VolumeDetector
from boucle.web.trusted_proxies import TrustedProxies, network_of
from support.api import EVERY_TYPE, MINIMAL_ANSWERS, STUDY, ApiInstallation, address, error_codes, make_submission
from support.builders import make_study, make_wave
from support.documents.html_forms import read_post_forms
from support.stopwatch import Stopwatch
from support.streets import FrontHarness, encode_submission

ADDRESS = "203.0.113.7"
AFTER = 3


def make_guarded_study(**rules: Any) -> Study:
    """The study of the API tests, one version, under the rules of a wave."""
    opened = make_wave(("candidats", "1.0.0", "2026-01-05"))
    return make_study(EVERY_TYPE, waves=(replace(opened, **rules),))


def doubts(here: ApiInstallation) -> list[str | None]:
    return [response.held for response in here.store.responses.values()]


def fill_and_confirm(here: ApiInstallation, seconds: Stopwatch, wait: float, fields: Mapping[str, str]) -> None:
    """Fill in the form without script, wait on the check page, and confirm."""
    form = read_post_forms(here.fill(fields).text)[0]
    seconds.now += wait
    sent = here.client.post(address(), data=form.encode(), content_type="application/x-www-form-urlencoded")
    assert (sent.status_code, "XXXX" in sent.text) == (200, False)


@pytest.mark.parametrize(
    ("fields", "wait", "doubt"),
    [
        ({"accompagne": "no"}, 2.1, None),
        ({"accompagne": "no"}, 1.9, "haste"),
        ({"accompagne": "no", "_mode": "paper"}, 0.1, None),
        ({"accompagne": "no", "_website": "https://spam.example"}, 60, "trap"),
        ({"accompagne": "no", "_website": "https://spam.example"}, 0.1, "trap"),
        ({"accompagne": "no", "_website": ""}, 60, None),
    ],
)
def test_a_form_confirmed_at_once_or_with_the_hidden_field_filled_is_held_back(
    fields: Mapping[str, str], wait: float, doubt: str | None
) -> None:
    seconds = Stopwatch()
    here = ApiInstallation(seconds=seconds)
    fill_and_confirm(here, seconds, wait, fields)
    assert doubts(here) == [doubt]


def test_the_check_page_tells_a_program_nothing_of_the_trap() -> None:
    here = ApiInstallation(seconds=Stopwatch())
    page = here.fill({"accompagne": "no", "_website": "https://spam.example"}).text
    plain = here.fill({"accompagne": "no"}).text
    assert "spam.example" not in page
    assert "trap" not in page
    assert len(page) == len(plain)


def test_a_program_cannot_change_when_its_page_was_shown() -> None:
    seconds = Stopwatch()
    here = ApiInstallation(seconds=seconds)
    form = read_post_forms(here.fill({"accompagne": "no"}).text)[0]
    older = form.encode().replace(b"1000000", b"0990000")
    assert older != form.encode()
    again = here.client.post(address(), data=older, content_type="application/x-www-form-urlencoded")
    assert (again.status_code, doubts(here)) == (200, [])


@pytest.mark.parametrize(("signs", "doubt"), [(["trap"], "trap"), (["haste"], "haste"), (["haste", "trap"], "trap")])
def test_what_the_forms_script_tells_holds_a_submission_back(signs: list[str], doubt: str) -> None:
    here = ApiInstallation()
    body = make_submission(signs=signs)
    first = here.client.post(address(), json=body)
    again = here.client.post(address(), json={**body, "signs": []})
    assert (first.status_code, again.status_code, first.json == again.json) == (201, 200, True)
    assert doubts(here) == [doubt]


@pytest.mark.parametrize("signs", [["crowd"], ["x"], "trap", [1], [["trap"]]])
def test_other_signs_are_refused(signs: object) -> None:
    here = ApiInstallation()
    assert error_codes(here.send(signs=signs))["signs"] in {"not_a_choice", "wrong_type"}
    assert doubts(here) == []


def test_whoever_is_held_back_reads_that_they_wait() -> None:
    here = ApiInstallation()
    receipt = (here.send(signs=["trap"]).json or {})["receipt"]
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
    assert here.client.post("/api/receipts", json=asked).json == {"status": "waiting"}


def test_a_crowd_behind_one_address_is_taken_whole_and_its_end_held_back() -> None:
    """A hall that shares one address loses nothing: somebody who knows of it lets it count."""
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch())
    for _ in range(AFTER + 2):
        sent = here.client.post(address(), json=make_submission(), environ_base={"REMOTE_ADDR": ADDRESS})
        assert sent.status_code == 201
    assert doubts(here) == [None] * AFTER + ["crowd"] * 2


def test_what_is_refused_after_the_store_has_spoken_is_one_submission_and_no_more() -> None:
    """Seen by the front, and said by Flask: counted once."""
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch())
    body = make_submission()
    sent = [body, {**body, "mode": "paper"}, make_submission()]
    statuses = [
        here.client.post(address(), json=submission_body, environ_base={"REMOTE_ADDR": ADDRESS}).status_code
        for submission_body in sent
    ]
    assert (statuses, doubts(here)) == ([201, 409, 201], [None, None])


def test_the_same_crowd_through_the_front_and_by_forms() -> None:
    seconds = Stopwatch()
    here = ApiInstallation(
        make_guarded_study(hold_after=AFTER), monotonic=seconds, seconds=seconds, proxies=TrustedProxies(1)
    )
    street = FrontHarness(here)

    async def send_many() -> None:
        for at in range(AFTER + 1):
            named = {"x-forwarded-for": f"198.51.100.{at}, {ADDRESS}"}
            kind = {"content-type": "application/json; charset=utf-8"} if at % 2 else {}
            assert (await street.ask(encode_submission(), headers={**named, **kind})).status == 201

    asyncio.run(send_many())
    assert doubts(here) == [None] * AFTER + ["crowd"]
    form = read_post_forms(here.fill({"accompagne": "no"}).text)[0]
    seconds.now += 10
    headers = {"X-Forwarded-For": ADDRESS}
    kind = "application/x-www-form-urlencoded"
    here.client.post(address(), data=form.encode(), content_type=kind, headers=headers)
    assert doubts(here)[-1] == "crowd"


def test_a_proxy_that_is_not_trusted_is_not_believed() -> None:
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch())
    for at in range(AFTER + 1):
        named = {"X-Forwarded-For": f"198.51.100.{at}"}
        here.client.post(address(), json=make_submission(), headers=named, environ_base={"REMOTE_ADDR": ADDRESS})
    assert doubts(here)[-1] == "crowd"


def send_one(detector: VolumeDetector, max_per_hour: int, sender: str = ADDRESS) -> bool:
    """Whether it was one too many."""
    return not detector.count(sender, max_per_hour)


def test_in_time_a_connection_is_forgiven_as_fast_as_the_limit_allows() -> None:
    seconds = Stopwatch()
    detector = VolumeDetector(seconds)
    assert [send_one(detector, AFTER) for _ in range(AFTER + 50)] == [False] * AFTER + [True] * 50
    seconds.now += HOUR_SECONDS / AFTER
    assert [send_one(detector, AFTER) for _ in range(2)] == [False, True]
    assert not send_one(detector, AFTER, "203.0.113.8")


def test_what_cannot_be_told_apart_is_never_held_back() -> None:
    """This machine itself, or a proxy in front of it that is not said to be one."""
    detector = VolumeDetector(Stopwatch())
    assert not any(
        send_one(detector, 1, network_of(client_address))
        for client_address in ("127.0.0.1", "::1", "", "::ffff:127.0.0.1")
        for _ in range(9)
    )
    assert not any(send_one(detector, 0) for _ in range(9))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:100::1", "2001:db8:1:1ff:9::9", True),
        ("2001:db8:1:100::1", "2001:db8:1:200::1", False),
        ("203.0.113.7:51024", "203.0.113.7:51025", True),
        ("203.0.113.7:51024", "203.0.113.8:51024", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("[2001:db8:1:100::1]:51024", "[2001:db8:1:100::1]:51025", True),
        ("[2001:db8:1:100::1]:51024", "2001:db8:1:1ff::2", True),
        ("[2001:db8:1:100::1]", "2001:db8:1:100::1%eth0", True),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7", True),
        ("[2001:db8:1:100::1]:80", "[2001:db8:1:200::1]:80", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("unknown:thing", "unknown:thing", True),
    ],
)
def test_a_household_is_one_sender(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize(
    ("count", "lines", "sender"),
    [
        (0, ["198.51.100.1"], "10.0.0.1"),
        (1, [], "10.0.0.1"),
        (1, ["198.51.100.1, 203.0.113.7"], ADDRESS),
        (1, ["198.51.100.1", "203.0.113.7"], ADDRESS),
        (1, ["203.0.113.7", "198.51.100.1,203.0.113.7:8080"], ADDRESS),
        (2, ["198.51.100.1, 203.0.113.7, 10.0.0.9"], ADDRESS),
        (2, ["198.51.100.1, 203.0.113.7", "10.0.0.9"], ADDRESS),
        (2, ["203.0.113.7"], ADDRESS),
    ],
)
def test_only_what_the_trusted_proxies_say_is_believed(count: int, lines: list[str], sender: str) -> None:
    assert TrustedProxies(count).find_sender("10.0.0.1", lines) == sender


@pytest.mark.parametrize("quick", [True, False])
def test_two_lines_of_the_header_are_read_alike_on_both_ways(quick: bool) -> None:
    """Whoever adds a line of their own neither hides behind it nor has somebody else's answers held back."""
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch(), proxies=TrustedProxies(1))
    street = FrontHarness(here)
    kind = {} if quick else {"content-type": "application/json; charset=utf-8"}

    async def send_many(addresses: Sequence[str]) -> None:
        for at, network in enumerate(addresses):
            named = {"x-forwarded-for": f"198.51.100.{at}\n{network}"}
            assert (await street.ask(encode_submission(), headers={**named, **kind})).status == 201

    asyncio.run(send_many([ADDRESS] * (AFTER + 1) + ["198.51.100.3"]))
    assert doubts(here) == [None] * AFTER + ["crowd", None]


@pytest.mark.parametrize("quick", [True, False])
def test_what_one_sends_again_counts_towards_nobodys_limit(quick: bool) -> None:
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch(), proxies=TrustedProxies(1))
    street, body = FrontHarness(here), encode_submission()
    kind = {} if quick else {"content-type": "application/json; charset=utf-8"}

    async def send_many() -> list[int]:
        asked = [body] * (3 * AFTER) + [encode_submission() for _ in range(AFTER)]
        headers = {"x-forwarded-for": ADDRESS, **kind}
        return [(await street.ask(one_body, headers=headers)).status for one_body in asked]

    assert asyncio.run(send_many()) == [201] + [200] * (3 * AFTER - 1) + [201] * AFTER
    assert doubts(here) == [None] * AFTER + ["crowd"]


def test_what_could_not_be_stored_counts_towards_nobodys_limit() -> None:
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch(), proxies=TrustedProxies(1))
    street, headers = FrontHarness(here), {"x-forwarded-for": ADDRESS}

    async def send_many() -> list[int]:
        street.store.away = True
        refused = [(await street.ask(encode_submission(), headers=headers)).status for _ in range(3 * AFTER)]
        street.store.away = False
        return refused + [(await street.ask(encode_submission(), headers=headers)).status for _ in range(AFTER + 1)]

    assert asyncio.run(send_many()) == [503] * (3 * AFTER) + [201] * (AFTER + 1)
    assert doubts(here) == [None] * AFTER + ["crowd"]


def test_those_who_send_at_the_same_instant_are_counted_one_by_one() -> None:
    here = ApiInstallation(make_guarded_study(hold_after=AFTER), monotonic=Stopwatch(), proxies=TrustedProxies(1))
    street, headers = FrontHarness(here, seconds=0.01), {"x-forwarded-for": ADDRESS}

    async def send_at_once() -> None:
        await asyncio.gather(*(street.ask(encode_submission(), headers=headers) for _ in range(2 * AFTER)))

    asyncio.run(send_at_once())
    assert sorted(doubts(here), key=str) == [None] * AFTER + ["crowd"] * AFTER


BITS = 8


def find_work(id: str, bits: int) -> str:
    return next(str(n) for n in count() if is_proven("etude", "candidats", id, str(n), bits))


def test_a_wave_that_asks_for_work_takes_what_has_done_it_and_tells_others_how_much() -> None:
    here = ApiInstallation(make_guarded_study(proof_of_work=BITS))
    body = make_submission()
    refused = here.client.post(address(), json=body)
    assert (refused.status_code, error_codes(refused)) == (422, {"proof": "wrong_proof"})
    assert (refused.json or {})["errors"][0]["bits"] == BITS
    done = {**body, "proof": find_work(str(body["id"]), BITS)}
    assert [here.client.post(address(), json=done).status_code for _ in range(2)] == [201, 200]
    assert [
        here.client.post(address(), json={**done, "id": make_submission()["id"]}).status_code for _ in range(9)
    ] != [201] * 9


def test_work_is_asked_for_on_the_short_way_too() -> None:
    street = FrontHarness(ApiInstallation(make_guarded_study(proof_of_work=BITS)))
    body = make_submission()

    async def both() -> list[int]:
        done = {**body, "proof": find_work(str(body["id"]), BITS)}
        return [(await street.ask(json.dumps(submission_body).encode())).status for submission_body in (body, done)]

    assert asyncio.run(both()) == [422, 201]
    assert street.store.sizes == [1]


def test_a_form_without_script_needs_no_work_and_asks_the_script_for_it() -> None:
    seconds = Stopwatch()
    here = ApiInstallation(make_guarded_study(proof_of_work=BITS), seconds=seconds)
    fill_and_confirm(here, seconds, 5, MINIMAL_ANSWERS)
    assert doubts(here) == [None]
    assert f'data-work="{BITS}"' in here.fill({"note": "x"}).text
    assert "data-work" not in ApiInstallation().fill({"note": "x"}).text


def test_elsewhere_a_proof_is_not_looked_at() -> None:
    here = ApiInstallation()
    assert here.send(proof="anything").status_code == 201
    assert error_codes(here.send(proof="x" * 17)) == {"proof": "too_long"}
    assert error_codes(here.send(proof=5)) == {"proof": "wrong_type"}


def test_more_work_than_one_wave_asks_for_suffices_for_all_that_take_the_version() -> None:
    assert make_guarded_study(proof_of_work=BITS).proof_of_work(EVERY_TYPE) == BITS
    assert STUDY.proof_of_work(EVERY_TYPE) == 0
