"""What a study's demonstration.json says of its invented respondents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Shares = Mapping[str, float]
"""Percent by value. For a single answer what is missing to 100 did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The invented respondents of one questionnaire."""

    version: str
    count: int
    margins: Mapping[str, Shares]
    texts: Mapping[str, Sequence[str]]
    text_share: float


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
    return Profile(
        seed=source["seed"],
        wave=source["wave"],
        languages=source["languages"],
        modes=source["modes"],
        audiences={name: Audience(**each) for name, each in source["audiences"].items()},
    )
