"""The embedded server's front: limits, fairness between slow and fast clients, and the same answers as without it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from boucle.core.ports import StoreUnavailable
from boucle.entrypoints.server.asyncio_frontend import call_application, environ_of
from boucle.entrypoints.server.write_batcher import WriteBatcher
from support.api import STUDY, ApiInstallation, address
from support.streets import HOST, FrontHarness, Headers, RsgiProtocol, RsgiScope, encode_submission


def test_a_submission_is_stored_once_and_answered_as_flask_answers_it() -> None:
    street, body = FrontHarness(), encode_submission()
    first, again = asyncio.run(_in_turn(street, [body, body]))
    through_flask = street.installation.client.post(
        address(), data=body, content_type="application/json; charset=utf-8"
    )
    assert [first.status, again.status, through_flask.status_code] == [201, 200, 200]
    assert first.body == again.body == through_flask.data
    assert first.headers == dict(through_flask.headers)
    assert street.stored == 1


async def _in_turn(street: FrontHarness, bodies: Sequence[bytes]) -> list[RsgiProtocol]:
    return [await street.ask(body) for body in bodies]


async def _at_once(street: FrontHarness, bodies: Sequence[bytes]) -> list[RsgiProtocol]:
    return list(await asyncio.gather(*(street.ask(body) for body in bodies)))


def test_those_who_come_while_others_are_written_are_written_together() -> None:
    street = FrontHarness(seconds=0.01)
    answers = asyncio.run(_at_once(street, [encode_submission() for _ in range(20)]))
    assert [reply.status for reply in answers] == [201] * 20
    assert street.store.sizes == [1, 19]
    assert street.stored == 20


def test_those_who_come_back_together_share_their_writes() -> None:
    street = FrontHarness(seconds=0.005)

    async def send_many() -> None:
        await asyncio.gather(*(_in_turn(street, [encode_submission() for _ in range(12)]) for _ in range(8)))

    asyncio.run(send_many())
    assert street.stored == 96
    # The first is written before the seven others are here. From then on those who come back are waited for.
    assert street.store.sizes == [1, *[8] * 11, 7]


def test_who_is_alone_is_written_at_once_on_the_loops_thread() -> None:
    street = FrontHarness(threads=True)
    asyncio.run(_in_turn(street, [encode_submission() for _ in range(3)]))
    assert street.store.threads == [threading.get_ident()] * 3


def test_while_somebody_else_writes_the_loop_does_not_wait() -> None:
    street = FrontHarness(threads=True)
    street.store.others_write = True
    [answer] = asyncio.run(_in_turn(street, [encode_submission()]))
    assert answer.status == 201
    assert threading.get_ident() not in street.store.threads


def test_a_slow_disk_keeps_the_loop_waiting_once() -> None:
    street = FrontHarness(seconds=0.02, threads=True)
    asyncio.run(_in_turn(street, [encode_submission() for _ in range(3)]))
    assert [thread == threading.get_ident() for thread in street.store.threads] == [True, False, False]


def test_the_same_submission_twice_at_once_is_stored_once() -> None:
    street, body = FrontHarness(seconds=0.01), encode_submission()
    answers = asyncio.run(_at_once(street, [body] * 6))
    assert sorted(reply.status for reply in answers) == [200] * 5 + [201]
    assert len({reply.body for reply in answers}) == 1


def test_one_that_cannot_be_put_fails_alone() -> None:
    street = FrontHarness(seconds=0.01)
    answers = asyncio.run(_at_once(street, [encode_submission(), encode_submission(mode="paper"), encode_submission()]))
    assert [reply.status for reply in answers] == [201, 500, 201]


def test_a_store_that_is_away_says_when_to_come_back() -> None:
    street = FrontHarness()
    street.store.away = True
    [answer] = asyncio.run(_in_turn(street, [encode_submission()]))
    assert (answer.status, json.loads(answer.body)["code"]) == (503, "store_away")
    assert int(answer.headers["Retry-After"]) > 0


def test_more_than_can_be_answered_soon_are_told_to_come_back() -> None:
    street = FrontHarness(seconds=0.05, max_under_way=4)
    answers = asyncio.run(_at_once(street, [encode_submission() for _ in range(10)]))
    assert sorted(reply.status for reply in answers) == [201] * 4 + [429] * 6
    refused = next(reply for reply in answers if reply.status == 429)
    assert json.loads(refused.body)["code"] == "overloaded"
    assert int(refused.headers["Retry-After"]) > 0
    [after] = asyncio.run(_in_turn(street, [encode_submission()]))
    assert after.status == 201


def test_a_person_who_has_to_come_back_reads_a_page() -> None:
    street = FrontHarness(max_under_way=0)
    answer = asyncio.run(street.ask(b"a=b", headers={"content-type": "application/x-www-form-urlencoded"}))
    assert (answer.status, answer.headers["Content-Type"]) == (429, "text/html; charset=utf-8")


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_the_refusal_that_all_get_holds_nothing_that_one_of_them_sent(kind: str) -> None:
    street = FrontHarness(max_under_way=0)
    hostile = {"origin": "https://evil.example", "host": "evil.example", "accept-language": "xx", "cookie": "a=b"}
    plain = {"content-type": kind}

    async def ask_twice() -> list[RsgiProtocol]:
        return [await street.ask(b"a=b", headers={**plain, **sent}) for sent in (hostile, {})]

    first, second = asyncio.run(ask_twice())
    assert (first.status, first.headers, first.body) == (429, second.headers, second.body)
    assert b"evil" not in first.body
    fresh = FrontHarness(max_under_way=0)
    alone = asyncio.run(fresh.ask(b"a=b", headers=plain))
    assert (alone.headers, alone.body) == (second.headers, second.body)


def test_the_refusal_is_in_the_language_that_the_path_names() -> None:
    study = replace(STUDY, languages=("fr", "en"))
    street = FrontHarness(ApiInstallation(study), max_under_way=0)

    async def ask_for(path: str) -> RsgiProtocol:
        return await street.ask(path=path, method="GET", headers={"content-type": "", "accept-language": "fr"})

    pages = {language: asyncio.run(ask_for(f"/{language}/etude/candidats/")).body for language in ("fr", "en")}
    assert b'lang="fr"' in pages["fr"]
    assert b'lang="en"' in pages["en"]


def test_the_refusal_of_one_study_is_not_that_of_another() -> None:
    other = replace(STUDY, id="autre", title={"fr": "Une autre étude"})
    studies = {STUDY.id: STUDY, other.id: other}

    def refuse(*ids: str) -> list[bytes]:
        street = FrontHarness(ApiInstallation(studies=studies), max_under_way=0)
        asked = (street.ask(path=f"/fr/{id}/candidats/", method="GET", headers={"content-type": ""}) for id in ids)
        return [asyncio.run(request).body for request in asked]

    assert refuse("etude", "autre") == [*refuse("etude"), *refuse("autre")]
    assert refuse("etude") != refuse("autre")


def test_one_network_that_sends_slowly_keeps_nobody_else_out() -> None:
    street = FrontHarness(max_arriving=8, max_arriving_of_one=4, body_timeout_seconds=0.3)

    async def send_many() -> tuple[list[RsgiProtocol], RsgiProtocol, RsgiProtocol]:
        sent: dict[str, Any] = {"chunks": [b"{"] * 100, "pause": 0.05, "headers": {"content-length": "100"}}
        slow = [asyncio.create_task(street.ask(client="192.0.2.1:4000", **sent)) for _ in range(50)]
        await asyncio.sleep(0.05)
        page = await street.ask(client="192.0.2.1:4000", path="/", method="GET")
        quick = await street.ask(encode_submission(), client="192.0.2.2:4000")
        return await asyncio.gather(*slow), page, quick

    slow, page, quick = asyncio.run(send_many())
    assert (quick.status, page.status) == (201, 404)
    assert sorted(reply.status for reply in slow) == [408] * 4 + [429] * 46


def test_slow_senders_keep_nobody_out() -> None:
    street = FrontHarness(max_under_way=2, body_timeout_seconds=0.3)

    async def send_many() -> tuple[list[RsgiProtocol], RsgiProtocol]:
        sent: dict[str, Any] = {"chunks": [b"{"] * 100, "pause": 0.05, "headers": {"content-length": "100"}}
        slow = [asyncio.create_task(street.ask(**sent)) for _ in range(50)]
        await asyncio.sleep(0.05)
        quick = await street.ask(encode_submission())
        return await asyncio.gather(*slow), quick

    slow, quick = asyncio.run(send_many())
    assert quick.status == 201
    assert {reply.status for reply in slow} == {408}


def test_a_body_is_not_even_read_when_its_announced_length_is_too_great() -> None:
    street = FrontHarness()
    answer = asyncio.run(street.ask(chunks=[b"never"], pause=3600, headers={"content-length": "65537"}))
    assert answer.status == 413


@pytest.mark.parametrize("size", [65_537, 1_000_000])
def test_a_body_of_no_announced_length_is_read_no_further_than_the_limit(size: int) -> None:
    street = FrontHarness()
    headers = {"content-length": "", "transfer-encoding": "chunked"}
    answer = asyncio.run(street.ask(chunks=[b" " * 1000] * (size // 1000 + 1), headers=headers))
    assert answer.status == 413


def test_a_chunked_submission_is_taken() -> None:
    street, body = FrontHarness(), encode_submission()
    headers = {"content-length": "", "transfer-encoding": "chunked"}
    answer = asyncio.run(street.ask(chunks=[body[:10], body[10:]], headers=headers))
    assert answer.status == 201


def test_another_sites_page_is_refused() -> None:
    street = FrontHarness()
    answer = asyncio.run(street.ask(encode_submission(), headers={"origin": "https://ailleurs.example"}))
    assert answer.status == 403
    assert street.stored == 0


def test_a_header_with_an_underscore_never_passes_for_another() -> None:
    scope: Any = RsgiScope(headers=Headers({"content_length": "5", "x_forwarded_for": "1", "accept": "a"}))
    environ = environ_of(scope, b"")
    assert environ["CONTENT_LENGTH"] == "0"
    assert [name for name in environ if name.startswith("HTTP_")] == ["HTTP_ACCEPT"]


def test_a_path_goes_through_as_its_bytes() -> None:
    scope: Any = RsgiScope(method="GET", path="/é/")
    assert environ_of(scope, b"")["PATH_INFO"] == "/Ã©/"


def test_a_batcher_that_is_closed_takes_nothing() -> None:
    street = FrontHarness()
    batcher = WriteBatcher(street.store)
    batcher.close()
    prepared = street.installation.app.fast_path.prepare(address(), "application/json", None, HOST, encode_submission())
    assert prepared is not None
    with pytest.raises(StoreUnavailable):
        asyncio.run(batcher.put(prepared))


def test_an_application_that_streams_is_collected_and_closed() -> None:
    closed: list[bool] = []

    class Stream(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def application(environ: Any, start_response: Any) -> Stream:
        start_response("202 Accepted", [("A", "b")])
        return Stream([b"x", b"y"])

    assert call_application(application, {}) == (202, [("A", "b")], b"xy")
    assert closed == [True]
