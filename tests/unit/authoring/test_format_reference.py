"""The reference page says what the schemas say, and its examples are sound."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from boucle.authoring.lint.run import lint
from boucle.authoring.lint.shape import schema, shape_findings
from boucle.authoring.reference import example, kinds, reference_page
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
    return [finding.message for finding in lint([file]).findings]


def test_the_page_is_up_to_date() -> None:
    assert (PAGES / "en" / "reference" / "format.md").read_text(encoding="utf-8") == reference_page(), REMEDY


@pytest.mark.parametrize("kind", kinds())
def test_each_example_is_of_its_type_and_lints(kind: str, tmp_path: Path) -> None:
    shown = example(kind)
    assert shown["type"] == kind
    earlier = [] if kind == "yes_no" else [example("yes_no")]
    assert findings(tmp_path, *earlier, shown) == []


def test_every_key_of_the_schemas_is_explained() -> None:
    unexplained = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|\s*\|$", reference_page(), re.MULTILINE)
    assert unexplained == []


def test_what_the_short_french_page_shows_lints(tmp_path: Path) -> None:
    page = (PAGES / "reference" / "format.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json")[2].partition("```")[0])
    shown["label"]["en"] = "Does a professional support you?"
    assert findings(tmp_path, shown) == []


def test_lint_takes_and_refuses_the_keys_that_the_published_schema_does() -> None:
    """Editors use the schema as it stands; lint looks for unknown keys in its own, faster way."""
    published = Draft202012Validator(schema("questionnaire"))
    for kind in kinds():
        sound = draft(example(kind))
        strange = draft({**example(kind), "colour": "red"})
        assert (published.is_valid(sound), published.is_valid(strange)) == (True, False), kind
        assert shape_findings("questionnaire", sound, Path("x")) == [], kind
        assert [each.rule for each in shape_findings("questionnaire", strange, Path("x"))] == ["unknown-key"], kind
