"""The glossary leads somewhere: every path in it exists, and every port is in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from support.builders import REPOSITORY

PACKAGE = REPOSITORY / "functions" / "boucle"
GLOSSARY = (REPOSITORY / "GLOSSARY.md").read_text("utf-8")


def find_dead_paths(text: str) -> Iterator[str]:
    for path in re.findall(r"`([a-z_]+(?:/[\w.*-]*)+)`", text):
        if not any(list(folder.glob(path.rstrip("/"))) for folder in (PACKAGE, REPOSITORY)):
            yield path


def test_every_path_exists() -> None:
    assert list(find_dead_paths(GLOSSARY)) == []


def test_a_path_that_is_gone_is_noticed() -> None:
    assert list(find_dead_paths("`core/office.py`, `core/ports.py`, `cli/`")) == ["core/office.py"]


def test_every_port_is_explained() -> None:
    tree = ast.parse((PACKAGE / "core" / "ports.py").read_text("utf-8"))
    ports = {
        node.name for node in tree.body if isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases)
    }
    assert len(ports) > 5
    assert {port for port in ports if f"`{port}`" not in GLOSSARY} == set()
