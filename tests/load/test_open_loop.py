"""A mailing's peak: so many a second, whatever the server does. None fails, and each is stored exactly once.

`make campaign` plays 300 a second for a minute and 1,000 for ten seconds: BOUCLE_ARRIVALS="300x60 1000x10".
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.servers.contenders import generate_submissions
from support.servers.open_loop import arrive
from support.servers.real_server import ADDRESS, RealServer, key_of

ARRIVALS = os.environ.get("BOUCLE_ARRIVALS", "100x3")
WRK_SECONDS = int(os.environ.get("BOUCLE_WRK_SECONDS", "3"))
WRK_CONNECTIONS = 64


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    server = RealServer(tmp_path / "home")
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
def test_nobody_who_comes_in_a_peak_is_turned_away_or_lost(server: RealServer) -> None:
    bodies, receipts = generate_submissions(), list[str]()
    for arrival_rate in ARRIVALS.split():
        rate, seconds = (int(part) for part in arrival_rate.split("x"))
        came = arrive(server.port, ADDRESS, bodies, rate, seconds)
        half, most = came.percentile(0.5) * 1e3, came.percentile(0.99) * 1e3
        print(f"{rate} a second for {seconds} s: {dict(came.statuses)}, half in {half:.0f} ms, 99 % in {most:.0f} ms")
        assert came.statuses == {201: rate * seconds}
        receipts += came.receipts
    assert Counter(server.read_stored_keys()) == Counter(key_of(receipt) for receipt in receipts)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed: apt-get install wrk")
def test_what_wrk_was_told_is_stored_is_stored_once(server: RealServer, tmp_path: Path) -> None:
    """Another program than ours, as fast as it can; at its end it leaves without waiting for the last answers."""
    told = tmp_path / "told"
    subprocess.run(
        ["wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{WRK_SECONDS}s", "-s", Path(__file__).with_name("wrk.lua"),
         f"http://127.0.0.1:{server.port}{ADDRESS}"],
        check=True, env={**os.environ, "BODIES": str(write_bodies(tmp_path / "bodies")), "TOLD": str(told)},
    )  # fmt: skip
    receipts = told.read_text(encoding="utf-8").split()
    stored = Counter(server.read_stored_keys())
    print(f"wrk was told {len(receipts)} times that an answer is stored; {len(stored)} are")
    assert len(receipts) > 100
    assert set(stored.values()) == {1}
    assert {key_of(receipt) for receipt in receipts} <= set(stored)
    assert len(stored) <= len(receipts) + WRK_CONNECTIONS


def write_bodies(file: Path) -> Path:
    """Enough submissions for all that wrk can send, one a line."""
    bodies = generate_submissions()
    with file.open("wb") as out:
        for _ in range(WRK_SECONDS * 5000):
            out.write(next(bodies) + b"\n")
    return file
