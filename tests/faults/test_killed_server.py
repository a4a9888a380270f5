"""`kill -9` of the real server under load: whatever it acknowledged is stored once, and nothing else is counted.

The seeds are printed. `make faults` kills more often: BOUCLE_KILLS=400.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from support.servers.campaign_client import ClientCampaign
from support.servers.contenders import generate_submissions
from support.servers.real_server import ADDRESS, RealServer, key_of

KILLS = int(os.environ.get("BOUCLE_KILLS", "4"))
PEOPLE = 400


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_stored_once_and_its_repeats_change_nothing(tmp_path: Path) -> None:
    chance = random.Random(seed := int(os.environ.get("BOUCLE_SEED", str(random.randrange(10**6)))))
    print(f"seed {seed}, {KILLS} kills")
    server = RealServer(tmp_path / "home")
    server.start()
    sent = generate_submissions()
    try:
        for number in range(KILLS):
            bodies = list(islice(sent, PEOPLE))
            first = _play(server, bodies, chance.randrange(10**6), kill_after=chance.uniform(0.02, 0.4))
            server.start()
            keys = Counter(server.read_stored_keys())
            assert all(keys[key_of(receipt)] == 1 for receipt in first.values()), f"kill {number} lost an answer"
            again = _play(server, bodies, chance.randrange(10**6))
            assert len(again) == PEOPLE
            assert all(again[body] == receipt for body, receipt in first.items())
            keys = Counter(server.read_stored_keys())
            assert set(keys.values()) == {1}
            assert len(keys) == PEOPLE * (number + 1)
    finally:
        server.kill()


def _play(server: RealServer, bodies: list[bytes], seed: int, kill_after: float | None = None) -> dict[bytes, str]:
    """The receipts by body; with `kill_after` the server dies under way, and nobody tries twice."""
    campaign = ClientCampaign(server.port, ADDRESS, seed, at_once=32, attempts=1 if kill_after else 6)
    killer = threading.Thread(target=_kill, args=(server, kill_after))
    if kill_after:
        killer.start()
    promises = campaign.play(iter(bodies))
    if kill_after:
        killer.join()
    assert promises.failed == 0
    return promises.receipts


def _kill(server: RealServer, after: float | None) -> None:
    time.sleep(after or 0)
    server.kill()
