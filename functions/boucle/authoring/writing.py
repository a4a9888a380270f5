"""Writes authors' files back: what fits on a line stays on one, so that a change shows as the lines that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 88


def as_file(source: Mapping[str, Any]) -> str:
    """The file's text, indented by two, the same for the same content."""
    return "".join(_write(source, 0, 0)) + "\n"


def _write(value: Any, indent: int, before: int) -> Iterator[str]:
    line = json.dumps(value, ensure_ascii=False)
    compound = isinstance(value, (Mapping, list)) and bool(value)
    if not compound or (indent > 0 and indent + before + len(line) <= WIDTH):
        yield line
    elif isinstance(value, Mapping):
        members = [(json.dumps(key, ensure_ascii=False) + ": ", member) for key, member in value.items()]
        yield from _write_block("{", members, "}", indent)
    else:
        yield from _write_block("[", [("", element) for element in value], "]", indent)


def _write_block(opening: str, members: list[tuple[str, Any]], closing: str, indent: int) -> Iterator[str]:
    yield opening
    for index, (key, value) in enumerate(members):
        yield ("," if index else "") + "\n" + " " * (indent + 2) + key
        yield from _write(value, indent + 2, len(key))
    yield "\n" + " " * indent + closing
