"""Lambda without AWS: a package unpacked on a read-only mount, Amazon's own runtime client, and our own Runtime API.

The API is the four endpoints of 2018-06-01; the runtime client is the `awslambdaric` that Lambda itself runs.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from boucle.content.surveys import read_surveys
from boucle.deployment.package import LambdaPackage, build_package
from boucle.pages.common import shells
from boucle.pages.forms.renderer import render_plain_shell
from support.builders import REPOSITORY, SURVEYS

PREFIX = "/2018-06-01/runtime/"
TIMEOUT_SECONDS = 60
LAMBDA_BRINGS = (
    *("awslambdaric", "simplejson", "snapshot-restore-py"),
    *("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3"),
)
"""What is on Lambda's own path, beside the package."""


@dataclass(frozen=True, slots=True)
class LambdaAnswer:
    """What became of an event: the function's result, or its error."""

    result: Any
    error: Any
    seconds: float


class RuntimeApi(ThreadingHTTPServer):
    """Hands one event after another to the runtime client, and takes its answers."""

    daemon_threads = True

    def __init__(self) -> None:
        self.events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self.answers: queue.Queue[tuple[str, bytes]] = queue.Queue()
        super().__init__(("127.0.0.1", 0), _Handler)
        Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """The client is killed at the end, whatever it is doing."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every warm call waits 40 ms for an acknowledgement
    server: RuntimeApi

    def do_GET(self) -> None:
        """The next event; the client waits for it as long as it takes."""
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        name, body = event
        self._answer(
            200,
            body,
            {
                "Lambda-Runtime-Aws-Request-Id": name,
                "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + TIMEOUT_SECONDS * 1000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-3:123456789012:function:boucle",
            },
        )

    def do_POST(self) -> None:
        """A result, an error, or a failure to start."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.put((self.path.rsplit("/", 1)[-1], body))
        self._answer(202, b'{"status": "OK"}', {})

    def log_message(self, template: str, *arguments: object) -> None:
        """Silence."""

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Lambda:
    """One function: a process that is started cold, and then asked one event after another."""

    def __init__(self, root: Path, brought: Path, environment: Mapping[str, str], handler: str) -> None:
        self.api = RuntimeApi()
        self.log = root.parent / f"{uuid4().hex}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*_make_read_only(root), sys.executable, "-S", "-m", "awslambdaric", handler],
                cwd=root,
                env=dict(environment)
                | {
                    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.server_address[1]}",
                    "AWS_LAMBDA_FUNCTION_NAME": "boucle",
                    "LAMBDA_TASK_ROOT": str(root),
                    "PYTHONPATH": f"{root}:{brought}",
                    "PATH": os.environ["PATH"],
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ask(self, event: object) -> LambdaAnswer:
        """What the function answers to an event."""
        began = time.perf_counter()
        self.api.events.put((uuid4().hex, json.dumps(event).encode()))
        kind, body = self._wait_for_answer()
        seconds = time.perf_counter() - began
        said = json.loads(body) if body else None
        return LambdaAnswer(said, None, seconds) if kind == "response" else LambdaAnswer(None, said, seconds)

    def read_log(self) -> str:
        """All that the function logged."""
        return self.log.read_text("utf-8", "replace")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.api.events.put(None)
        self.api.shutdown()
        self.api.server_close()

    def _wait_for_answer(self) -> tuple[str, bytes]:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            with suppress(queue.Empty):
                return self.api.answers.get(timeout=0.5)
            if self.process.poll() is not None:
                break
        raise AssertionError(f"the function did not answer:\n{self.read_log()}")


def write_shells(folder: Path) -> Path:
    """Shells as the site's build leaves them."""
    for study in read_surveys(SURVEYS).values():
        for language in study.languages:
            shell = folder / shells.address(study.id, language)
            shell.parent.mkdir(parents=True, exist_ok=True)
            shell.write_text(render_plain_shell(study, language, demonstration=False), encoding="utf-8")
    return folder


def build_demonstration_package(output: Path, built_site: Path) -> LambdaPackage:
    """The package of the demonstration study, as it is deployed."""
    requirements = REPOSITORY / "requirements" / "lambda.txt"
    return build_package(requirements=requirements, surveys=SURVEYS, built_site=built_site, output=output)


def unpack(package: Path, folder: Path) -> Path:
    """The package's files, as Lambda lays them out."""
    root = folder / "task"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(root)
    return root


def link_lambda_packages(folder: Path) -> Path:
    """Lambda's own packages, and no others of this environment's."""
    brought = folder / "brought"
    brought.mkdir()
    for name in LAMBDA_BRINGS:
        for top in {file.parts[0] for file in distribution(name).files or () if ".." not in file.parts}:
            if not top.endswith(".dist-info") and top != "__pycache__":
                (brought / top).symlink_to(Path(str(distribution(name).locate_file(top))))
    return brought


def _make_read_only(root: Path) -> list[str]:
    """Words before a command, so that it sees the folder as Lambda does: it cannot be written to."""
    mount = f'mount --bind "{root}" "{root}" && mount -o remount,ro,bind "{root}" && cd "{root}" && exec "$@"'
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if shutil.which("unshare") and subprocess.run([*unshare, mount, "-", "true"], capture_output=True).returncode == 0:
        return [*unshare, mount, "-"]
    for path in (root, *root.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    return []
