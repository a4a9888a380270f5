"""One lint says everything: a part that cannot be read hides nothing else, and nothing false is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from boucle.authoring.lint.places import name_place
from boucle.authoring.lint.run import lint_study
from boucle.authoring.lint.shape import FORMS, SHAPE_RULES, find_faults, load_schema
from boucle.core.strictjson import JsonObject
from support.builders import DEMONSTRATION, copy_unpublished_surveys
from support.random_forms import MANY_FORMS
from support.routing_chains import make_rounds
from support.sixty import make_sixty_questions

Keys = tuple[str | int, ...]

REPLACEMENTS: list[Any] = ["x y!", -5, 7, [], {}, None, True, ["a"], {"fr": ""}]


def write(folder: Path, source: JsonObject) -> Path:
    """The folder of a study that has this questionnaire and no study.json."""
    file = folder / "etude" / source["id"] / "1.0.0.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(source), encoding="utf-8")
    return folder / "etude"


def find_rules(folder: Path) -> set[tuple[str, str]]:
    return {(issue.rule, issue.pointer) for issue in lint_study(folder)}


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [("type", "sinlge", "unknown-word"), ("label", None, "wrong-type"), ("choices", [], "wrong-length")],
)
def test_a_question_that_cannot_be_read_hides_no_other_error(
    tmp_path: Path, key: str, value: object, rule: str
) -> None:
    source = make_rounds(2)
    questions = source["sections"][0]["questions"]
    questions[0][key] = value
    questions[3]["id"] = "essai_1"
    questions[6]["bins"] = ["2026-01-01", "2025-01-01"]
    del source["title"]
    place = f"/sections/0/questions/0/{key}"
    assert find_rules(write(tmp_path, source)) >= {
        (rule, place),
        ("missing-key", ""),
        ("duplicate-id", "/sections/0/questions/3/id"),
        ("broken-bins", "/sections/0/questions/6/bins/1"),
    }


def test_a_study_without_its_controller_is_still_told_that_its_waves_overlap(tmp_path: Path) -> None:
    folder = copy_unpublished_surveys(tmp_path) / DEMONSTRATION
    source = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    del source["controller"]
    source["waves"].append({**source["waves"][-1], "id": "encore"})
    (folder / "study.json").write_text(json.dumps(source), encoding="utf-8")
    assert {"missing-key", "overlapping-waves"} <= {rule for rule, _ in find_rules(folder)}


def test_a_question_without_a_type_lacks_its_type_and_nothing_else(tmp_path: Path) -> None:
    source = make_rounds(1)
    del source["sections"][0]["questions"][1]["type"]
    assert find_rules(write(tmp_path, source)) == {("missing-key", "/sections/0/questions/1")}


def test_a_type_that_is_a_list_is_of_the_wrong_type(tmp_path: Path) -> None:
    source = make_rounds(1)
    source["sections"][0]["questions"][1]["type"] = ["date"]
    assert find_rules(write(tmp_path, source)) == {("unknown-word", "/sections/0/questions/1/type")}


def test_of_one_broken_part_nothing_but_its_shape_is_told(tmp_path: Path) -> None:
    """Of a questionnaire that had nothing to mend, whatever part of it is broken in whatever way."""
    check_mutants(make_sixty_questions(), lambda source: write(tmp_path, source), chosen=8)


@pytest.mark.slow
def test_of_many_broken_parts_nothing_but_their_shape_is_told(tmp_path: Path) -> None:
    check_mutants(make_sixty_questions(), lambda source: write(tmp_path, source), chosen=MANY_FORMS)
    folder = copy_unpublished_surveys(tmp_path / "demonstration") / DEMONSTRATION

    def write_study(source: JsonObject) -> Path:
        (folder / "study.json").write_text(json.dumps(source), encoding="utf-8")
        return folder

    check_mutants(
        json.loads((folder / "study.json").read_text(encoding="utf-8")), write_study, MANY_FORMS // 3, "study"
    )


def check_mutants(sound: JsonObject, write_down: Any, chosen: int, kind: str = "questionnaire") -> None:
    chance = Random(chosen)
    places = [keys for keys in list_places(sound) if keys]
    for _ in range(chosen):
        mutant = break_part(sound, chance.choice(places), chance)
        if find_faults(kind, mutant) and isinstance(mutant.get("id"), str):
            told = {issue.rule for issue in lint_study(write_down(mutant))}
            assert told <= SHAPE_RULES.keys() | {"folder-name"}


def list_places(node: Any, keys: Keys = ()) -> Iterator[Keys]:
    yield keys
    members: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, member in members:
        yield from list_places(member, (*keys, key))


def break_part(sound: JsonObject, keys: Keys, chance: Random) -> JsonObject:
    """A copy in which one part is missing, misnamed or something else."""
    mutant = deepcopy(sound)
    parent: Any = mutant
    for key in keys[:-1]:
        parent = parent[key]
    way = chance.choice(["missing", "misnamed", "else", "else"])
    if isinstance(parent, list) or way == "else":
        # Another name, however it is written, is a name that conditions do not find.
        parent[keys[-1]] = chance.choice(REPLACEMENTS[1:] if keys[-1] in ("id", "value") else REPLACEMENTS)
    elif way == "missing":
        del parent[keys[-1]]
    else:
        parent[f"{keys[-1]}x"] = parent.pop(keys[-1])
    return mutant


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/sections/0/questions/1/type", "usagers · jour_1 · type"),
        ("/sections/0/questions/0/choices/2/label/fr", "usagers · essai_1 · plus · label · fr"),
        ("/sections/0/title", "usagers · suite · title"),
        ("/sections/0/questions/9", "usagers · question 10"),
        ("", "usagers"),
    ],
)
def test_a_place_is_named_by_ids(pointer: str, place: str) -> None:
    assert name_place(make_rounds(1), pointer, Path("1.0.0.json")) == place


@pytest.mark.parametrize("kind", ["questionnaire", "study", "themes", "actions", "recordings", "mapping"])
def test_there_is_advice_for_every_form_that_a_schema_wants(kind: str) -> None:
    for pattern in find_patterns(load_schema(kind)):
        assert any(pattern.startswith(start) for start in FORMS), pattern


def find_patterns(node: Any) -> Iterator[str]:
    members = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    if isinstance(node, dict) and isinstance(node.get("pattern"), str):
        yield node["pattern"]
    for member in members:
        yield from find_patterns(member)
