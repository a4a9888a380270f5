"""Answers as they lie in a store: compact JSON, and back to the very values that were put."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from boucle.core.questionnaire.values import Answer, Answers, Value

COMPACT = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def answers_to_json(answers: Answers) -> str:
    """Compact and all ASCII, so that whatever a string holds comes back as it was."""
    return COMPACT.encode(dict(answers))


def answers_from_json(stored: str) -> dict[str, Answer]:
    """The answers by question: a list comes back as the tuple that was put."""
    loaded: dict[str, Value | list[str]] = json.loads(stored)
    return {question: tuple(answer) if isinstance(answer, list) else answer for question, answer in loaded.items()}


def many_from_json(stored: Sequence[str]) -> Iterator[dict[str, Answer]]:
    """The same for many at once, in their order: the parser is called once, and makes each question's name once."""
    for loaded in json.loads(f"[{','.join(stored)}]"):
        for question, answer in loaded.items():
            if type(answer) is list:
                loaded[question] = tuple(answer)
        yield loaded
