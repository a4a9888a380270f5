"""What is published of free texts, as pages read it: approved verbatims, shares by theme, the coders' agreement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from boucle.core.release.document import data_folder
from boucle.core.release.members import UnreadableRelease
from boucle.core.study.model import Series

VERBATIMS = "verbatims.json"
"""Approved texts, beside `latest.json`: the one published file that may lose entries. Pages follow it."""
INTERVIEWS = "interviews.json"
"""How many interviews followed a guide, at least, beside their approved texts."""
AGREEMENT = "agreement.json"
"""How far two coders agree, beside the `latest.json` of the series of themes."""

Documents = Mapping[Series, bytes | None]
"""A published file of each series; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTextDocuments:
    """All that is published of a study's free texts."""

    quotes: Documents
    shares: Documents
    """The newest release of each series of themes."""
    agreements: Documents
    interviews: Documents
    """Of each guide, how many interviews there were at least."""


NO_FREE_TEXTS = FreeTextDocuments(quotes={}, shares={}, agreements={}, interviews={})


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """How far two coders agree about one theme; a coefficient is None where nothing could have differed."""

    texts: int
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class PublishedFreeText:
    """What somebody wrote, and agreed to see quoted. It has no id: nothing links it to other answers."""

    question: str
    text: str
    language: str
    themes: tuple[str, ...]


def read_verbatims(series: Series, content: bytes | None) -> tuple[PublishedFreeText, ...]:
    """The texts that may be quoted, in their published order; none where there is no file. Raises UnreadableRelease."""
    if content is None:
        return ()
    try:
        return tuple(
            PublishedFreeText(entry["question"], entry["text"], entry["language"], tuple(entry["themes"]))
            for entry in json.loads(content)["verbatims"]
        )
    except (ValueError, TypeError, KeyError):
        raise UnreadableRelease(f"{data_folder(series)}{VERBATIMS} cannot be read: publish it again") from None


def read_agreement(series: Series, content: bytes | None) -> Mapping[str, ThemeAgreement]:
    """How far coders agree, by theme; nothing where there is no file. Raises UnreadableRelease."""
    if content is None:
        return {}
    try:
        document = json.loads(content)
        return {
            entry["theme"]: ThemeAgreement(document["texts"], entry["kappa"], entry["alpha"])
            for entry in document["themes"]
        }
    except (ValueError, TypeError, KeyError):
        raise UnreadableRelease(f"{data_folder(series)}{AGREEMENT} cannot be read: publish it again") from None


def read_interviews(series: Series, content: bytes | None) -> int:
    """How many interviews there were at least; 0 where too few were held to say so. Raises UnreadableRelease."""
    if content is None:
        return 0
    try:
        return int(json.loads(content)["at_least"])
    except (ValueError, TypeError, KeyError):
        raise UnreadableRelease(f"{data_folder(series)}{INTERVIEWS} cannot be read: publish it again") from None
