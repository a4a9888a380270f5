"""The page that says how accessible the site is known to be."""

from __future__ import annotations

from boucle.core.study.model import AccessibilityAudit, Study
from boucle.languages.catalogues import words
from boucle.pages.common.frame import conformity
from boucle.pages.forms.fragments import Fragment, rendered


def accessibility_page(study: Study, language: str) -> Fragment:
    """What is known of the site's accessibility, and whom to tell; "not compliant" until an audit is recorded."""
    said = words(language)
    audit = study.audit
    sentences = [
        said("%(by)s audited it on %(date)s: %(rate)s%% of the criteria are met.", **_told(audit))
        if audit
        else said("This site is not compliant with accessibility rules: it has not been audited yet."),
        said(
            "It is made to be read and answered with a keyboard, a screen reader, large text or an old phone, "
            "and tested for it at every change. Only an audit can say how far it succeeds."
        ),
    ]
    title = said(conformity(study))
    return rendered("accessibility.html", said, title, sentences=sentences, contact_address=study.controller.contact)


def _told(audit: AccessibilityAudit) -> dict[str, object]:
    return {"by": audit.by, "date": audit.date.isoformat(), "rate": audit.rate}
