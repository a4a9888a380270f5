"""The real server on a disk that fills up, and beside a neighbour who keeps the lock.

A disk of its own is mounted for each, where this user may mount one; elsewhere these are skipped, and loudly.
A disk that is read only is met in tests/unit/storage/test_sqlite_faults.py: one in use cannot be made so.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from support.servers.closed_loop import encode_post
from support.servers.contenders import generate_submissions, invent_people
from support.servers.real_server import ADDRESS, RealServer, key_of

pytestmark = pytest.mark.slow

MEGABYTES = 40
RECOVERS_WITHIN = 20.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("NO DISK of its own could be mounted: run these tests as root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[RealServer]:
    server = RealServer(disk / "home")
    server.start()
    yield server
    server.kill()


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


def send(server: RealServer, body: bytes) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer to one submission."""
    head, _, said = server.ask(encode_post(ADDRESS, body, Connection="close"), timeout=30).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, said.decode()


def is_away(answer: tuple[int, dict[str, str], str]) -> bool:
    status, headers, said = answer
    return status == 503 and int(headers["retry-after"]) > 0 and json.loads(said)["code"] == "store_away"


def takes_again(server: RealServer, body: bytes) -> str:
    """The receipt that it gives once what was wrong is over; nobody touches it meanwhile."""
    deadline = time.monotonic() + RECOVERS_WITHIN
    while time.monotonic() < deadline:
        status, _, said = send(server, body)
        if status in {200, 201}:
            return str(json.loads(said)["receipt"])
        time.sleep(0.2)
    raise AssertionError("it did not recover by itself")


def long_submissions() -> Iterator[bytes]:
    """With a long text each, so that a disk fills up."""
    person = invent_people()[0]
    for body in generate_submissions():
        yield json.dumps({**json.loads(body), "answers": {**person.answers, "message": "x" * 900}}).encode()


def test_a_disk_that_fills_up_loses_nothing_and_its_owner_need_only_make_room(disk: Path, server: RealServer) -> None:
    bodies, receipts = long_submissions(), list[str]()
    remount(disk, f"size={_measure_use(disk) // 1024 + 600}k")
    for body in bodies:
        answer = send(server, body)
        if answer[0] != 201:
            break
        receipts.append(json.loads(answer[2])["receipt"])
    assert is_away(answer)
    assert len(receipts) > 20
    assert send(server, body)[0] == 503
    remount(disk, f"size={MEGABYTES}m")
    receipts.append(takes_again(server, body))
    assert sorted(server.read_stored_keys()) == sorted(map(key_of, receipts))


def _measure_use(disk: Path) -> int:
    return shutil.disk_usage(disk).used


def test_a_neighbour_who_keeps_the_lock_makes_people_wait_and_loses_nothing(server: RealServer) -> None:
    first, second = islice(generate_submissions(), 2)
    receipts = [takes_again(server, first)]
    with closing(sqlite3.connect(server.home / "responses.sqlite3", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        assert is_away(send(server, second))
        assert server.is_up()
        neighbour.execute("ROLLBACK")
    receipts.append(takes_again(server, second))
    assert sorted(server.read_stored_keys()) == sorted(map(key_of, receipts))
