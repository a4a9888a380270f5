"""Finds the line of a JSON pointer. Only issues pay for it: a sound file is never walked."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

DECODER = json.JSONDecoder()
BLANK = re.compile(r"[ \t\r\n]*")
NEWLINE = re.compile(r"\n")


def escape_key(key: str) -> str:
    """A key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, of a place in a text, counted in characters from 0."""
    return text.count("\n", 0, max(offset, 0)) + 1


def lines_by_pointer(text: str) -> Mapping[str, int]:
    """The line on which each member and element of a valid JSON text starts, by its pointer."""
    newlines = [match.start() for match in NEWLINE.finditer(text)]
    return {pointer: bisect_left(newlines, offset) + 1 for pointer, _, offset in _list_members(text)} | {"": 1}


def find_repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    """The pointer of each key that stands twice in an object, with the line of the repetition."""
    seen: set[str] = set()
    for pointer, key, offset in _list_members(text):
        if pointer in seen and key is not None:
            yield key, line_of(text, offset)
        seen.add(pointer)


def _list_members(text: str) -> Iterator[tuple[str, str | None, int]]:
    """Pointer, key (None in a list) and offset of everything inside the text's value."""
    found: list[tuple[str, str | None, int]] = []
    _walk(text, _skip(text, 0), "", found)
    return iter(found)


def _walk(text: str, at: int, pointer: str, found: list[tuple[str, str | None, int]]) -> int:
    """Note what stands inside the value at an offset; the offset just after it."""
    if text[at] == "{":
        return _walk_object(text, at + 1, pointer, found)
    if text[at] == "[":
        return _walk_list(text, at + 1, pointer, found)
    return DECODER.raw_decode(text, at)[1]


def _walk_object(text: str, at: int, pointer: str, found: list[tuple[str, str | None, int]]) -> int:
    at = _skip(text, at)
    while text[at] != "}":
        start = at
        key, at = DECODER.raw_decode(text, at)
        here = f"{pointer}/{escape_key(key)}"
        found.append((here, key, start))
        at = _walk(text, _skip(text, _skip(text, at) + 1), here, found)
        at = _skip_comma(text, at)
    return at + 1


def _walk_list(text: str, at: int, pointer: str, found: list[tuple[str, str | None, int]]) -> int:
    at = _skip(text, at)
    index = 0
    while text[at] != "]":
        here = f"{pointer}/{index}"
        found.append((here, None, at))
        at = _skip_comma(text, _walk(text, at, here, found))
        index += 1
    return at + 1


def _skip_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    blank = BLANK.match(text, at)
    return blank.end() if blank else at
