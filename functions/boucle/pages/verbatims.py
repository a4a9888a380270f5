"""Approved verbatims as pages read them: the one published file that may lose entries; pages follow it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from boucle.core.study import Series
from boucle.pages.results_document import UnreadableRelease, data_folder

VERBATIMS = "verbatims.json"
"""Its name, beside `latest.json`."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What somebody wrote, and agreed to see quoted. It has no id: nothing links it to other answers."""

    question: str
    text: str
    language: str
    themes: tuple[str, ...]


def read_verbatims(series: Series, content: bytes | None) -> tuple[Verbatim, ...]:
    """The texts that may be quoted, in their published order; none where there is no file. Raises UnreadableRelease."""
    if content is None:
        return ()
    try:
        return tuple(
            Verbatim(each["question"], each["text"], each["language"], tuple(each["themes"]))
            for each in json.loads(content)["verbatims"]
        )
    except (ValueError, TypeError, KeyError):
        raise UnreadableRelease(f"{data_folder(series)}{VERBATIMS} cannot be read: publish it again") from None
