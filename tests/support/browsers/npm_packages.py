"""Checkers that come from npm, fetched once into .cache/ by the tests that use them; the project needs none of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from support.builders import REPOSITORY
from support.locks import one_process_at_a_time

FOLDER = REPOSITORY / ".cache" / "npm"
QUIET_OPTIONS = ("--silent", "--no-audit", "--no-fund")
RETRY_OPTIONS = ("--fetch-timeout", "20000", "--fetch-retries", "5")
"""npm waits five minutes for one answer by itself; a registry that hesitates is better asked again."""
NPM_TIMEOUT_SECONDS = 120
NPM_ATTEMPTS = 3


def install_package(name: str, version: str, *, scripts: bool = True, required: bool = False) -> Path:
    """The folder of one package; `scripts`: whether it may run its own.

    Skips the test, and loudly, where npm fails; fails it instead in CI, if the package is `required` there.
    """
    folder = FOLDER / f"{name.replace('/', '-')}@{version}"
    with one_process_at_a_time(folder.with_name(f"{folder.name}.lock")):
        if not (folder / "done").exists():
            wrong = _run_npm(folder, f"{name}@{version}", scripts)
            if wrong:
                _go_without(f"{name} WAS NOT RUN: {wrong}", required)
            (folder / "done").touch()
    return folder / "node_modules" / name


def _run_npm(folder: Path, package: str, scripts: bool) -> str:
    """Install a package in a folder; what went wrong, empty when nothing did."""
    if shutil.which("npm") is None:
        return "there is no npm; install Node.js to check with it"
    safely = () if scripts else ("--ignore-scripts", "--legacy-peer-deps")
    command = ["npm", "install", *QUIET_OPTIONS, *RETRY_OPTIONS, *safely, "--prefix", str(folder), package]
    ran = call_npm(command)
    return f"npm could not bring it ({ran.stderr.strip()[-200:]})" if ran.returncode else ""


def call_npm(command: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run npm in a folder, and again where it hangs: once in a while it waits for ever, whatever its options say."""
    for _ in range(NPM_ATTEMPTS):
        with suppress(subprocess.TimeoutExpired):
            return subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False, timeout=NPM_TIMEOUT_SECONDS
            )
    return subprocess.CompletedProcess(command, 1, "", f"it hung {NPM_ATTEMPTS} times")


def _go_without(message: str, required: bool) -> NoReturn:
    if required and os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
