"""Bytes that no honest client sends, against the real server: nothing breaks, and nothing is stored."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import pytest

from boucle.web.requests import FORM, JSON
from support.servers.closed_loop import encode_post
from support.servers.contenders import generate_submissions
from support.servers.real_server import ADDRESS, RealServer

pytestmark = pytest.mark.slow

HEAD = f"POST {ADDRESS} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".encode()
WHOLE = next(generate_submissions())
SMUGGLED = encode_post(ADDRESS, next(generate_submissions()))

ATTACKS: dict[str, bytes] = {
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and a length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}" + SMUGGLED,
    "two lengths in one": HEAD + b"Content-Length: 2, 0\r\n\r\n{}" + SMUGGLED,
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "a negative length": HEAD + b"Content-Length: -2\r\n\r\n{}" + SMUGGLED,
    "a length beyond numbers": HEAD + b"Content-Length: 9223372036854775808\r\n\r\n{}" + SMUGGLED,
    "two codings": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "an unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a hidden coding": HEAD + b"Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a folded header": HEAD + b"X: a\r\n Content-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a chunk size beyond numbers": HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}" + SMUGGLED,
    "a chunk with a bad end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n" + SMUGGLED,
    "a NUL in a header": HEAD + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "no version": f"POST {ADDRESS}\r\n\r\n".encode() + SMUGGLED,
    "HTTP/9": f"POST {ADDRESS} HTTP/9.9\r\nHost: a\r\n\r\n".encode() + SMUGGLED,
    "TLS on a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "HTTP/2 by surprise": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(100),
    "a head without end": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000,
    "a header of a megabyte": b"GET / HTTP/1.1\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
    "an address of a megabyte": b"GET /" + b"y" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
}
"""What follows each is a whole valid submission, which must never be taken for a request of its own."""
PROBES: dict[str, tuple[bytes, set[int]]] = {
    "a path that climbs": (b"GET /../../../../etc/passwd HTTP/1.1", {400, 404}),
    "a path that climbs, encoded": (b"GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1", {400, 404}),
    "the key": (b"GET /../master.key HTTP/1.1", {400, 404}),
    "a shell": (b"GET /_boucle/shell/parcours-de-qualite.fr.html HTTP/1.1", {404}),
    "bytes that are no text": (b"GET /%ff%fe%00 HTTP/1.1", {400, 404}),
    "a whole address": (b"GET http://evil.example/api/health HTTP/1.1", {200, 400, 404}),
    "another method": (b"TRACE / HTTP/1.1", {400, 405}),
    "no such method": (b"BREW /api/health HTTP/1.1", {400, 405}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1", {400, 404, 405}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(tmp_path_factory.mktemp("wire") / "home")
    server.start()
    yield server
    assert server.stop() == 0
    said = server.log.read_text()
    assert "Traceback" not in said
    assert "127.0.0.1:" not in said.replace(f"127.0.0.1:{server.port}", "")


def statuses(received: bytes) -> list[int]:
    """The status of every answer in what came back."""
    return [int(answer[:3]) for answer in received.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_second_request_is_ever_smuggled_in(server: RealServer, attack: str) -> None:
    before = server.read_stored_keys()
    received = server.ask(ATTACKS[attack], timeout=1.5)
    assert 201 not in statuses(received)
    assert all(status < 500 for status in statuses(received))
    assert server.read_stored_keys() == before
    assert server.is_up()


CUT_OFF: dict[str, bytes] = {
    "before its end": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n",
    "in a chunk": b"Transfer-Encoding: chunked\r\n\r\n1%x\r\n%s",
    "by a size that is none": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nzz\r\n",
    "before its length": b"Content-Length: 1%d\r\n\r\n%s",
}


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize("how", CUT_OFF)
def test_what_was_cut_off_is_refused_and_its_whole_is_stored_once(server: RealServer, how: str, kind: str) -> None:
    """All of it is there but its end: the sender says no more, and still reads."""
    body = next(generate_submissions())
    if kind == FORM:
        body = urlencode(json.loads(body)["answers"], doseq=True).encode()
    head = HEAD.replace(JSON.encode(), kind.encode())
    before = server.read_stored_keys()
    received = server.ask(head + CUT_OFF[how] % (len(body), body), timeout=1.5, half_closed=True)
    assert set(statuses(received)) <= {400}
    assert server.read_stored_keys() == before
    if kind == JSON:
        chunks = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        assert statuses(server.ask(head + chunks, timeout=1.5)) == [201]
        assert len(server.read_stored_keys()) == len(before) + 1


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_learns_nothing(server: RealServer, probe: str) -> None:
    line, expected = PROBES[probe]
    received = server.ask(line + b"\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert set(statuses(received)) <= expected
    assert b"root:" not in received
    assert b"Traceback" not in received


def test_what_is_compressed_is_never_opened(server: RealServer) -> None:
    bomb = gzip.compress(b" " * 40_000_000)
    received = server.ask(encode_post(ADDRESS, bomb, Content_Encoding="gzip", Connection="close"))
    assert statuses(received) == [400]


def test_two_requests_in_one_packet_get_two_answers(server: RealServer) -> None:
    both = b"".join(encode_post(ADDRESS, body) for body in islice(generate_submissions(), 2))
    assert statuses(server.ask(both, timeout=1.5)) == [201, 201]


def test_five_thousand_fields_are_refused_whole(server: RealServer) -> None:
    fields = b"&".join(b"q%d=1" % at for at in range(5000))
    before = server.read_stored_keys()
    received = server.ask(encode_post(ADDRESS, fields, "application/x-www-form-urlencoded", Connection="close"))
    assert statuses(received) == [400]
    assert server.read_stored_keys() == before


def test_slow_senders_hold_up_nobody(server: RealServer) -> None:
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
    try:
        for at, line in enumerate(lines):
            line.sendall(HEAD + (b"Content-Length: 1000\r\n\r\n{" if at % 2 else b"X: "))
        start = time.monotonic()
        received = server.ask(encode_post(ADDRESS, next(generate_submissions()), Connection="close"))
        assert statuses(received) == [201]
        assert time.monotonic() - start < 2
    finally:
        for line in lines:
            line.close()


def test_a_head_that_never_ends_is_not_waited_for(server: RealServer) -> None:
    received = server.ask(b"GET / HTTP/1.1\r\nX: ", timeout=20)
    assert statuses(received) in ([], [408])


def test_clients_that_leave_store_everything_or_nothing(server: RealServer) -> None:
    before = len(server.read_stored_keys())
    sent = list(islice(generate_submissions(), 60))

    def leave(body: bytes, share: int) -> None:
        request = encode_post(ADDRESS, body)
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(request[: len(request) * share // 10])

    threads = [threading.Thread(target=leave, args=(body, at % 11)) for at, body in enumerate(sent)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.5)
    # Those that arrived whole may be stored; sending all again leaves each there exactly once.
    again = [server.ask(encode_post(ADDRESS, body, Connection="close")) for body in sent]
    assert {status for received in again for status in statuses(received)} <= {200, 201}
    receipts = {json.loads(received.partition(b"\r\n\r\n")[2])["receipt"] for received in again}
    assert len(receipts) == len(sent)
    assert len(server.read_stored_keys()) == before + len(sent)


def test_the_key_and_the_store_are_its_owners_alone(server: RealServer) -> None:
    private = [Path(server.home / "master.key"), *Path(server.home).glob("*.sqlite3*")]
    assert {path.stem for path in private} >= {"master", "responses", "ledger", "invitations"}
    assert [path.name for path in private if path.stat().st_mode & 0o077] == []
