"""`boucle serve` as a process of its own, asked over plain sockets, killed without warning, looked into afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from boucle.core.identity.receipts import response_key
from support.servers.contenders import ADDRESS, QUESTIONNAIRE, REPOSITORY, STUDY, find_free_port, is_listening
from support.sqlite_files import read_stored_keys

BOUCLE = Path(sys.executable).with_name("boucle")
START_TIMEOUT_SECONDS = 90


class RealServer:
    """One home folder, and the server over it."""

    def __init__(
        self,
        home: Path,
        *,
        surveys: Path = REPOSITORY / "surveys",
        site: Path = REPOSITORY / "site",
        command: Sequence[str | Path] = (BOUCLE,),
        **environment: str,
    ) -> None:
        self.home = home
        self.folders: list[str | Path] = ["--surveys", surveys, "--site", site]
        self.environment = environment
        self.command = command
        self.port = find_free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.home.with_suffix(".log")

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "--home", self.home, *self.folders, "serve", "--port", str(self.port)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home.parent,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def is_up(self) -> bool:
        """Whether it answers its health check."""
        if not is_listening(self.port):
            return False
        return self.ask(b"GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")[9:12] == b"200"

    def kill(self) -> None:
        """kill -9 of every process of it, at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """As systemd stops it; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            if self.process.poll() is None:
                self.kill()

    def ask(self, sent: bytes, *, pause: float = 0.0, timeout: float = 10.0, half_closed: bool = False) -> bytes:
        """Everything that comes back for these bytes, until the server closes or says nothing for a while.

        `half_closed`: say at once that nothing more is sent.
        """
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as line:
            try:
                line.sendall(sent)
                time.sleep(pause)
                if half_closed:
                    line.shutdown(socket.SHUT_WR)
                while chunk := line.recv(65536):
                    received += chunk
            except (TimeoutError, ConnectionError):
                pass
        return received

    def read_stored_keys(self) -> list[str]:
        """The key of every stored response."""
        return read_stored_keys(self.home / "responses.sqlite3")


def key_of(receipt: str) -> str:
    """The key under which the store holds the response of a receipt."""
    return response_key(STUDY, QUESTIONNAIRE, receipt)


__all__ = ["ADDRESS", "RealServer", "key_of"]
