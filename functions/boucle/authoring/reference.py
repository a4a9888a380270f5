"""The reference page of the format, written from the JSON Schemas, with an example of each type that the tests run.

.venv/bin/python -m boucle.authoring.reference site/pages/en/reference/format.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from boucle.authoring.change_table import HEAD as CHANGES_HEAD
from boucle.authoring.change_table import render_causes, render_changes
from boucle.authoring.lint.rules import QUESTIONNAIRE_RULES, STUDY_RULES
from boucle.authoring.lint.run import FROZEN_RULE
from boucle.authoring.lint.shape import SHAPE_RULES, load_schema
from boucle.authoring.lint.sources import READING_RULES
from boucle.core.strictjson import Json

DEFINITIONS = {"text": "free_text"}
"""The schema's name of a type, where it is not the type's own."""

OPERATIONS: Mapping[str, str] = {
    "equals": "The answer is this value.",
    "in": "The answer is one of these values.",
    "includes": "This choice is among those of a multiple choice, or of a ranking.",
    "answered": "There is an answer.",
    "<": "The answer is smaller; `<=`, `>` and `>=` alike. Ratings, numbers and days only.",
    "and": "All of these conditions hold; `or`: one of them does; `not`: this one does not.",
}

HEAD = """---
title: The questionnaire format
---

# The questionnaire format

A study is a folder: `study.json`, and a folder for each questionnaire with a file for each version, such as
`candidats/1.0.0.json`. `boucle new study NAME` writes one to start from, and `boucle lint` checks it. This page is
written from the JSON Schemas that lint uses, and the tests run its examples.

Texts that people read are objects by language: `{"fr": "Oui", "en": "Yes"}`. They are plain, or a small Markdown
(emphasis, lists, links to https addresses). A language in which a text is missing, or older than its source, is left
out of the site until it is complete.
"""


def render_reference_page() -> str:
    """The whole page, in Markdown."""
    parts = [
        HEAD,
        *_render_questionnaire(),
        *_render_types(),
        *_render_conditions(),
        *_render_piping(),
        *_render_recordings(),
        *_render_study(),
        *_render_changes(),
        *_render_mapping(),
        *_render_rules(),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def read_example(kind: str) -> Json:
    """A question of a type, as the page shows it."""
    loaded: Json = json.loads(_read_example_text(kind))
    return loaded


def _read_example_text(kind: str) -> str:
    return (files("boucle.authoring") / "examples" / f"{kind}.json").read_text(encoding="utf-8")


def list_kinds() -> list[str]:
    """Every type of question, in the schema's order."""
    listed: list[str] = load_schema("questionnaire")["$defs"]["question"]["properties"]["type"]["enum"]
    return listed


def _render_questionnaire() -> Iterator[str]:
    whole = load_schema("questionnaire")
    yield "## A questionnaire\n"
    yield f"{whole['description']}\n"
    yield _render_keys(whole, whole)
    yield "### A section\n"
    yield _render_keys(whole["$defs"]["section"], whole)
    yield "### What is published\n"
    yield _render_keys(whole["$defs"]["publication"], whole)


def _render_types() -> Iterator[str]:
    whole = load_schema("questionnaire")
    definitions = whole["$defs"]
    yield "## Questions\n"
    yield "Every question has:\n"
    yield _render_keys(definitions["question"], whole)
    yield "Every question but a note may have:\n"
    yield _render_keys(definitions["asked"], whole)
    yield "A choice has:\n"
    yield _render_keys(definitions["choice"], whole)
    yield "A picture (`media`) has:\n"
    yield _render_keys(definitions["media"], whole)
    yield "A `continuity` has:\n"
    yield _render_keys(definitions["continuity"], whole)
    for kind in list_kinds():
        own = definitions.get(DEFINITIONS.get(kind, kind), {"description": "Shown, not asked.", "properties": {}})
        yield f"### `{kind}`\n"
        yield f"{own['description']}\n"
        if own["properties"]:
            yield _render_keys(own, whole)
        yield f"```json\n{_read_example_text(kind)}```\n"


def _render_conditions() -> Iterator[str]:
    yield "## Conditions\n"
    yield f"{load_schema('questionnaire')['$defs']['condition']['description']} Conditions look back, never forward.\n"
    yield _render_table(("operation", "holds when"), ((f"`{name}`", said) for name, said in OPERATIONS.items()))
    conditions = '{"and": [{"equals": [{"answer": "accompagne"}, "yes"]}, {"<": [{"answer": "note"}, 5]}]}'
    yield f"```json\n{conditions}\n```\n"


def _render_piping() -> Iterator[str]:
    yield "## Saying an answer again\n"
    yield (
        "A later text can say an earlier closed answer again: `{answer:accompagne}` becomes the label of what was\n"
        "answered, as soon as it is. On the page as it is first loaded no answer is known, and the question is named\n"
        "instead: write the sentence so that both read well.\n"
    )


