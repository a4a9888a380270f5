"""Themes: the pillars of a study, under which its questions are grouped and its verbatims are coded."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.parse import Json
from boucle.core.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One pillar."""

    id: str
    label: Text
    definition: Text
    """What belongs under it, so that two people code alike; empty where nobody said."""


def parse_themes(source: Json) -> tuple[Theme, ...]:
    """The themes that a valid file describes, in its order."""
    return tuple(
        Theme(id=each["id"], label=each["label"], definition=each.get("definition", {})) for each in source["themes"]
    )
