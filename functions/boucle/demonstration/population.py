"""What a study's demonstration.json says of its invented respondents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Shares = Mapping[str, float]
"""Percent by value. For a single answer what is missing to 100 did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedText:
    """An invented free text, and the themes that each of two invented coders finds in it."""

    text: str
    themes: tuple[str, ...]
    second_themes: tuple[str, ...]


Texts = Mapping[str, tuple[InventedText, ...]]
"""The texts that people of each language may write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The invented respondents of one questionnaire."""

    version: str
    count: int
    margins: Mapping[str, Shares]
    texts: Mapping[str, Texts]
    """By question."""
    text_share: float
    consent_share: float = 0
    """Of those who write, how many agree to be quoted."""
    languages: Shares = field(default_factory=dict)
    """Where they are not those of the whole profile; so with the modes."""
    modes: Shares = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A whole demonstration: the same seed makes the same respondents."""

    seed: int
    wave: str
    languages: Shares
    modes: Shares
    audiences: Mapping[str, Audience]


def read_profile(study_folder: Path) -> Profile | None:
    """The study's demonstration profile, or None when it has none."""
    file = study_folder / "demonstration.json"
    return parse_profile(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def parse_profile(source: Mapping[str, Any]) -> Profile:
    """The profile in a demonstration.json that has passed its schema."""
    return Profile(
        seed=source["seed"],
        wave=source["wave"],
        languages=source["languages"],
        modes=source["modes"],
        audiences={name: _parse_audience(audience) for name, audience in source["audiences"].items()},
    )


def _parse_audience(source: Mapping[str, Any]) -> Audience:
    return Audience(
        **{**source, "texts": {question: _parse_texts(texts) for question, texts in source["texts"].items()}}
    )


def _parse_texts(source: Mapping[str, Any]) -> Texts:
    """Every text after every way to begin it, so that few are written twice."""
    starts = source.get("starts", {})
    return {
        language: tuple(
            _parse_text(start, source_text) for start in starts.get(language, ("",)) for source_text in listed
        )
        for language, listed in source.items()
        if language != "starts"
    }


def _parse_text(start: str, source: Mapping[str, Any]) -> InventedText:
    text = start + source["text"]
    themes = tuple(source["themes"])
    return InventedText(
        text=text[:1].upper() + text[1:], themes=themes, second_themes=tuple(source.get("again", themes))
    )
