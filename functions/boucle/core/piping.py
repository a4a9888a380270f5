"""Piping: a later text says again what an earlier closed answer was, as in `{answer:accompagne}`.

The result is plain text; whoever renders it escapes it, as any other text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from boucle.core.values import Answer, Answers

PIPED = re.compile(r"\{answer:([^{}]*)\}")


def piped_questions(text: str) -> Iterator[str]:
    """The ids of the questions whose answers a text says again."""
    return (match.group(1) for match in PIPED.finditer(text))


def piped(text: str, answers: Answers, label: Callable[[str, Answer], str], fallback: str) -> str:
    """The text with each answer's label in its place, or the fallback where there is no answer to say."""

    def said(match: re.Match[str]) -> str:
        answer = answers.get(match.group(1))
        return fallback if answer is None else label(match.group(1), answer)

    return PIPED.sub(said, text) if "{answer:" in text else text
