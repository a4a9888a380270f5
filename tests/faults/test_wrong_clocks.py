"""A clock that jumps under a running server, or before it starts: the operating system's, moved by libfaketime.

`make faketime` installs it from Debian; where it is missing these are skipped, loudly, and fail with CI set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from boucle.authoring.scaffold import start_site, start_study
from boucle.content.surveys import read_surveys
from boucle.core.ports import NewResponse
from boucle.core.study.model import Series
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.servers.contenders import REPOSITORY
from support.servers.real_server import BOUCLE, RealServer

pytestmark = pytest.mark.slow

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
TODAY = date(2026, 3, 10)
"""When these servers run: they are started at noon."""
YEARS_AHEAD = timedelta(days=12 * 365 + 3)
ANSWERS = 40
TIMEOUT_SECONDS = 60
EVERY_SECOND = """
from functools import partial
from boucle.entrypoints.server import run
run.Schedule = partial(run.Schedule, interval_seconds=1)
from boucle.cli import main
main()
"""
"""`boucle`, whose server runs the job every second."""


class MovedClock:
    """What clock the processes with this environment read; it goes on by itself."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - datetime.now(UTC)
        self.move(timedelta())

    def move(self, step: timedelta) -> None:
        """Set it forward, or back."""
        self.offset += step
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{self.offset.total_seconds():+.0f}", encoding="ascii")
        beside.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        # Its own file is read anew each time; neither the time since the start nor files' dates are moved.
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "TZ": "UTC",
        }


