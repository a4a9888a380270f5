"""Releases of people who are counted in the test, read back from their documents."""

from __future__ import annotations

import json

import jsonschema

from boucle.audit.chain import release_schema
from boucle.core.privacy.ledger import Entry
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Answers
from boucle.core.release.build import build_release
from boucle.core.release.document import ReleaseDocument
from boucle.core.strictjson import JsonObject
from support.builders import make_multiple, make_questionnaire, make_rating, make_yes_no
from support.ledgers import make_chain

CROSSED_FORM = make_questionnaire(
    make_yes_no("a", required=True),
    make_multiple("m", "x", "y"),
    make_rating("note", 0, 1, required=True),
    crosstabs=(("a", "m"),),
)
CROSSED_ANSWERS: list[tuple[int, Answers]] = [
    (40, {"a": "yes", "m": ("x",), "note": 1}),
    (20, {"a": "yes", "note": 0}),
    (40, {"a": "no", "m": ("x", "y"), "note": 1}),
]
"""Of a hundred people."""


def release_first(form: Questionnaire, *people: tuple[int, Answers]) -> JsonObject:
    """The first release of a form that so many people answered so."""
    return release_last(make_chain(([form], [(count, form.version, answers) for count, answers in people])))


def release_last(chain: tuple[Entry, ...]) -> JsonObject:
    """The last release of a chain: what its document says, which fits the published schema."""
    made: JsonObject = json.loads(ReleaseDocument.of(build_release(chain, None)).content)
    jsonschema.Draft202012Validator(release_schema()).validate(made)
    return made


def question(of: JsonObject, id: str) -> JsonObject:
    """What a release says of one question."""
    found: JsonObject = next(entry for entry in of["questions"] if entry["id"] == id)
    return found


def figures(cells: list[JsonObject]) -> dict[object, object]:
    """What is shown of each cell: its count and share, or why not."""
    shown = {read_values(cell): read_figure(cell) for cell in cells}
    assert len(shown) == len(cells), "a cell is there twice"
    return shown


def read_values(cell: JsonObject) -> object:
    """The value of a cell, or its values."""
    return tuple(cell["values"]) if "values" in cell else cell["value"]


def read_figure(cell: JsonObject) -> object:
    """The count and the share of a cell, or why there are none."""
    return (cell["count"], cell["share"]) if cell["status"] == "shown" else cell["status"]


def own_bases(cells: list[JsonObject]) -> dict[object, int]:
    """The bases of the cells that have their own."""
    return {read_values(cell): cell["base"] for cell in cells if "base" in cell}
