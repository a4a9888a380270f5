"""Names and labels compared as people read them: what they cannot see makes no difference."""

from __future__ import annotations

import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"))
"""Soft hyphens, marks of direction, spaces without width. Joiners stay: they are part of a word, or of an emoji."""


def tidy(text: str) -> str:
    """Words with one plain space between them: exports hold no-break and doubled ones."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """What is the same for two writings of the same words: an accent may be a character of its own, on a Mac."""
    return unicodedata.normalize("NFC", tidy(text.translate(INVISIBLE)))
