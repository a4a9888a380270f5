"""Whether two wordings differ by a slip of the pen only, which cannot change what a question means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

TypoRule = Callable[[str, str], bool]

MIN_MISSPELT_LENGTH = 6
"""Shorter words mean something else with one letter changed: "oui" and "ou", "sans" apart from "dans"."""

KEPT_END = 2
"""The last letters, which no slip may touch: they carry number, gender, tense and negation."""

INFLECTION = re.compile(r"(?:r?i?ons|r?i?ez|e{1,2}s?)$")
"""Longer endings: "utilisez" and "utilisiez" are two tenses, "salariés" and "salariées" two genders."""

DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
WRITTEN_SIGNS = frozenset("%‰‱@&/§#\u2032\u2033")
"""Punctuation, to Unicode, that says as much as a word does."""
SKIN_TONES = frozenset(chr(code) for code in range(0x1F3FB, 0x1F400))


def is_typo(before: str, after: str) -> bool:
    """Whether a correction changes one letter inside one long word at most, and no other word, number or sign.

    Accents, capitals and punctuation are spelling; a sign, a currency and a picture of a face are words.
    """
    old, new = list(split_tokens(before)), list(split_tokens(after))
    if len(old) != len(new):
        return False
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    return len(changed) < 2 and all(_is_misspelt(a, b) for a, b in changed)


def split_tokens(text: str) -> Iterator[str]:
    """The words of a text as they compare, accents and capitals aside, with its numbers and signs."""
    word = ""
    for at, letter in enumerate(text):
        if _is_part_of_word(letter):
            word += letter
        elif not _is_invisible(letter):
            yield from filter(None, (_strip_accents(word), _read_sign(text, at)))
            word = ""
    yield from filter(None, (_strip_accents(word),))


def _is_part_of_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM" and not _is_invisible(letter)


def _is_invisible(letter: str) -> bool:
    """A mark of direction, a joiner, or a variant of the face before it."""
    return unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


def _read_sign(text: str, at: int) -> str:
    """The sign that stands there, one for all dashes; empty for a space, and for punctuation."""
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter in DASHES:
        return "" if before.isalpha() and after.isalpha() else "-"
    if letter == "!":
        return letter if after == "=" else ""
    if (category := unicodedata.category(letter))[0] == "S":
        return "" if category == "Sk" and letter not in SKIN_TONES else letter
    joins_digits = before.isdecimal() and after.isdecimal() and not letter.isspace()
    return letter if letter in WRITTEN_SIGNS or joins_digits else ""


def _strip_accents(word: str) -> str:
    """The word in small letters; its marks stay where the letter is not Latin, since there they may be vowels."""
    kept: list[str] = []
    is_latin = True
    for letter in unicodedata.normalize("NFKD", word.casefold()):
        if unicodedata.combining(letter) and is_latin:
            continue
        kept.append(letter)
        is_latin = unicodedata.name(letter, "").startswith("LATIN")
    return "".join(kept)


def _is_misspelt(before: str, after: str) -> bool:
    """A letter doubled, dropped or swapped inside a long word; its first letter and its ending stay."""
    shorter, longer = sorted((before, after), key=len)
    if len(shorter) < MIN_MISSPELT_LENGTH or not (shorter.isalpha() and longer.isalpha()):
        return False
    if shorter[0] != longer[0] or shorter[-KEPT_END:] != longer[-KEPT_END:] or _ends_otherwise(shorter, longer):
        return False
    return _has_two_swapped(shorter, longer) if len(shorter) == len(longer) else _has_one_more(shorter, longer)


def _ends_otherwise(first: str, second: str) -> bool:
    endings = [match.group() if (match := INFLECTION.search(word)) else "" for word in (first, second)]
    return endings[0] != endings[1]


def _has_two_swapped(before: str, after: str) -> bool:
    differing = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    match differing:
        case [first, second]:
            return second == first + 1 and (before[first], before[second]) == (after[second], after[first])
        case _:
            return False


def _has_one_more(shorter: str, longer: str) -> bool:
    inside = range(1, len(longer) - KEPT_END)
    return len(longer) == len(shorter) + 1 and any(longer[:at] + longer[at + 1 :] == shorter for at in inside)
