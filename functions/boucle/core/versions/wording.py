"""Whether two wordings differ by a slip of the pen only, which cannot change what a question means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WORDS = re.compile(r"\w+")

MIN_MISSPELT_LENGTH = 4
"""Shorter words mean something else with one letter changed: "oui" and "ou", "sans" apart from "dans"."""


def is_typo(before: str, after: str) -> bool:
    """Whether a correction keeps every word, spelling and punctuation apart: accents, case, a letter in a long word."""
    old, new = _split_words(before), _split_words(after)
    return len(old) == len(new) and all(_is_same_word(a, b) for a, b in zip(old, new, strict=True))


def _split_words(text: str) -> Sequence[str]:
    return [_strip_accents(word) for word in WORDS.findall(text)]


def _strip_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _is_same_word(before: str, after: str) -> bool:
    if before == after:
        return True
    shorter, longer = sorted((before, after), key=len)
    if len(shorter) < MIN_MISSPELT_LENGTH or any(letter.isdigit() for letter in before + after):
        return False
    return _is_one_slip(shorter, longer)


def _is_one_slip(shorter: str, longer: str) -> bool:
    """One letter doubled, dropped or added inside the word, or two neighbours exchanged; its first letter stays."""
    if shorter[0] != longer[0]:
        return False
    if len(shorter) == len(longer):
        return sorted(shorter) == sorted(longer) and sum(a != b for a, b in zip(shorter, longer, strict=True)) == 2
    # Endings are left alone: they carry number, tense and negation.
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer) - 1)
    )