def _render_recordings() -> Iterator[str]:
    yield "## Being heard\n"
    yield (
        "*Listen* reads a form aloud with the voice that a phone has for its language. Where it has none, it plays\n"
        "what was recorded, if anything was: Opus files in `candidats/audio/fr/`, fetched when somebody asks for one.\n"
    )
    yield "```sh"
    yield "boucle recordings list surveys/my-study/candidats/1.0.0.json fr    # the name of each file, and what to read"
    yield "opusenc --bitrate 16 note.wav surveys/my-study/candidats/audio/fr/note.opus"
    yield "boucle recordings accept surveys/my-study/candidats/1.0.0.json fr  # writes audio/recordings.json"
    yield "```\n"
    yield (
        "`recordings.json` holds the hash of the text that each file reads. A text that changes loses its recording\n"
        "until it is recorded anew. Where there are any, `boucle lint` lists what is missing or out of date.\n"
    )


def _render_study() -> Iterator[str]:
    whole = load_schema("study")
    yield "## study.json\n"
    yield f"{whole['description']}\n"
    yield _render_keys(whole, whole)
    for title, part in (
        ("The controller", whole["properties"]["controller"]),
        ("How it is published", whole["properties"]["publication"]),
        ("A wave", whole["properties"]["waves"]["items"]),
    ):
        yield f"### {title}\n"
        yield _render_keys(part, whole)


def _render_mapping() -> Iterator[str]:
    whole = load_schema("mapping")
    yield "## Past answers of another tool\n"
    yield (
        "`boucle import answers FILE.csv --mapping mapping.json` stores what another tool collected, each row once.\n"
        "Every row is read and checked before the first is stored: one that is refused, or an answer that could mean\n"
        "two things, stops them all, with its row and its column, unless `--skip-refused` leaves such rows out.\n"
        "Stopped midway, the same command run again completes. The file may be UTF-8, UTF-16 or another encoding,\n"
        "with any delimiter, and with Excel's `sep=;` as its first line.\n"
    )
    yield f"{whole['description']}\n"
    yield _render_keys(whole, whole)
    yield "An entry of `answers` has either `column` or `columns`:\n"
    yield _render_keys(whole["$defs"]["answer"], whole)
    yield "`language` and `mode` are a text, or have:\n"
    yield _render_keys(whole["$defs"]["said"], whole)
    yield "`keep` and `consent` have:\n"
    yield _render_keys(whole["$defs"]["yes_column"], whole)
    yield f"```json\n{_read_example_text('mapping')}```\n"


def _render_changes() -> Iterator[str]:
    yield CHANGES_HEAD
    yield _render_table(("what changes", "which is", "version"), render_changes())
    yield "The kinds of change, and why:\n"
    yield _render_table(("kind", "version", "because"), render_causes())


def _render_rules() -> Iterator[str]:
    yield "## What lint checks\n"
    yield "An error stops a build; a warning is advice.\n"
    named = {**READING_RULES, **SHAPE_RULES, FROZEN_RULE: "A published version's file never changes."}
    rows = [(f"`{name}`", "error", promise) for name, promise in named.items()]
    rows += [(f"`{rule.name}`", rule.severity.value, rule.promise) for rule in QUESTIONNAIRE_RULES]
    rows += [(f"`{rule.name}`", rule.severity.value, rule.promise) for rule in STUDY_RULES]
    yield _render_table(("rule", "", "what it promises"), rows)


def _render_keys(node: Json, whole: Json) -> str:
    required = node.get("required", ())
    rows = (
        (f"`{key}`", "required" if key in required else "", _describe_kind(value, whole), _describe(value, whole))
        for key, value in node["properties"].items()
        if key != "$schema"
    )
    return _render_table(("key", "", "value", "meaning"), rows)


def _describe(node: Json, whole: Json) -> str:
    return str(node.get("description") or _resolve(node, whole).get("description", ""))


def _resolve(node: Json, whole: Json) -> Json:
    target: Json = whole["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return target


NAMES = {
    "slug": "name",
    "id": "name",
    "value": "name",
    "text": "text by language",
    "media": "picture",
    "bare_choices": "list of choices, 2 to 20",
    "choices": "list of choices, 2 to 100",
    "languages": "list of codes",
    "said": "text or object",
    "labels": "object",
    "yes_column": "object",
    "decimal": '`"."`, `","`',
}

TYPES = {"boolean": "true or false", "integer": "whole number", "string": "text"}


def _describe_kind(node: Json, whole: Json) -> str:
    """What a value is, in a few words."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        return NAMES.get(name, name.replace("_", " "))
    if "enum" in node or "const" in node:
        return ", ".join(f"`{value}`" for value in node.get("enum", [node.get("const")]))
    if isinstance(node["type"], list):
        return " or ".join(TYPES.get(name, name) for name in map(str, node["type"]))
    kind = str(node["type"])
    if kind == "array":
        return f"list of {_describe_several(node['items'], whole)}{_describe_bounds(node, 'minItems', 'maxItems')}"
    return TYPES.get(kind, kind) + _describe_bounds(node, "minimum", "maximum")


def _describe_several(node: Json, whole: Json) -> str:
    if node.get("type") == "array":
        return f"lists of {_describe_several(node['items'], whole)}{_describe_bounds(node, 'minItems', 'maxItems')}"
    return f"{_describe_kind(node, whole)}s"


def _describe_bounds(node: Json, low: str, high: str) -> str:
    match node.get(low), node.get(high):
        case None, None:
            return ""
        case least, None:
            return f", {least} or more"
        case None, most:
            return f", {most} at most"
        case least, most if least == most:
            return f", {least} of them"
        case least, most:
            return f", {least} to {most}"


def _render_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_reference_page(), encoding="utf-8")
