"""A campaign in a burst, with everything that clients do: every 201 is in the store exactly once, and nothing else is.

`make campaign` plays it with 100,000 people: BOUCLE_PEOPLE=100000.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from support.servers.campaign_client import ClientCampaign
from support.servers.contenders import generate_submissions
from support.servers.real_server import ADDRESS, RealServer, key_of

PEOPLE = int(os.environ.get("BOUCLE_PEOPLE", "3000"))


@pytest.mark.slow
def test_every_promise_of_a_burst_is_kept(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    server = RealServer(tmp_path / "home")
    server.start()
    try:
        start = time.monotonic()
        promises = ClientCampaign(server.port, ADDRESS, seed).play(islice(generate_submissions(), PEOPLE))
        seconds = time.monotonic() - start
        said = f"{promises.sent} sent for {PEOPLE} people in {seconds:.0f} s"
        print(f"seed {seed}: {said}, {promises.come_back} told to come back")
        assert promises.failed == 0
        assert promises.given_up == []
        assert len(promises.receipts) == PEOPLE
        keys = Counter(server.read_stored_keys())
        assert set(keys.values()) == {1}
        assert set(keys) == {key_of(receipt) for receipt in promises.receipts.values()}
        # A 201 can get lost on its way to a client that left; it is never said twice for one submission.
        assert promises.created <= PEOPLE
        assert server.stop() == 0
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
