"""Every leaf of a questionnaire has its class: changed alone, it is what the table says, in code and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from inspect import getmembers
from typing import Any

import pytest

from boucle.authoring.change_table import LEAF_NAMES, render_changes
from boucle.authoring.lint.shape import find_shape_issues, load_schema
from boucle.core.questionnaire import model
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.versions.causes import CAUSES, Bump, Cause
from boucle.core.versions.compare import Comparison, compare
from boucle.core.versions.leaves import LEAVES
from support.builders import REPOSITORY
from support.every_key import make_every_key

Json = dict[str, Any]
Path = tuple[str | int, ...]

NOT_WRITTEN = {
    "Questionnaire.id": "two ids are two questionnaires",
    "Questionnaire.version": "it is what is judged",
    "Questionnaire.sections": "its sections' own fields stand in the table",
    "Questionnaire.publication": "its own fields do",
    "Questionnaire.texts_each": "of coded texts, in no file",
    "Questionnaire.file_hash": "of the file itself",
    "Questionnaire.edition": "of the lock",
    "Single.grid": "of its grid",
    "FreeText.other_of": "of its question",
    "Continuity": "Question.continuity",
    "Media": "what it is shown with",
    "Anchors": "Rating.anchors",
    "ShareAtLeast": "Closed.estimates",
}
"""Fields of the model that no author writes, or that stand in the table under the one that holds them."""

NO_CHANGE = {"format", "version", "id"}
"""Leaves of the whole file that are no change between two versions of it."""


def list_model_leaves() -> set[str]:
    """The fields of every class of the model, under the class that adds them."""
    found: set[str] = set()
    for _, kind in getmembers(model, lambda member: isinstance(member, type) and is_dataclass(member)):
        inherited = {field.name for base in kind.__mro__[1:] if is_dataclass(base) for field in fields(base)}
        found |= {f"{kind.__name__}.{field.name}" for field in fields(kind) if field.name not in inherited}
    return {leaf for leaf in found if leaf not in NOT_WRITTEN and leaf.partition(".")[0] not in NOT_WRITTEN}


def test_every_leaf_of_the_model_stands_in_the_table() -> None:
    assert list_model_leaves() | {"Question.type"} == set(LEAVES)


def test_the_documented_table_is_the_codes() -> None:
    assert set(LEAF_NAMES) == set(LEAVES)
    page = (REPOSITORY / "site" / "pages" / "en" / "reference" / "format.md").read_text(encoding="utf-8")
    rows = [f"| {' | '.join(row)} |" for row in render_changes()]
    assert len(rows) == len(LEAVES) == len(set(rows))
    assert [row for row in rows if row not in page] == []


def test_the_file_has_every_type_and_every_key() -> None:
    whole = load_schema("questionnaire")
    source = make_every_key()
    assert list(find_shape_issues("questionnaire", source, REPOSITORY / "1.0.0.json")) == []
    assert set(source) == set(whole["properties"]) - {"$schema", "mode"}
    questions = {question["type"]: question for section in source["sections"] for question in section["questions"]}
    common = set(whole["$defs"]["question"]["properties"])
    for kind in whole["$defs"]["question"]["properties"]["type"]["enum"]:
        own = whole["$defs"].get({"text": "free_text"}.get(kind, kind), {}).get("properties", {})
        asked = set() if kind == "note" else set(whole["$defs"]["asked"]["properties"])
        if kind != "yes_no":
            assert set(questions[kind]) == common | asked | set(own), kind
    assert set(questions["single"]["choices"][0]) | {"other"} == set(whole["$defs"]["choice"]["properties"])


def list_leaves(node: object, path: Path = ()) -> Iterator[Path]:
    """Where everything stands that has no parts; a text, a condition, a list of bins is one leaf."""
    is_text = isinstance(node, dict) and set(node) == {"fr", "en"}
    if is_text or path[-1:] in [(name,) for name in ("relevant", "bins", "estimates", "crosstabs", "languages")]:
        yield path
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from list_leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from list_leaves(value, (*path, index))
    else:
        yield path


LISTED = [path for path in list_leaves(make_every_key()) if path[0] not in NO_CHANGE and path[-1] != "type"]


def look_up(source: Json, path: Path) -> Any:
    node: Any = source
    for step in path:
        node = node[step]
    return node


def change_leaf(source: Json, path: Path) -> Json:
    """A copy in which one leaf says something else."""
    changed = deepcopy(source)
    parent, name = look_up(changed, path[:-1]), path[-1]
    parent[name] = make_other(parent[name], str(name))
    return changed


def make_other(value: Any, name: str) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case {"fr": text, **others}:
            return {"fr": text.replace("en somme", "pour tout dire"), **others}
        case _:
            return OTHERS.get(name, f"{value}x")


OTHERS: dict[str, Any] = {
    "relevant": {"equals": [{"answer": "accord"}, "no"]},
    "bins": [0, 30],
    "estimates": ["mean"],
    "crosstabs": [["seul", "echelle"]],
    "languages": ["fr"],
    "verbatims": "none",
    "kind": "same",
    "min": "2021-01-01",
    "max": "2027-01-01",
    "tres_bien": "mal",
}


def name_leaf(source: Json, path: Path) -> str:
    """The leaf of the table that a place in the file is."""
    steps = [step for step in path if isinstance(step, str)]
    match steps:
        case ["publication" | "languages" | "title" | "intro" as name, *rest]:
            return f"Publication.{rest[0]}" if rest else f"Questionnaire.{name}"
        case ["sections", "questions", *rest]:
            question = look_up(source, path[: path.index("questions") + 2])
            return name_part(question["type"], rest)
        case ["sections", name]:
            return f"Section.{name}"
    raise AssertionError(path)


KINDS = {
    "single": "Single",
    "multiple": "Multiple",
    "yes_no": "YesNo",
    "rating": "Rating",
    "number": "Number",
    "date": "Date",
    "text": "FreeText",
    "ranking": "Ranking",
}
OF_MODEL = {"min": "minimum", "max": "maximum"}


def name_part(kind: str, steps: list[str]) -> str:
    name = OF_MODEL.get(steps[-1], steps[-1])
    match steps:
        case ["choices", part, *_]:
            return f"Choice.{part}"
        case ["rows", _]:
            return f"Question.{name}"
        case ["anchors", _]:
            return "Rating.anchors"
        case ["continuity" | "media" as part, *_]:
            name = part
    own = [f"{owner}.{name}" for owner in ("Note" if kind == "note" else KINDS.get(kind, "Grid"), "Question", "Closed")]
    return next(leaf for leaf in own if leaf in LEAVES)


def compare_leaf(path: Path) -> Comparison:
    source = make_every_key()
    return compare(parse_questionnaire(source), parse_questionnaire(change_leaf(source, path)))


def print_path(path: Path) -> str:
    return "/".join(map(str, path))


@pytest.mark.parametrize("path", LISTED, ids=print_path)
def test_a_leaf_changed_alone_is_what_the_table_says(path: Path) -> None:
    leaf = name_leaf(make_every_key(), path)
    found = {change.cause for change in compare_leaf(path).changes}
    assert found, f"{leaf} changed, and nothing was found"
    # An id or a value that is another one takes what hangs on it along.
    taken_along = {Cause.LAYOUT, Cause.SCALE, Cause.SELECTION, Cause.QUESTION_ADDED, Cause.QUESTION_REMOVED, Cause.BASE}
    allowed = set(LEAVES[leaf]) | (taken_along if leaf in {"Choice.value", "Section.relevant"} else set())
    if leaf == "Section.relevant":
        allowed.add(Cause.FRAME)  # the note of the section is shown to others too
    assert found <= allowed, (leaf, found)
    assert found & set(LEAVES[leaf])


READ_WITH_A_QUESTION = {"label", "hint", "help", "alt", "src", "unit", "min", "max"}


@pytest.mark.parametrize("path", LISTED, ids=print_path)
def test_what_is_read_with_a_question_is_major_and_minor_where_declared_the_same(path: Path) -> None:
    source = make_every_key()
    if path[-1] not in READ_WITH_A_QUESTION or LEAVES[name_leaf(source, path)] != (Cause.REWORDED,):
        return
    comparison = compare_leaf(path)
    assert comparison.bump is Bump.MAJOR
    changed = change_leaf(source, path)
    question = look_up(changed, path[:4])
    question["continuity"] = {"kind": "same", "reason": {"fr": "Le sens reste.", "en": "It means the same."}}
    declared = compare(parse_questionnaire(source), parse_questionnaire(changed))
    assert declared.bump is Bump.MINOR
    assert Cause.REWORDED_THE_SAME in {change.cause for change in declared.changes}


@pytest.mark.parametrize("path", LISTED, ids=print_path)
def test_a_text_changed_in_its_translation_alone_is_a_patch(path: Path) -> None:
    source = make_every_key()
    if not isinstance(look_up(source, path), dict) or "en" not in look_up(source, path):
        return
    changed = deepcopy(source)
    look_up(changed, path)["en"] = "Said otherwise"
    assert compare(parse_questionnaire(source), parse_questionnaire(changed)).bump is Bump.PATCH


def test_a_guide_of_interviews_is_another_thing() -> None:
    source = make_every_key()
    comparison = compare(parse_questionnaire(source), parse_questionnaire(source | {"mode": "interview"}))
    assert [change.cause for change in comparison.changes] == [Cause.MODE]


def test_a_type_that_changes_is_another_question() -> None:
    source, changed = make_every_key(), make_every_key()
    changed["sections"][1]["questions"][3]["type"] = "text"
    comparison = compare(parse_questionnaire(source), parse_questionnaire(changed))
    assert Cause.TYPE in {change.cause for change in comparison.changes}
    assert comparison.bump is Bump.MAJOR


def test_both_texts_of_a_grid_are_shown() -> None:
    path: Path = ("sections", 1, "questions", 9, "label")
    details = [change.detail for change in compare_leaf(path).changes]
    assert details == ['grid: "Question avis en somme" -> "Question avis pour tout dire"'] * 2
    assert {change.question for change in compare_leaf(path).changes} == {"avis.accueil", "avis.horaires"}


def test_every_cause_has_a_reason_and_stands_in_the_table_or_softens_one() -> None:
    in_table = {cause for causes in LEAVES.values() for cause in causes}
    softened = {Cause.TYPO, Cause.TRANSLATION, Cause.REWORDED_THE_SAME}
    of_the_first_rules = {Cause.INSTRUCTIONS}
    assert in_table | softened | of_the_first_rules == set(Cause) == set(CAUSES)
