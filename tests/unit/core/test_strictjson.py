"""Standard JSON only, and an error that says where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.core.strictjson import NotStandardJson, parse

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_standard_json_means_what_it_says(value: Any) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"", "this is not JSON, at line 1, column 1"),
        (b'{"a": 1,\n "b": }', "this is not JSON, at line 2, column 7"),
        (b"{'a': 1}", "this is not JSON, at line 1, column 2"),
        (b'{"a": 1} x', "this is not JSON, at line 1, column 10"),
        (b'{"a": [1, NaN]}', "NaN and Infinity are no JSON numbers, at /a/1"),
        (b"-Infinity", "NaN and Infinity are no JSON numbers, at the top"),
        (b'{"a": {"b": 1, "b": 1}}', "this key stands twice, at /a/b"),
        (b'{"a": 123456789012345678}', "this number is too large, at /a"),
        (b'{"a": 1e400}', "this number is too large, at /a"),
        (b'{"a": "\\ud800"}', "a text holds a NUL or half of a surrogate pair, at /a"),
        (b'{"a": "x\\u0000"}', "a text holds a NUL or half of a surrogate pair, at /a"),
        (b'{"a": {"\\udfff": 1}}', "a key holds a NUL or half of a surrogate pair, at /a"),
        (b"[" * 33, "this is nested too deeply, at more than 32 levels"),
        (b'{"a":' * 50_000, "this is nested too deeply, at more than 32 levels"),
        (b'"' + b'\\"' * 500_000, "this is not JSON, at line 1, column 1"),
        (b'"\xff"', "this is not UTF-8, at byte 1"),
        ('"é"'.encode("utf-16"), "this is not UTF-8, at byte 0"),
        (b"\xef\xbb\xbf{}", "this is not JSON, at line 1, column 1"),
    ],
)
def test_anything_else_is_refused_with_its_place(document: bytes, message: str) -> None:
    with pytest.raises(NotStandardJson) as refusal:
        parse(document)
    assert str(refusal.value) == message


def test_brackets_in_a_text_are_no_depth() -> None:
    assert parse(json.dumps(["[" * 100, '\\"' + "{" * 100])) == ["[" * 100, '\\"' + "{" * 100]


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_a_long_key_is_not_repeated_whole() -> None:
    with pytest.raises(NotStandardJson) as refusal:
        parse(json.dumps({"k" * 500: "\x00"}))
    assert len(str(refusal.value)) < 120
