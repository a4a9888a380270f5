"""Checkers that come from npm, fetched once into .cache/ by the tests that use them; the project needs none of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.builders import REPOSITORY

FOLDER = REPOSITORY / ".cache" / "npm"
QUIET_OPTIONS = ("--silent", "--no-audit", "--no-fund")
RETRY_OPTIONS = ("--fetch-timeout", "20000", "--fetch-retries", "5")
"""npm waits five minutes for one answer by itself; a registry that hesitates is better asked again."""


def install_package(name: str, version: str, *, scripts: bool = True) -> Path:
    """The folder of one package; `scripts`: whether it may run its own. Skips the test, and loudly, where npm fails."""
    folder = FOLDER / f"{name.replace('/', '-')}@{version}"
    if not (folder / "done").exists():
        if shutil.which("npm") is None:
            pytest.skip(f"NO NPM: {name} was not run. Install Node.js to check with it")
        plainly = () if scripts else ("--ignore-scripts", "--legacy-peer-deps")
        asked = [
            "npm",
            "install",
            *QUIET_OPTIONS,
            *RETRY_OPTIONS,
            *plainly,
            "--prefix",
            str(folder),
            f"{name}@{version}",
        ]
        ran = subprocess.run(asked, capture_output=True, text=True, check=False)
        if ran.returncode:
            pytest.skip(f"{name} WAS NOT RUN: npm could not bring it ({ran.stderr.strip()[-200:]})")
        (folder / "done").touch()
    return folder / "node_modules" / name
