"""SECURITY.md promises that each threat is held by tests; they exist."""

from __future__ import annotations

import ast
import re

from support.builders import REPOSITORY

SECURITY = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", SECURITY)
ROWS = [line for line in SECURITY.splitlines() if line.startswith("| ")][1:]


def names_in(file: str) -> set[str]:
    tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_threat_names_a_test() -> None:
    assert len(ROWS) > 10
    assert [row for row in ROWS if "::test_" not in row] == []


def test_every_named_test_exists() -> None:
    assert [f"{file}::{name}" for file, name in NAMED if name not in names_in(file)] == []
