"""Piping: a later text says again what an earlier closed answer was, as in `{answer:accompagne}`.

The result is plain text; whoever renders it escapes it, as any other text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

PIPE_PATTERN = re.compile(r"\{answer:([^{}]*)\}")


def find_piped_questions(text: str) -> Iterator[str]:
    """The ids of the questions whose answers a text says again."""
    return (match[1] for match in PIPE_PATTERN.finditer(text))


def pipe_answers(text: str, phrase: Callable[[str], str]) -> str:
    """The text with a phrase in the place of each answer; `phrase` gives it for a question's id."""
    return PIPE_PATTERN.sub(lambda match: phrase(match[1]), text) if "{answer:" in text else text
