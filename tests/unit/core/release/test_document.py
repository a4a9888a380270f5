"""A release is read as it was written; what is not format 1 to the letter is refused with its place."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

import pytest

import boucle.core.release
from boucle.core.privacy.ledger import read_chain
from boucle.core.release.build import build_release
from boucle.core.release.document import ReleaseDocument, read_release, write_release
from boucle.core.release.intervals import Interval
from boucle.core.release.members import UnreadableRelease
from boucle.core.release.model import Release, Shown
from boucle.core.strictjson import JsonObject
from support.cohorts import FORM, SealingInstallation
from support.release_samples import make_release


@pytest.fixture(scope="module")
def installation() -> SealingInstallation:
    sealed = SealingInstallation()
    for responses in (60, 90):
        sealed.run_day(responses)
    return sealed


@pytest.fixture(scope="module")
def release(installation: SealingInstallation) -> Release:
    """Of a questionnaire with every kind of table: routed, multiple, ranked, crossed, with all estimates."""
    chain = read_chain(installation.series, installation.ledger.read_entries(installation.series))
    return build_release(chain, "sha256:" + "0" * 64)


@pytest.fixture
def document(release: Release) -> JsonObject:
    found: JsonObject = json.loads(write_release(release))
    return found


def test_what_is_read_is_what_was_written(release: Release) -> None:
    assert read_release(write_release(release)) == release
    assert {table.type for table in release.tables} >= {"yes_no", "rating", "multiple", "ranking", "crosstab"}


def test_what_was_published_is_read_and_written_byte_for_byte(installation: SealingInstallation) -> None:
    published = [content for address, content in installation.sink.files.items() if "/releases/" in address]
    assert len(published) == 2
    assert [write_release(read_release(content)) for content in published] == published


def test_a_sample_is_read_and_written_byte_for_byte(installation: SealingInstallation) -> None:
    sample = make_release(installation.study, FORM.id)
    assert write_release(read_release(sample)) == sample


def test_a_document_is_known_by_the_hash_of_its_bytes(release: Release) -> None:
    written = ReleaseDocument.of(release)
    assert ReleaseDocument.read(written.content) == written
    assert re.fullmatch("sha256:[0-9a-f]{64}", written.hash)


def test_the_reader_makes_the_interval_of_a_share(release: Release) -> None:
    shown = [cell.published for table in release.tables for cell in table.cells if isinstance(cell.published, Shown)]
    assert shown
    for figure in shown:
        half = figure.margin + 0.5
        assert figure.interval == Interval(max(0, figure.share - half), min(100, figure.share + half))


def cell_of(document: JsonObject) -> JsonObject:
    found: JsonObject = document["questions"][0]["cells"][0]
    return found


Change = Callable[[JsonObject], object]

FAULTS: Mapping[str, tuple[Change, str]] = {
    "a member is missing": (lambda document: document.pop("respondents"), "has no 'respondents': publish it again"),
    "a member of a cell is missing": (
        lambda document: cell_of(document).pop("margin"), r"no 'margin' in questions\[0\]\.cells\[0\]",
    ),
    "another format": (lambda document: document.update(format=2), "of a later format"),
    "a text in the place of a number": (lambda document: document.update(cohorts="3"), "'cohorts' is not a whole"),
    "a truth in the place of a number": (lambda document: document.update(cohorts=True), "'cohorts' is not a whole"),
    "a number in the place of a truth": (lambda document: document.update(demonstration=1), "'demonstration' is not"),
    "a number below zero": (lambda document: document.update(respondents=-1), "not a whole number of zero or more"),
    "no number at all": (lambda document: document.update(epsilon=float("nan")), "'epsilon' is not a number"),
    "a day that is none": (lambda document: document.update(date="2026-02-30"), "'2026-02-30' is no date"),
    "a list that is none": (lambda document: document.update(questions={}), "'questions' is not a list"),
    "an object that is none": (lambda document: document.update(mechanism=[]), "mechanism is no object"),
    "a list of something else": (lambda document: document.update(versions=[1]), "'versions' is not a list of texts"),
    "a member that nobody knows": (lambda document: document.update(time="9:00"), "has a 'time', which format 1"),
    "a member of a cell that nobody knows": (
        lambda document: cell_of(document).update(low=3), r"'low' in questions\[0\]\.cells\[0\]",
    ),
    "a state that nobody knows": (lambda document: cell_of(document).update(status="hidden"), "can be 'hidden'"),
    "a share above everybody": (lambda document: cell_of(document).update(share=101), "share 101 ± . is no figure"),
    "an answer that is none": (lambda document: cell_of(document).update(value=[]), r"\[\] stands for an answer"),
}  # fmt: skip


@pytest.mark.parametrize("message", FAULTS)
def test_a_document_that_is_not_format_1_is_refused_with_its_place(document: JsonObject, message: str) -> None:
    change, said = FAULTS[message]
    change(document)
    with pytest.raises(UnreadableRelease, match=said):
        read_release(json.dumps(document).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 10_000])
def test_bytes_that_are_no_document_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableRelease, match="not a release document"):
        read_release(content)


# The walk of a figure


def rooms() -> list[ModuleType]:
    named = re.findall(r"^\d\. `([a-z_.]+)`", inspect.getdoc(boucle.core.release) or "", re.MULTILINE)
    return [import_module(name) for name in named]


def imports_of(module: ModuleType) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def test_a_figure_passes_six_rooms_and_returns_to_none() -> None:
    """A room may know those before it, and hand over to the next one; it knows none beyond."""
    names = [room.__name__ for room in rooms()]
    assert len(names) == 6
    for place, room in enumerate(rooms()):
        assert imports_of(room).isdisjoint(names[place + 2 :]), room.__name__
