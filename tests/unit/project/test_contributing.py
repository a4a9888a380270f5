"""What the guide for newcomers and the decision records name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.builders import REPOSITORY

GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
DECISIONS = sorted((REPOSITORY / "docs" / "decisions").glob("0*.md"))
ROOTS = (REPOSITORY, REPOSITORY / "functions" / "boucle")
PATH = re.compile(r"`([\w.*-]+(?:/[\w.*-]+)*/(?:[\w.*-]+)?)`")
"""A file or folder in backticks; one with a <name> to fill in is left out."""


def find_missing(text: str) -> Iterator[str]:
    for path in PATH.findall(text):
        if not any(any(root.glob(path.rstrip("/"))) for root in ROOTS):
            yield path


def test_every_file_that_the_guide_names_is_there() -> None:
    assert len(PATH.findall(GUIDE)) > 30
    assert sorted(find_missing(GUIDE)) == []


def test_a_file_that_is_gone_is_found_missing() -> None:
    assert list(find_missing("See `core/gone.py` and `core/errors.py`.")) == ["core/gone.py"]


def test_every_command_of_make_that_the_guide_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", GUIDE, re.MULTILINE))
    assert named >= {"install", "demo", "check", "test"}
    assert named <= targets


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)
def test_a_decision_has_a_day_a_context_and_consequences_and_names_files_that_are_there(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert re.search(r"^\d{4}-\d\d-\d\d\. (Accepted|Superseded by \d+)\.$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert sorted(find_missing(text)) == []
