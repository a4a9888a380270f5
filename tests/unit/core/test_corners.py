"""Corners of the core that no larger test walks through."""

from __future__ import annotations

import json
from datetime import date

from boucle.core.privacy.plan import plan
from boucle.core.questionnaire.conditions import In
from boucle.core.questionnaire.parse import parse_condition
from boucle.core.release.counts import find_first_cohort
from boucle.core.study.model import AccessibilityAudit
from boucle.core.study.parse import parse_study
from support.builders import DEMONSTRATION, SURVEYS, make_questionnaire, make_study, make_yes_no


def test_one_of_several_values_is_a_test_of_its_own() -> None:
    assert parse_condition({"in": [{"answer": "town"}, ["a", "b"]]}) == In("town", ("a", "b"))


def test_a_study_says_what_the_last_audit_of_its_accessibility_found() -> None:
    source = json.loads((SURVEYS / DEMONSTRATION / "study.json").read_text("utf-8"))
    audited = {"conformity": "partial", "date": "2026-03-02", "by": "An auditor", "rate": 82}
    study = parse_study({**source, "accessibility_audit": audited}, ())
    assert study.audit == AccessibilityAudit(conformity="partial", date=date(2026, 3, 2), by="An auditor", rate=82)


def test_a_table_that_no_cohort_has_begins_after_the_last() -> None:
    [table, *_] = plan([make_questionnaire(make_yes_no("a"))]).tables
    assert find_first_cohort((), table, lambda cell: True) == 0


def test_a_wave_takes_no_version_that_it_never_opened() -> None:
    wave = make_study(make_questionnaire(make_yes_no("a"))).waves[0]
    assert wave.acceptance("candidats", "9.9.9", date(2026, 6, 1)) is None
    assert wave.acceptance("strangers", "1.0.0", date(2026, 6, 1)) is None
