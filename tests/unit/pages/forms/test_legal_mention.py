"""Promises of the legal mention of accessibility: not compliant, until an audit is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from boucle.core.study.model import AccessibilityAudit
from boucle.pages.common.frame import make_footer
from boucle.pages.study.accessibility import render_accessibility_page
from support.every_type import STUDY


def test_a_site_that_nobody_audited_says_that_it_is_not_compliant() -> None:
    assert render_accessibility_page(STUDY, "fr").title == "Accessibilité\u202f: non conforme"
    assert "Accessibilité\u202f: non conforme" in [link.label for link in make_footer(STUDY, "fr")]


@pytest.mark.parametrize(
    ("conformity", "mention"),
    [("none", "not compliant"), ("partial", "partially compliant"), ("full", "fully compliant")],
)
def test_an_audit_decides_the_mention_on_its_page_and_at_the_foot_of_every_page(conformity: str, mention: str) -> None:
    audit = AccessibilityAudit(conformity=conformity, date=date(2026, 5, 4), by="An auditor", rate=92)
    audited = replace(STUDY, audit=audit)
    page = render_accessibility_page(audited, "en")
    assert page.title == f"Accessibility: {mention}"
    assert "An auditor audited it on 04/05/2026: 92% of the criteria are met." in page.content
    assert page.title in [link.label for link in make_footer(audited, "en")]