class Site:
    """A study that opened ten days ago, with answers of today that wait for tomorrow's seal."""

    def __init__(self, folder: Path, clock: MovedClock) -> None:
        self.clock = clock
        self.home = folder / "home"
        surveys, site = folder / "surveys", folder / "site"
        start_study(surveys, "accueil", TODAY - timedelta(days=10))
        start_site(site, read_surveys(surveys))
        study = read_surveys(surveys)["accueil"]
        self.series = Series("accueil", "usagers", 1, study.waves[0].id)
        self.expires = study.expiry(study.waves[0])
        self.words: list[str | Path] = ["--home", self.home, "--surveys", surveys, "--site", site]
        command = [sys.executable, "-c", EVERY_SECOND]
        self.server = RealServer(self.home, surveys=surveys, site=site, command=command, **clock.environment)
        self.home.mkdir()
        self.received = 0
        self.receive(TODAY)

    def receive(self, day: date) -> None:
        self.received += 1
        with closing(SqliteResponseStore(self.home / "responses.sqlite3")) as store:
            for person in range(ANSWERS):
                store.put(self._make_response(f"{day}-{self.received}-{person}", day), [])

    def _make_response(self, key: str, day: date) -> NewResponse:
        return NewResponse(
            series=self.series,
            version="1.0.0",
            key=key,
            window=day,
            language="fr",
            mode="self",
            answers={"venu": "no"},
            digest=key,
            expires=self.expires,
        )

    def run(self, *words: str, ok: bool = True) -> str:
        """A command, which reads the same clock; what it says."""
        ran = subprocess.run(
            [BOUCLE, *self.words, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **self.clock.environment},
        )
        assert (ran.returncode == 0) == ok, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def read_alarms(self) -> list[str]:
        report: dict[str, list[str]] = json.loads((self.home / "last-job.json").read_text("utf-8"))
        return report["alarms"]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.server.log.read_text("utf-8")[-3000:]
            time.sleep(0.1)

    def wait_for_run(self) -> None:
        """Until the job has run twice from now on: the second began after now."""
        file = self.home / "last-job.json"
        for _ in range(2):
            before = file.stat().st_ino if file.exists() else 0
            self.wait_until(lambda: file.exists() and file.stat().st_ino != before)  # noqa: B023  # called at once

    def count_stored(self) -> int:
        with closing(SqliteResponseStore(self.home / "responses.sqlite3")) as store:
            return sum(store.count_pending_by_day(self.series).values()) + store.count_sealed(self.series, 1)

    def read_seal_dates(self) -> list[str]:
        with closing(SqliteLedger(self.home / "ledger.sqlite3")) as ledger:
            return [json.loads(entry)["date"] for entry in ledger.read_entries(self.series)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if not LIBRARIES:
        message = "NO LIBFAKETIME: run `make faketime`, or `apt-get install faketime`"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    site = Site(tmp_path, MovedClock(tmp_path / "clock"))
    yield site
    if site.server.process is not None and site.server.process.poll() is None:
        site.server.kill()


@pytest.mark.parametrize("step", [timedelta(days=2), YEARS_AHEAD, -timedelta(hours=5)])
def test_a_clock_that_jumps_under_a_running_server_seals_and_deletes_nothing(site: Site, step: timedelta) -> None:
    site.server.start()
    site.wait_for_run()
    assert site.read_alarms() == []
    site.clock.move(step)
    site.wait_for_run()
    [alarm] = site.read_alarms()
    assert f"{TODAY + step if step.days > 0 else TODAY}" in alarm
    assert f"{TODAY} 12:0" in alarm
    assert "boucle clock accept" in alarm
    assert "nothing was sealed, published or deleted" in site.server.log.read_text("utf-8")
    assert (site.read_seal_dates(), site.count_stored()) == ([], ANSWERS)
    assert "WRONG" in site.run("status", ok=False)
    site.run("seal", ok=False)
    site.run("publish", ok=False)
    site.clock.move(-step)
    site.wait_until(lambda: site.read_alarms() == [])


def test_a_server_that_starts_years_ahead_deletes_nothing_until_somebody_accepts_and_then_not_at_once(
    site: Site,
) -> None:
    site.server.start()
    site.wait_for_run()
    site.server.kill()
    site.clock.move(YEARS_AHEAD)
    site.server.start()
    site.wait_for_run()
    assert (site.read_seal_dates(), site.count_stored()) == ([], ANSWERS)
    site.server.kill()
    said = site.run("clock", "accept", "--yes")
    assert f"{TODAY} 12:0" in said
    assert "2038-03-10" in said
    assert "nothing speaks against it" in site.run("clock", "accept")


def test_after_a_real_step_that_was_accepted_the_seal_goes_on_and_the_first_run_deletes_nothing(site: Site) -> None:
    site.server.start()
    site.wait_for_run()
    site.clock.move(timedelta(days=2))
    site.wait_for_run()
    assert len(site.read_alarms()) == 1
    site.run("clock", "accept", "--yes")
    site.wait_until(lambda: site.read_alarms() == [])
    assert site.read_seal_dates() == [f"{TODAY + timedelta(days=2)}"]
    assert "nothing was deleted in this run" in site.server.log.read_text("utf-8")
    assert site.count_stored() == ANSWERS


def test_answering_no_accepts_nothing(site: Site) -> None:
    site.run("seal")
    site.clock.move(timedelta(days=2))
    ran = subprocess.run(
        [BOUCLE, *site.words, "clock", "accept"],
        input="n\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **site.clock.environment},
        cwd=REPOSITORY,
    )
    assert ran.returncode == 1
    assert "by your own watch" in ran.stdout
    site.run("seal", ok=False)


def test_what_an_earlier_boucle_sealed_years_ahead_is_repaired_and_seals_go_on(site: Site) -> None:
    site.clock.move(YEARS_AHEAD)
    assert "sealed cohort 1 of 40" in site.run("seal")
    site.clock.move(-YEARS_AHEAD)
    assert "days behind" in site.run("seal", ok=False)
    site.run("clock", "repair", ok=False)
    site.run("clock", "accept", "--yes")
    assert "boucle clock repair" in site.run("seal", ok=False)
    site.receive(TODAY)
    said = site.run("clock", "repair")
    assert f"after cohort 1, days count again from {TODAY}; 40 answers of days to come wait in today" in said
    assert "Nothing is dated ahead." in site.run("clock", "repair")
    site.clock.move(timedelta(days=1))
    site.run("clock", "accept", "--yes")
    assert "sealed cohort 2 of 40" in site.run("seal")
    assert site.read_seal_dates() == ["2038-03-10", f"{TODAY + timedelta(days=1)}"]
    assert "2 new releases" in site.run("publish")
    site.run("audit", str(site.home / "published"))
