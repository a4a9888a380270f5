"""Scripts and styles pass biome, scripts are no newer than ES2017, and each checker refuses a seeded bad file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.browsers.audits import validate_html
from support.browsers.npm_packages import install_package
from support.builders import REPOSITORY

pytestmark = pytest.mark.slow

BIOME = "2.6.8"
ACORN = "8.19.0"
SETTINGS = REPOSITORY / "biome.jsonc"
SERVED_SCRIPTS = sorted((REPOSITORY / "functions").rglob("*.js"))
"""Those that respondents' browsers read; what only tests run may be newer."""


def run_biome(folder: Path) -> subprocess.CompletedProcess[str]:
    program = install_package("@biomejs/biome", BIOME, required=True) / "bin" / "biome"
    command = ["node", str(program), "lint", "--error-on-warnings", "--colors=off"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def find_newer_syntax(scripts: Sequence[Path]) -> list[str]:
    """What acorn cannot read as ES2017, a line a script."""
    program = install_package("acorn", ACORN, required=True) / "bin" / "acorn"
    found = []
    for script in scripts:
        command = ["node", str(program), "--ecma2017", "--silent", str(script)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        found += [ran.stderr.strip()] if ran.returncode else []
    return found


def plant(folder: Path, name: str, content: str) -> Path:
    """A folder with the project's settings of biome, and one file."""
    shutil.copyfile(SETTINGS, folder / SETTINGS.name)
    file = folder / "functions" / name
    file.parent.mkdir()
    file.write_text(content, "utf-8")
    return folder


def test_biome_finds_nothing_in_scripts_and_styles() -> None:
    ran = run_biome(REPOSITORY)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert f"Checked {len(list_checked_files())} files" in ran.stderr


def list_checked_files() -> list[Path]:
    """What biome has to look at: served scripts and styles, the browser tests' scripts, and its own settings."""
    styles = (REPOSITORY / "functions").rglob("*.css")
    return [*SERVED_SCRIPTS, *styles, *(REPOSITORY / "tests" / "browser").rglob("*.js"), SETTINGS]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("unused.js", '"use strict";\nconst forgotten = 1;\n', "noUnusedVariables"),
        ("compare.js", 'if (location.hash == "#a") close();\n', "noDoubleEquals"),
        ("twice.css", "p { color: red; color: red; }\n", "noDuplicateProperties"),
        ("unknown.css", "p { colour: red; }\n", "noUnknownProperty"),
    ],
)
def test_biome_refuses_what_breaks_a_rule(tmp_path: Path, name: str, content: str, rule: str) -> None:
    ran = run_biome(plant(tmp_path, name, content))
    assert ran.returncode == 1
    assert rule in ran.stderr


def test_the_scripts_that_browsers_read_are_no_newer_than_es2017() -> None:
    assert len(SERVED_SCRIPTS) >= 12
    assert find_newer_syntax(SERVED_SCRIPTS) == []


@pytest.mark.parametrize(
    "newer",
    [
        "const copy = { ...location };",
        "const text = location?.hash;",
        "const text = location.hash ?? '';",
        "try { close(); } catch { open(); }",
        "const named = /(?<year>\\d+)/;",
        "class Form { #typed = 1; }",
    ],
)
def test_newer_syntax_is_refused(tmp_path: Path, newer: str) -> None:
    script = tmp_path / "newer.js"
    script.write_text(newer, "utf-8")
    assert len(find_newer_syntax([script])) == 1


def test_html_validate_refuses_a_page_that_closes_nothing(tmp_path: Path) -> None:
    page = '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body><p><b>Bold</p></body></html>'
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert "close-order" in validate_html(tmp_path)
