"""What a change was before 0.2: how versions were judged that stand in a lock of that time, and are judged for ever."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from boucle.core.versions.causes import Cause

FIRST_EDITION = 1

WORDS = re.compile(r"\w+")
MIN_MISSPELT_LENGTH = 4

FIRST_CAUSES: Mapping[str, tuple[Cause, ...]] = {
    "Question.hint": (Cause.INSTRUCTIONS,),
    "Question.help": (Cause.INSTRUCTIONS,),
    "Question.media": (Cause.LABELLING,),
    "Choice.hint": (Cause.INSTRUCTIONS,),
    "Choice.media": (),
    "Grid.label": (),
    "Grid.hint": (),
    "Grid.help": (),
    "Grid.concept": (),
    "Rating.anchors": (Cause.SCALE,),
    "Number.unit": (Cause.SCALE,),
    "Section.blocks": (Cause.QUESTION_ADDED, Cause.QUESTION_REMOVED, Cause.INSTRUCTIONS),
    "Section.id": (),
    "Note.label": (Cause.INSTRUCTIONS,),
    "Questionnaire.is_guide": (),
    "Question.continuity": (Cause.DECLARED_BREAK,),
}
"""The causes of that time, of the leaves whose changes are something else today."""


def is_first_typo(before: str, after: str) -> bool:
    """Whether that time took it for a correction: signs passed unseen, and each word could have a slip."""
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
    if shorter[0] != longer[0]:
        return False
    if len(shorter) == len(longer):
        return sorted(shorter) == sorted(longer) and sum(a != b for a, b in zip(shorter, longer, strict=True)) == 2
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer) - 1)
    )
