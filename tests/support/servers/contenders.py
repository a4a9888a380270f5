"""Who takes part in the benchmark of submissions: how each is started, asked, and held to what it acknowledged."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from uuid import uuid4

from boucle.content.surveys import read_surveys
from boucle.core.identity.receipts import response_key
from boucle.core.study.model import Study
from boucle.demonstration.population import read_profile
from boucle.demonstration.respondents import Respondent, invent_respondents
from support.servers.closed_loop import Burst, encode_post
from support.sqlite_files import read_stored_keys

REPOSITORY = Path(__file__).parents[3]
PEERS = REPOSITORY / "tests" / "benchmarks" / "peers"
STUDY, QUESTIONNAIRE = "parcours-de-qualite", "candidats"
ADDRESS = f"/api/responses/{STUDY}/{QUESTIONNAIRE}/1.0.0"
SERVER_CORE, CLIENT_CORE = 0, 1
START_TIMEOUT_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


@cache
def read_shared_surveys() -> Mapping[str, Study]:
    """The repository's own studies."""
    return read_surveys(REPOSITORY / "surveys")


@cache
def invent_people() -> Sequence[Respondent]:
    """The demonstration's candidates, with the fourteen questions' answers that each would give."""
    surveys = REPOSITORY / "surveys"
    study = read_shared_surveys()[STUDY]
    profile = read_profile(surveys / STUDY)
    assert profile is not None
    return invent_respondents(study.by_version[QUESTIONNAIRE, "1.0.0"], profile.audiences[QUESTIONNAIRE], profile)


def generate_submissions() -> Iterator[bytes]:
    """Endless JSON submissions, each with an id of its own."""
    people = [json.dumps({"language": p.language, "mode": p.mode, "answers": p.answers})[1:] for p in invent_people()]
    chance = Random(1)
    while True:
        yield f'{{"id": "{uuid4()}", {chance.choice(people)}'.encode()


class Contender(ABC):
    """A server on one core."""

    name: str

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder / self.name.replace(" ", "-")
        self.folder.mkdir()
        self.python = python
        self.port = find_free_port()
        self.acknowledged = 0
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def requests(self) -> Iterator[bytes]: ...

    @abstractmethod
    def count_lost(self) -> int | None:
        """How many of the acknowledged answers are not in the store; None where nothing is stored."""

    def environment(self) -> dict[str, str]:
        return {}

    def remember(self, came: Burst) -> None:
        self.acknowledged += came.accepted

    def start(self) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(SERVER_CORE), *self.command()],
                cwd=self.folder,
                env={**os.environ, **self.environment()},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not is_listening(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def cpu_seconds(self) -> float:
        """What all its processes have used so far."""
        assert self.process is not None
        return sum(_cpu_of(pid) for pid in _session_processes(self.process.pid))


class BoucleContender(Contender):
    name = "boucle"

    def command(self) -> Sequence[str | Path]:
        boucle = Path(sys.executable).with_name("boucle")
        folders: list[str | Path] = [
            "--home",
            self.folder / "home",
            "--surveys",
            REPOSITORY / "surveys",
            "--site",
            REPOSITORY / "site",
        ]
        return [boucle, *folders, "serve", "--port", str(self.port)]

    def __init__(self, folder: Path, python: Path) -> None:
        super().__init__(folder, python)
        self.receipts: list[str] = []

    def requests(self) -> Iterator[bytes]:
        return (encode_post(ADDRESS, body) for body in generate_submissions())

    def remember(self, came: Burst) -> None:
        super().remember(came)
        self.receipts += (json.loads(body)["receipt"] for body in came.bodies)

    def count_lost(self) -> int:
        stored = set(read_stored_keys(self.folder / "home" / "responses.sqlite3"))
        wanted = {response_key(STUDY, QUESTIONNAIRE, receipt) for receipt in self.receipts}
        if len(wanted) != self.acknowledged or stored - wanted:
            raise AssertionError("something is in the store twice, or was never acknowledged")
        return len(wanted - stored)


class Floor(Contender):
    name = "floor"
    address = "/answers"

    def command(self) -> Sequence[str | Path]:
        gunicorn = self.python.with_name("gunicorn")
        threads = ["--threads", "16", "--keep-alive", "60"]
        return [gunicorn, *threads, "--bind", f"127.0.0.1:{self.port}", "--chdir", PEERS, "floor:app"]

    def environment(self) -> dict[str, str]:
        return {"FLOOR_FILE": str(self.folder / "floor.sqlite3")}

    def requests(self) -> Iterator[bytes]:
        return (encode_post(self.address, body) for body in generate_submissions())

    def count_lost(self) -> int | None:
        [(stored,)] = query_rows(self.folder / "floor.sqlite3", "SELECT count(*) FROM answers")
        return self.acknowledged - int(stored)


class Echo(Floor):
    name = "Flask echo"
    address = "/echo"

    def count_lost(self) -> None:
        return None


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def query_rows(file: Path, query: str) -> list[tuple[str | int, ...]]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _session_processes(leader: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _read_stat(int(entry.name))[3:4] == [str(leader)]:
            yield int(entry.name)


def _cpu_of(pid: int) -> float:
    fields = _read_stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _read_stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
