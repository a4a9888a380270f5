"""Reads authors' files strictly: what Python's JSON reader forgives is an error here, with its line."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.lines import find_repeated_keys, line_of

READING_RULES: Mapping[str, str] = {
    "byte-order-mark": "A file starts with its first brace, not with a byte order mark.",
    "not-utf-8": "A file is UTF-8.",
    "invalid-json": "A file is JSON.",
    "duplicate-key": "No object says the same key twice.",
    "not-a-number": "A number is finite: NaN and Infinity are not JSON.",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An author's file: its text, and what it says."""

    file: Path
    text: str
    json: Any


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """The file cannot be read as JSON; the issues say why."""

    issues: tuple[LintIssue, ...]


class _NotFinite(Exception):
    pass


def read_source(file: Path) -> SourceFile:
    """The file's text and JSON. Raises Unreadable with every reason at once."""
    text = _read_text(file)
    repeated: set[str] = set()

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.update(key for key in members if keys.count(key) > 1)
        return members

    try:
        loaded = json.loads(text, object_pairs_hook=collect, parse_constant=_refuse, parse_float=_parse_finite)
    except (json.JSONDecodeError, RecursionError, _NotFinite, ValueError) as error:
        raise Unreadable((_describe_unreadable(file, text, error),)) from None
    if repeated:
        raise Unreadable(tuple(_find_duplicate_keys(file, text, repeated)))
    return SourceFile(file, text, loaded)


def _read_text(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith(b"\xef\xbb\xbf"):
        message, remedy = "The file starts with a byte order mark.", "Save it as UTF-8 without BOM."
        raise Unreadable((_make_issue("byte-order-mark", file, 1, message, remedy),))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"Byte {error.start} is not UTF-8."
        raise Unreadable((_make_issue("not-utf-8", file, line, message, "Save the file as UTF-8."),)) from None


def _describe_unreadable(file: Path, text: str, error: Exception) -> LintIssue:
    match error:
        case json.JSONDecodeError():
            message = f"Not JSON: {error.msg} (column {error.colno})."
            return _make_issue(
                "invalid-json", file, error.lineno, message, "Mend the punctuation there or just before."
            )
        case _NotFinite():
            word = str(error)
            line = line_of(text, text.find(word))
            return _make_issue("not-a-number", file, line, f"{word} is not a JSON number.", "Write a finite number.")
        case RecursionError():
            remedy = "Nest conditions less deeply."
            return _make_issue("invalid-json", file, 1, "The file is nested too deeply to be read.", remedy)
        case _:
            return _make_issue("invalid-json", file, 1, f"Not JSON: {error}.", "Write an ordinary number.")


def _find_duplicate_keys(file: Path, text: str, keys: set[str]) -> list[LintIssue]:
    remedy = "Keep one of them: only the last would count."
    return [
        _make_issue("duplicate-key", file, line, f'The key "{key}" stands twice in one object.', remedy)
        for key, line in find_repeated_keys(text)
        if key in keys
    ]


def _make_issue(rule: str, file: Path, line: int, message: str, remedy: str) -> LintIssue:
    return LintIssue(rule, Severity.ERROR, file, "", message, remedy, line)


def _refuse(word: str) -> float:
    raise _NotFinite(word)


def _parse_finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        raise _NotFinite(word)
    return number
