"""Themes: the subjects of a study, under which its questions are grouped and its verbatims are coded."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.questionnaire.values import Text
from boucle.core.strictjson import Json

THEME = "theme"
"""The question that a coder answers about a text: which themes is it about?"""

THEMES_SUFFIX = "-themes"
"""What the questionnaire of the codings is called after the one that the texts answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme."""

    id: str
    label: Text
    definition: Text
    """What belongs under it, so that two people code alike; empty where nobody said."""
    examples: tuple[Text, ...] = ()
    """Sentences, made up by the author, that belong under it."""


def parse_themes(source: Json) -> tuple[Theme, ...]:
    """The themes that a valid file describes, in its order."""
    return tuple(
        Theme(
            id=theme["id"],
            label=theme["label"],
            definition=theme.get("definition", {}),
            examples=tuple(theme.get("examples", ())),
        )
        for theme in source["themes"]
    )
