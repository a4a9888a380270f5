"""Words that tell of danger, and what whoever reads them has to do. A person reads; this only says: look."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ALARM_WORDS: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "suicid", "me tuer", "me foutre en l'air", "en finir", "plus envie de vivre", "mourir", "frappe", "me bat",
        "battue", "viol", "agress", "harcel", "menace", "a la rue", "dors dehors", "dans ma voiture", "rien a manger",
        "plus a manger", "esclav", "confisque mon passeport", "sequestr", "enceinte et",
    ),
    "en": (
        "suicid", "kill myself", "end it all", "want to die", "hits me", "beats me", "rape", "assault", "harass",
        "threat", "homeless", "sleep outside", "in my car", "nothing to eat", "took my passport",
    ),
    "ar": ("انتحار", "أقتل نفسي", "أموت", "يضربني", "اغتصاب", "تهديد", "في الشارع", "لا طعام"),
}  # fmt: skip


def find_alarm_words(text: str, language: str) -> tuple[str, ...]:
    """The words of danger in a text, in its own language and in French, which people mix."""
    plain = _normalise(text)
    listed = dict.fromkeys((*ALARM_WORDS.get(language, ()), *ALARM_WORDS["fr"]))
    return tuple(word for word in listed if re.search(rf"(?<!\w){re.escape(_normalise(word))}", plain))


def _normalise(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("’", "'"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
