"""Texts by language: where they stand, which translations are missing, and which are older than their source.

A translation may carry the hash of the sentence that it was made from, under `translations` in the author's file. When
the sentence changes, the hash tells that the translation is stale; a language with a gap is left out, the others stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from boucle.core.canonical import sha256_hex
from boucle.core.questionnaire.values import Text
from boucle.core.strictjson import Json

TEXT_KEYS = frozenset(
    {"title", "intro", "label", "hint", "help", "alt", "unit", "reason", "legal_basis", "description", "min", "max"}
)
"""Keys whose value, when it is an object, is a text by language; `min` and `max` are a rating's anchors."""

NAMED_BY_KEY = frozenset({"audiences"})
"""Objects whose every value is a text by language."""

UNREAD_KEYS = frozenset({"relevant", "translations", "recode", "publication", "waves", "help_lines"})
"""Keys under which nothing is read by people, or each text is for some languages only."""

HASH_LENGTH = 16


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and where it stands: a name that survives reordering, and its JSON pointer."""

    name: str
    pointer: str
    role: str
    text: Text


class Lack(Enum):
    """Why a translation cannot be shown."""

    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class TranslationGap:
    """A text that keeps its language from being offered."""

    language: str
    lack: Lack
    placed: PlacedText


def collect_texts(source: Json) -> Iterator[PlacedText]:
    """Every text of a questionnaire's or a study's file, in reading order."""
    yield from _walk_object(source, "", "")


def _walk_object(node: Json, name: str, pointer: str) -> Iterator[PlacedText]:
    for key, value in node.items():
        if key in UNREAD_KEYS:
            continue
        place = f"{pointer}/{key}"
        if isinstance(value, Mapping):
            if key in TEXT_KEYS:
                yield PlacedText(f"{name}/{key}", place, key, value)
            elif key in NAMED_BY_KEY:
                yield from (
                    PlacedText(f"{name}/{key}/{member}", f"{place}/{member}", key, value[member]) for member in value
                )
            else:
                yield from _walk_object(value, f"{name}/{key}", place)
        elif isinstance(value, list):
            yield from _walk_list(key, value, name, place)


def _walk_list(key: str, values: Sequence[Any], name: str, pointer: str) -> Iterator[PlacedText]:
    # A question keeps its name, and so its translations, when it moves to another section.
    parent = "" if key == "questions" else name
    for index, element in enumerate(values):
        if isinstance(element, Mapping):
            called = element.get("id", element.get("value", index))
            yield from _walk_object(element, f"{parent}/{key}/{called}", f"{pointer}/{index}")


def source_hash(sentence: str) -> str:
    """What tells whether a sentence is still the one that a translation was made from."""
    return sha256_hex(sentence.encode())[:HASH_LENGTH]


def find_gaps(source: Json) -> Iterator[TranslationGap]:
    """Every missing or stale translation, text by text."""
    original, *others = source["languages"]
    for placed in collect_texts(source):
        for language in others:
            lack = _find_lack(placed, original, language, source)
            if lack is not None:
                yield TranslationGap(language, lack, placed)


def _find_lack(placed: PlacedText, original: str, language: str, source: Json) -> Lack | None:
    if language not in placed.text:
        return Lack.MISSING
    recorded = source.get("translations", {}).get(language, {}).get(placed.name)
    sentence = placed.text.get(original)
    if recorded is None or sentence is None or recorded == source_hash(sentence):
        return None
    return Lack.STALE


def available_languages(source: Json) -> tuple[str, ...]:
    """The languages in which everything can be read; the first, which the author writes in, always."""
    original, *others = source["languages"]
    lacking = {gap.language for gap in find_gaps(source)} if others else set()
    return (original, *(language for language in others if language not in lacking))
