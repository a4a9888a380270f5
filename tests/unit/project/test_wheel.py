"""The wheel holds all that git keeps below the package, wherever that moves, and the catalogues compiled."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.builders import REPOSITORY

FUNCTIONS = "functions/"
PROJECT = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def list_kept() -> set[str]:
    """Every file that git keeps, or would, below the import root."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", FUNCTIONS],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    return {name for name in said.stdout.decode().split("\0") if name and (REPOSITORY / name).is_file()}


def build_wheel_of(folder: Path) -> set[str]:
    """The files of the wheel that is built from what git keeps, without any network."""
    project = folder / "project"
    for name in {*PROJECT, *list_kept()}:
        copy = project / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, copy)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=project, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.mark.slow
def test_the_wheel_is_what_git_keeps_with_its_catalogues_compiled(tmp_path: Path) -> None:
    files = {name.removeprefix(FUNCTIONS) for name in list_kept()}
    sources = {name for name in files if name.endswith(".po")}
    compiled = {f"{name.removesuffix('.po')}.mo" for name in sources}
    assert len(files) > 300
    assert len(sources) >= 3
    assert build_wheel_of(tmp_path) == files - sources | compiled
