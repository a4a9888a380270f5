"""JSON as its standard says, and no more: what one reader takes, every other reader takes to mean the same.

The standard library's reader lets through NaN, duplicate keys, lone surrogates and any depth, each of which makes two
programs disagree about one document, or fails far from where it was read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

JsonObject = dict[str, Any]
"""An object of a JSON document, as Python reads and writes it."""
Json = Mapping[str, Any]
"""The same where it is only read."""

MAX_DEPTH = 32
MAX_DIGITS = 17
"""More than any whole number that a double holds exactly."""
MAX_SHOWN_KEY = 40

# The closing quote is optional: an endless string is then passed once, not once for each quote in it.
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
BRACKETS = re.compile(r"[\[\]{}]")
NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class NotStandardJson(ValueError):
    """A document that is not standard JSON, or not within our limits: what is wrong, and where. Never a value."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what}, {where}")
        self.what = what
        self.where = where


class _RefusedNumber:
    """Stands for a number that cannot be taken, until the place where it stands is known."""

    def __init__(self, what: str) -> None:
        self.what = what


class _Pairs(list[tuple[str, Any]]):
    """An object's members as written, duplicates included."""


def parse(document: bytes | str, *, max_depth: int = MAX_DEPTH) -> Any:
    """The value of a document of standard JSON in UTF-8. Raises NotStandardJson."""
    text = document if isinstance(document, str) else _decode(document)
    _check_depth(text, max_depth)
    try:
        read = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_parse_integer,
            parse_float=_parse_float,
            object_pairs_hook=_Pairs,
        )
    except json.JSONDecodeError as error:
        raise NotStandardJson("this is not JSON", f"at line {error.lineno}, column {error.colno}") from None
    return _build(read, "")


def _decode(document: bytes) -> str:
    try:
        return document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStandardJson("this is not UTF-8", f"at byte {error.start}") from None


def _check_depth(text: str, limit: int) -> None:
    # Before reading: the standard reader recurses, and a deep document would end it in a RecursionError.
    depth = 0
    for bracket in BRACKETS.finditer(STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > limit:
            raise NotStandardJson("this is nested too deeply", f"at more than {limit} levels")


def _refuse_constant(_: str) -> _RefusedNumber:
    return _RefusedNumber("NaN and Infinity are no JSON numbers")


def _parse_integer(digits: str) -> int | _RefusedNumber:
    return int(digits) if len(digits) <= MAX_DIGITS else _RefusedNumber("this number is too large")


def _parse_float(digits: str) -> float | _RefusedNumber:
    value = float(digits)
    return value if math.isfinite(value) else _RefusedNumber("this number is too large")


def _build(read: Any, where: str) -> Any:
    if isinstance(read, _Pairs):
        return _build_object(read, where)
    if isinstance(read, list):
        return [_build(element, f"{where}/{index}") for index, element in enumerate(read)]
    if isinstance(read, _RefusedNumber):
        _refuse(read.what, where)
    if isinstance(read, str) and NOT_TEXT.search(read):
        _refuse("a text holds a NUL or half of a surrogate pair", where)
    return read


def _build_object(pairs: _Pairs, where: str) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in pairs:
        if NOT_TEXT.search(key):
            _refuse("a key holds a NUL or half of a surrogate pair", where)
        inside = f"{where}/{key[:MAX_SHOWN_KEY]}"
        if key in built:
            _refuse("this key stands twice", inside)
        built[key] = _build(value, inside)
    return built


def _refuse(what: str, where: str) -> NoReturn:
    raise NotStandardJson(what, f"at {where or 'the top'}")
