"""The reference page says what the schemas say, and its examples are sound."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from boucle.authoring.lint.run import lint
from boucle.authoring.lint.shape import find_shape_issues, load_schema
from boucle.authoring.reference import list_kinds, read_example, render_reference_page
from boucle.authoring.writing import as_file
from support.builders import REPOSITORY

PAGES = REPOSITORY / "site" / "pages"
REMEDY = "Write it again: .venv/bin/python -m boucle.authoring.reference site/pages/en/reference/format.md"


def draft(*questions: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "id": "exemple",
        "version": "1.0.0",
        "languages": ["fr", "en"],
        "title": {"fr": "Exemple", "en": "Example"},
        "sections": [{"id": "debut", "title": {"fr": "Début", "en": "Start"}, "questions": list(questions)}],
    }


def findings(folder: Path, *questions: Any) -> list[str]:
    file = folder / "exemple" / "1.0.0.json"
    file.parent.mkdir()
    file.write_text(as_file(draft(*questions)), encoding="utf-8")
    return [finding.message for finding in lint([file]).issues]


def test_the_page_is_up_to_date() -> None:
    assert (PAGES / "en" / "reference" / "format.md").read_text(encoding="utf-8") == render_reference_page(), REMEDY


@pytest.mark.parametrize("kind", list_kinds())
def test_each_example_is_of_its_type_and_lints(kind: str, tmp_path: Path) -> None:
    shown = read_example(kind)
    assert shown["type"] == kind
    earlier = [] if kind == "yes_no" else [read_example("yes_no")]
    assert findings(tmp_path, *earlier, shown) == []


def test_every_key_of_the_schemas_is_explained() -> None:
    unexplained = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|\s*\|$", render_reference_page(), re.MULTILINE)
    assert unexplained == []


def test_what_the_short_french_page_shows_lints(tmp_path: Path) -> None:
    page = (PAGES / "reference" / "format.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json")[2].partition("```")[0])
    shown["label"]["en"] = "Does a professional support you?"
    assert findings(tmp_path, shown) == []


def test_lint_takes_and_refuses_the_keys_that_the_published_schema_does() -> None:
    """Editors use the schema as it stands; lint looks for unknown keys in its own, faster way."""
    published = Draft202012Validator(load_schema("questionnaire"))
    for kind in list_kinds():
        sound = draft(read_example(kind))
        strange = draft({**read_example(kind), "colour": "red"})
        assert (published.is_valid(sound), published.is_valid(strange)) == (True, False), kind
        assert find_shape_issues("questionnaire", sound, Path("x")) == [], kind
        assert [issue.rule for issue in find_shape_issues("questionnaire", strange, Path("x"))] == ["unknown-key"], kind
