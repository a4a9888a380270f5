"""A served installation for acceptance tests: the real command, a real port, plain HTTP."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from support.builders import DEMONSTRATION, REPOSITORY

BOUCLE = Path(sys.executable).with_name("boucle")
START_WITHIN = 240
SERVED = "The demonstration is served"
CANDIDATE = {
    "accompagne": "no",
    "entreprise_insertion": "yes",
    "connait_iae": "no",
}


@dataclass
class Reply:
    status: int
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Served:
    """`boucle demo` over one home folder."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def published(self) -> Path:
        return self.home / "published"

    def start(self) -> str:
        """Start, wait until everything is filled and served; what the command printed until then."""
        log = self.home.parent / f"{self.home.name}.log"
        before = log.stat().st_size if log.exists() else 0
        with log.open("a") as out:
            self.process = subprocess.Popen(
                [BOUCLE, "--home", self.home, "demo", "--port", str(self.port)],
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=REPOSITORY,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            said = log.read_text()[before:]
            if SERVED in said:
                return said
            if self.process.poll() is not None:
                raise AssertionError(f"boucle demo ended with {self.process.returncode}:\n{said}")
            time.sleep(0.1)
        raise AssertionError(f"boucle demo did not get there within {START_WITHIN} s:\n{log.read_text()[before:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal to the server's first process only; its exit status."""
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(timeout=30)
        self.wait_until_port_is_free()
        return status

    def wait_until_port_is_free(self) -> None:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            time.sleep(0.1)
        raise AssertionError(f"something still answers on port {self.port}")

    def boucle(self, *words: str) -> str:
        ran = subprocess.run(
            [BOUCLE, "--home", self.home, *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def request(self, method: str, address: str, body: bytes | None = None, **headers: str) -> Reply:
        request = urllib.request.Request(  # noqa: S310  # our own server on loopback
            self.origin + address,
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
                return Reply(reply.status, reply.read(), reply.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read(), error.headers)

    def get(self, address: str) -> Reply:
        return self.request("GET", address)

    def post_json(self, address: str, body: object) -> Reply:
        return self.request("POST", address, json.dumps(body).encode(), Content_Type="application/json")

    def answer(self, id: str | None = None, **answers: object) -> Reply:
        body = {"id": id or str(uuid4()), "language": "fr", "mode": "self", "answers": {**CANDIDATE, **answers}}
        return self.post_json(f"/api/responses/{DEMONSTRATION}/candidats/1.0.0", body)

    def standing(self, receipt: str) -> Reply:
        return self.post_json("/api/receipts", self._receipt_body(receipt))

    def withdraw(self, receipt: str) -> Reply:
        return self.post_json("/api/withdrawals", self._receipt_body(receipt))

    def _receipt_body(self, receipt: str) -> dict[str, str]:
        return {"study": DEMONSTRATION, "questionnaire": "candidats", "receipt": receipt}

    def latest(self, questionnaire: str) -> Any:
        return self.get(f"/{DEMONSTRATION}/data/{questionnaire}/v1/2026/latest.json").json

    def hash_published(self) -> dict[str, str]:
        """The hash of every published file, by its address."""
        files = (file for file in self.published.rglob("*") if file.is_file())
        return {str(file.relative_to(self.published)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
