"""A release is read as it was written; what is not format 1 to the letter is refused with its place."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

import jsonschema
import pytest

import boucle.core.release
from boucle.audit.chain import release_schema
from boucle.core.canonical import to_canonical_json
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


RARE: JsonObject = {
    "format": 1,
    "study": "etude",
    "questionnaire": "themes",
    "major": 1,
    "versions": ["1.0.0", "1.1.0"],
    "wave": "2026",
    "release": 2,
    "date": "2026-02-10",
    "texts_each": 3,
    "respondents": 2000,
    "cohorts": 2,
    "demonstration": True,
    "mechanism": {"name": "discrete-laplace", "scale": 2},
    "epsilon": 3.5,
    "ledger": "sha256:" + "1" * 64,
    "previous": None,
    "questions": [
        {
            "id": "b", "type": "yes_no", "epsilon": 1, "base": 2000, "cohorts": 2,
            "cells": [
                {"value": "yes", "status": "shown", "count": 1995, "share": 100, "margin": 1},
                {"value": "no", "base": 1200, "status": "shown", "count": 5, "share": 0, "margin": 1},
                {"value": None, "base": 1200, "status": "below_threshold", "below": 1},
            ],
        },
        {
            "id": "note", "type": "rating", "epsilon": 1, "base": 0, "cohorts": 1,
            "cells": [{"value": 0, "status": "base_too_small"}, {"value": 1, "status": "not_yet"}],
            "estimates": [
                {"name": "mean", "status": "base_too_small"},
                {"name": "nps", "status": "shown", "value": -100, "margin": 0},
                {"name": "share_at_least", "threshold": -1, "status": "below_threshold", "below": 25},
            ],
        },
    ],
    "crosstabs": [
        {
            "questions": ["a", "b"], "base": 60, "cohorts": 1,
            "cells": [
                {
                    "values": ["x", None], "status": "shown", "count": 10, "share": 17, "margin": 11,
                    "within": {"question": "b", "status": "base_too_small"},
                },
            ],
        },
    ],
}  # fmt: skip
"""With every member that most releases have not, and figures at the ends of what they can be."""


def test_what_is_rare_in_a_release_is_read_and_written_byte_for_byte() -> None:
    jsonschema.Draft202012Validator(release_schema()).validate(RARE)
    content = to_canonical_json(RARE)
    assert write_release(read_release(content)) == content


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


def estimate_of(document: JsonObject) -> JsonObject:
    found: JsonObject = next(question["estimates"][0] for question in document["questions"] if "estimates" in question)
    return found


Change = Callable[[JsonObject], object]

FAULTS: Mapping[str, tuple[Change, str]] = {
    "a member is missing": (lambda document: document.pop("respondents"), "has no 'respondents': publish it again"),
    "a member of a cell is missing": (
        lambda document: cell_of(document).pop("margin"), r"no 'margin' in questions\[0\]\.cells\[0\]",
    ),
    "a number in the place of a text": (
        lambda document: document.update(wave=3), "'wave' is not a text: publish it again",
    ),
    "another format": (lambda document: document.update(format=2), "of a later format"),
    "a text in the place of a number": (lambda document: document.update(cohorts="3"), "'cohorts' is not a whole"),
    "a truth in the place of a number": (lambda document: document.update(cohorts=True), "'cohorts' is not a whole"),
    "a number in the place of a truth": (
        lambda document: document.update(demonstration=1), "'demonstration' is not true or false: publish it again",
    ),
    "a number below zero": (
        lambda document: document.update(respondents=-1), "'respondents' is not a whole number of zero or more",
    ),
    "no number at all": (lambda document: document.update(epsilon=float("nan")), "'epsilon' is not a number"),
    "a truth in the place of any number": (
        lambda document: document.update(epsilon=True), "'epsilon' is not a number: publish it again",
    ),
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
    "a share that is not whole": (
        lambda document: cell_of(document).update(share=56.5), r"cells\[0\]\.share' is not a whole number",
    ),
    "a margin that is not whole": (
        lambda document: cell_of(document).update(margin=1.5), r"cells\[0\]\.margin' is not a whole number",
    ),
    "an estimate that nobody knows": (
        lambda document: estimate_of(document).update(name="mode"), "mode [0-9.]+ ± [0-9.]+ is no figure",
    ),
    "a margin below zero": (lambda document: estimate_of(document).update(margin=-0.1), "± -0.1 is no figure"),
    "an answer that is none": (lambda document: cell_of(document).update(value=[]), r"\[\] stands for an answer"),
}  # fmt: skip


@pytest.mark.parametrize("message", FAULTS)
def test_a_document_that_is_not_format_1_is_refused_with_its_place(document: JsonObject, message: str) -> None:
    change, said = FAULTS[message]
    change(document)
    with pytest.raises(UnreadableRelease, match=said):
        read_release(json.dumps(document).encode())


def test_a_document_that_is_a_list_is_said_to_be_no_object() -> None:
    with pytest.raises(UnreadableRelease, match=r"^this is not a release document: it is no object\. Publish it"):
        read_release(b"[]")


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
