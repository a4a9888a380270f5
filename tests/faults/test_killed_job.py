"""`kill -9` at random moments of storing, sealing and publishing, over real files, again and again on what is left.

The seed is printed. `make faults` kills 460 times: BOUCLE_JOB_KILLS=460.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from boucle.core.identity.receipts import response_key
from boucle.core.ports import NewResponse
from boucle.storage.published.folder import FolderSink, FolderVault
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.cohorts import FIRST_DAY, DayClock, SealingInstallation, draw_answers

KILLS = int(os.environ.get("BOUCLE_JOB_KILLS", "40"))
KILLS_A_HOME = 20
A_DAY = 45
LONGEST = 0.25


@dataclass
class Home:
    """One installation on disk."""

    folder: Path

    @contextmanager
    def open(self, day: int) -> Iterator[SealingInstallation]:
        store, ledger = (
            SqliteResponseStore(self.folder / "responses.sqlite3"),
            SqliteLedger(self.folder / "ledger.sqlite3"),
        )
        with closing(store), closing(ledger):
            stores: dict[str, Any] = {"store": store, "ledger": ledger, "sink": FolderSink(self.folder / "published")}
            clock = DayClock(FIRST_DAY + timedelta(days=day))
            yield SealingInstallation(**stores, vault=cast(Any, FolderVault(self.folder / "vault")), clock=clock)

    def read_published(self) -> dict[str, bytes]:
        files = (file for file in (self.folder / "published").rglob("*.json") if file.is_file())
        return {file.relative_to(self.folder / "published").as_posix(): file.read_bytes() for file in files}


def put(here: SealingInstallation, name: str, chance: random.Random) -> str:
    """Store one person's answers; the key, once it is durable."""
    key = response_key("etude", "candidats", name)
    here.store.put(
        NewResponse(
            series=here.series,
            version="1.0.0",
            key=key,
            window=here.clock.today,
            language="fr",
            mode="self",
            answers=draw_answers(chance),
            digest=key,
            expires=FIRST_DAY + timedelta(days=3000),
        ),
        [],
    )
    return key


def work(home: Home, run: int, told: int) -> None:
    """What is killed: days of answers, each told once it is stored, and a seal and a publication every night."""
    chance = random.Random(run)
    with home.open(run * 100) as here:
        for day in range(90):
            for person in range(A_DAY):
                os.write(told, f"{put(here, f'{run}-{day}-{person}', chance)}\n".encode())
            here.clock.pass_by()
            here.seal()
            here.publish()


def kill(home: Home, run: int, after: float) -> list[str]:
    """The keys that were told before the end."""
    hears, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(home, run, tells)
        finally:
            os._exit(1)
    os.close(tells)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(hears) as lines:
        return [line.strip() for line in lines if line.endswith("\n")]


@pytest.mark.slow
def test_whenever_it_is_killed_nothing_told_is_lost_and_no_noise_is_drawn_twice(tmp_path: Path) -> None:
    seed = int(os.environ.get("BOUCLE_SEED", str(random.randrange(10**6))))
    chance, cohorts = random.Random(seed), 0
    for number in range(KILLS):
        home = Home(tmp_path / str(number // KILLS_A_HOME))
        run = number % KILLS_A_HOME
        told = kill(home, run, chance.uniform(0.005, LONGEST))
        cohorts += recover(home, run, told, f"seed {seed}, kill {number}")
    print(f"seed {seed}: {KILLS} kills, {cohorts} cohorts")
    assert cohorts


def recover(home: Home, run: int, told: list[str], where: str) -> int:
    """Check what a kill left, let the next night's job run, and check that it only finished and added."""
    visible = home.read_published()
    with home.open(run * 100 + 99) as here:
        before = list(here.ledger.read_entries(here.series))
        assert [key for key in told if here.store.read_standing("etude", "candidats", key) is None] == [], where
        here.seal()
        here.publish()
        after = list(here.ledger.read_entries(here.series))
        assert after[: len(before)] == before, where
        assert list(here.vault.read_copies(here.series)) == after, where
        newest = home.read_published()
        assert all(newest[name] == visible[name] for name in visible if "/releases/" in name), where
        releases = [name for name in newest if "/releases/" in name]
        assert len(releases) == len(after), where
        if releases:
            last = max(releases, key=lambda name: int(Path(name).stem))
            latest = next(content for name, content in newest.items() if name.endswith("latest.json"))
            assert latest == newest[last], where
        again = here.seal()
        assert again.alarms == (), where
        return len(after)
