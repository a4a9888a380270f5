"""Waves, questionnaires and folders that have answers keep their names, before a server starts and under one."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from boucle.authoring.scaffold import start_site, start_study
from boucle.content.surveys import read_surveys
from boucle.core.ports import NewResponse
from boucle.core.study.model import Series
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.builders import name_controller
from support.servers.real_server import BOUCLE, RealServer

pytestmark = pytest.mark.slow

TODAY = datetime.now(UTC).date()
OPENED = TODAY - timedelta(days=20)


class StudyHome:
    """A study that opened three weeks ago, and what `boucle` says of it."""

    def __init__(self, folder: Path) -> None:
        self.surveys, self.site, self.home = folder / "surveys", folder / "site", folder / "home"
        start_study(self.surveys, "accueil", OPENED)
        name_controller(self.surveys / "accueil" / "study.json")
        start_site(self.site, read_surveys(self.surveys))
        self.study_file = self.surveys / "accueil" / "study.json"
        self.study = read_surveys(self.surveys)["accueil"]
        self.wave = self.study.waves[0].id

    def receive(self, count: int = 14) -> None:
        series = Series("accueil", "usagers", 1, self.wave)
        self.home.mkdir(exist_ok=True)
        with closing(SqliteResponseStore(self.home / "responses.sqlite3")) as store:
            for person in range(count):
                store.put(
                    NewResponse(
                        series=series,
                        version="1.0.0",
                        key=f"key-{person}",
                        window=TODAY - timedelta(days=1),
                        language="fr",
                        mode="self",
                        answers={"venu": "no"},
                        digest=f"digest-{person}",
                        expires=self.study.expiry(self.study.waves[0]),
                    ),
                    [],
                )

    def run(self, *words: str) -> tuple[int, str]:
        folders: list[str | Path] = ["--home", self.home, "--surveys", self.surveys, "--site", self.site]
        ran = subprocess.run([BOUCLE, *folders, *words], capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        source = json.loads(self.study_file.read_text("utf-8"))
        change(source)
        self.study_file.write_text(json.dumps(source, ensure_ascii=False), "utf-8")


@pytest.fixture
def home(tmp_path: Path) -> StudyHome:
    return StudyHome(tmp_path)


def rename_wave(source: dict[str, Any]) -> None:
    source["waves"][0]["id"] = "automne"


def test_without_answers_and_without_a_freeze_a_wave_may_be_renamed(home: StudyHome) -> None:
    home.edit(rename_wave)
    assert home.run("lint")[0] == 0
    assert home.run("build")[0] == 0


def test_a_wave_with_answers_is_not_renamed_though_nothing_was_frozen(home: StudyHome) -> None:
    home.receive()
    assert home.run("build")[0] == 0
    assert home.run("seal")[0] == 0
    home.edit(rename_wave)
    for command in ("lint", "build", "freeze", "status"):
        status, said = home.run(command)
        assert status == 1, said
        assert f"14 answers of wave {home.wave} belong to nothing that study.json knows" in said
        assert "Nothing is wrong" not in said
    home.edit(lambda source: source["waves"][0].update(id=home.wave))
    assert home.run("lint")[0] == 0
    assert home.run("status")[0] == 0


def test_status_says_so_where_no_site_was_ever_built(home: StudyHome) -> None:
    home.receive(3)
    home.edit(rename_wave)
    status, said = home.run("status", "--format", "json")
    assert status == 1
    [wrong] = json.loads(said)["wrong"]
    assert wrong.startswith(f"3 answers of wave {home.wave} belong to nothing")


def test_frozen_lint_alone_refuses_and_the_lock_stays_what_sha256sum_reads(home: StudyHome) -> None:
    assert home.run("freeze")[0] == 0
    subprocess.run(["sha256sum", "--check", "--quiet", "published.lock"], cwd=home.surveys, check=True)
    home.edit(rename_wave)
    for command in ("lint", "freeze", "build"):
        status, said = home.run(command)
        assert status == 1, said
        assert f'The wave "{home.wave}", which has opened, is called "automne" now' in said


def test_a_folder_that_has_opened_keeps_its_name_and_one_that_has_not_may_have_another(home: StudyHome) -> None:
    assert home.run("freeze")[0] == 0
    renamed = home.surveys / "autre"
    (home.surveys / "accueil").rename(renamed)
    (home.surveys / "published.lock").unlink()  # what it says of the moved file is another rule's
    status, said = home.run("lint")
    assert status == 1
    assert 'its folder is called "autre" now' in said
    source = json.loads((renamed / "study.json").read_text("utf-8"))
    (renamed / "study.json").write_text(json.dumps({**source, "id": "autre"}), "utf-8")
    status, said = home.run("lint")
    assert status == 1
    assert 'The study "accueil" has opened, and its folder is gone.' in said


def test_a_wave_may_close_early_but_not_before_its_last_answers(home: StudyHome) -> None:
    home.receive()
    assert home.run("build")[0] == 0
    home.edit(lambda source: source["waves"][0].update(closes=str(TODAY - timedelta(days=9)), grace_days=0))
    status, said = home.run("lint")
    assert status == 1
    assert f"came until {TODAY - timedelta(days=1)}" in said
    home.edit(lambda source: source["waves"][0].update(closes=str(TODAY), grace_days=0))
    assert home.run("lint")[0] == 0


def test_a_lock_made_on_windows_holds_where_lines_end_otherwise(home: StudyHome) -> None:
    version = home.surveys / "accueil" / "usagers" / "1.0.0.json"
    version.write_bytes(version.read_bytes().replace(b"\n", b"\r\n"))
    assert home.run("freeze")[0] == 0
    version.write_bytes(version.read_bytes().replace(b"\r\n", b"\n"))
    assert home.run("lint")[0] == 0
    version.write_bytes(version.read_bytes().replace(b"Votre", b"Ton"))
    assert home.run("lint")[0] == 1


def test_a_server_goes_on_with_the_studies_as_they_were_and_says_so(home: StudyHome) -> None:
    home.receive()
    server = RealServer(home.home, surveys=home.surveys, site=home.site)
    server.start()
    try:
        home.edit(rename_wave)
        _wait_until(lambda: "what is served stays as it was" in server.log.read_text("utf-8"), server)
        status, said = home.run("status")
        assert status == 1
        assert "What is served stays as it was" in said
        assert f"accueil/usagers/v1/{home.wave}: " in said
        form = b"GET /accueil/usagers/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        assert server.ask(form)[9:12] == b"200"
        server.kill()
        server.start()
        assert "The site is served as it was last built" in server.log.read_text("utf-8")
        assert server.ask(form)[9:12] == b"200"
        _wait_until(lambda: (home.home / "last-job.json").exists(), server)
        assert json.loads((home.home / "last-job.json").read_text("utf-8"))["alarms"] == []
        home.edit(lambda source: source["waves"][0].update(id=home.wave))
        _wait_until(lambda: home.run("status")[0] == 0, server)
    finally:
        server.kill()


def _wait_until(is_so: Callable[[], bool], server: RealServer) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, server.log.read_text("utf-8")[-2000:]
        time.sleep(0.2)
