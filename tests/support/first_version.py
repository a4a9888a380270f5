"""What v0.1.0 left, to be opened by every later version: `tests/fixtures/v0.1.0/README.md` says what there is."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

from click.testing import CliRunner

from boucle.cli import main
from support.builders import REPOSITORY

KEPT = REPOSITORY / "tests" / "fixtures" / "v0.1.0"
SURVEYS = KEPT / "surveys"
STUDY = "mediatheque"
EXPECTED: Mapping[str, Any] = json.loads((KEPT / "expected.json").read_text("utf-8"))
READERS = f"{STUDY}/lecteurs/v1/2026"


def copy_home(folder: Path) -> Path:
    """The home in a folder where it may be changed."""
    return copytree(KEPT / "home", folder / "home")


def unpack(name: str, folder: Path) -> Path:
    """A file that is kept compressed, as its command wrote it."""
    file = folder / name
    file.write_bytes(gzip.decompress((KEPT / f"{name}.gz").read_bytes()))
    return file


def boucle(home: Path, *words: str) -> str:
    """What a command prints, over a copy of the kept study: some keep a file beside it."""
    surveys = home.parent / "kept-surveys"
    if not surveys.exists():
        copytree(SURVEYS, surveys)
    ran = CliRunner().invoke(main, ["--home", str(home), "--surveys", str(surveys), *words])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def status(home: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(boucle(home, "status", "--format", "json"))
    return said


def series_status(home: Path, series: str) -> dict[str, Any]:
    found: dict[str, Any] = next(found for found in status(home)["series"] if found["series"] == series)
    return found


def select_sent(*fates: str) -> Iterator[Mapping[str, Any]]:
    """The submissions of that fate, with the receipts that v0.1.0 gave."""
    return (submission for submission in EXPECTED["sent"] if submission["fate"] in fates)


def select_known_to_it(published: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without what the first version did not publish: the ledger's entries, and their line in the data packages."""
    return {
        address: _drop_entry(file) if address.endswith("/datapackage.json") else file
        for address, file in published.items()
        if "/ledger/" not in address
    }


def _drop_entry(package: bytes) -> bytes:
    described = json.loads(package)
    described["resources"] = [
        resource for resource in described["resources"] if not resource["path"].startswith("ledger/")
    ]
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def read_published_files(home: Path) -> dict[str, bytes]:
    """By address, all that is published but pages."""
    folder = home / "published"
    files = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".html")
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files if file.name[0] != "."}
