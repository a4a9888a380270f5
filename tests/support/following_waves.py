"""Two waves of one study with one version, the second opening the day after the first closes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from boucle.core.study.model import Study
from support.api import EVERY_TYPE
from support.builders import make_study, make_wave

SPRING, SUMMER = "printemps", "ete"
OPENS_AGAIN = "2026-07-01"


def make_following_study(spring: dict[str, Any] | None = None, summer: dict[str, Any] | None = None) -> Study:
    """Spring closes on 30 June, with seven days of grace; summer opens on 1 July. Given are rules of their own."""
    waves = (
        make_wave(("candidats", "1.0.0", "2026-03-01"), id=SPRING, opens="2026-03-01", closes="2026-06-30"),
        make_wave(("candidats", "1.0.0", OPENS_AGAIN), id=SUMMER, opens=OPENS_AGAIN, closes="2026-09-30"),
    )
    own = (spring or {}, summer or {})
    return make_study(EVERY_TYPE, waves=tuple(replace(wave, **rules) for wave, rules in zip(waves, own, strict=True)))
