"""Corners of the core that no larger test walks through."""

from __future__ import annotations

from datetime import date

from boucle.core.questionnaire.conditions import Includes
from boucle.core.questionnaire.parse import parse_condition
from support.builders import make_questionnaire, make_study, make_yes_no


def test_a_choice_among_several_is_tested_by_includes() -> None:
    assert parse_condition({"includes": [{"answer": "brakes"}, "bus"]}) == Includes("brakes", "bus")


def test_a_wave_takes_no_version_that_it_never_opened() -> None:
    wave = make_study(make_questionnaire(make_yes_no("a"))).waves[0]
    assert wave.acceptance("candidats", "9.9.9", date(2026, 6, 1)) is None
    assert wave.acceptance("strangers", "1.0.0", date(2026, 6, 1)) is None
