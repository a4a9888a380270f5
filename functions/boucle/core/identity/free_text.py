"""Free texts as they are sealed: what was written, in which language, whether it may be quoted, and padding."""

from __future__ import annotations

import json
from dataclasses import dataclass

COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
BLOCK_BYTES = 1024
"""Sealed texts have lengths in whole blocks, so that a length tells little of the text."""


@dataclass(frozen=True, slots=True)
class FreeTextAnswer:
    """One free text, and its author's consent to being quoted, which is kept nowhere else."""

    text: str
    language: str
    consent: bool


def pad(answer: FreeTextAnswer) -> bytes:
    """The text as JSON, filled up with spaces (which JSON ignores) to whole blocks."""
    members = {"text": answer.text, "language": answer.language, "consent": answer.consent}
    content = COMPACT.encode(members).encode()
    return content.ljust(-(-len(content) // BLOCK_BYTES) * BLOCK_BYTES)


def unpad(payload: bytes) -> FreeTextAnswer:
    """The text that was padded."""
    return FreeTextAnswer(**json.loads(payload))
