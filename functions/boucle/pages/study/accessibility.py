"""The page that says how accessible the site is known to be."""

from __future__ import annotations

from boucle.core.study.model import AccessibilityAudit, Study
from boucle.languages.catalogues import translator_for
from boucle.pages.common.frame import conformity_mention
from boucle.pages.forms.fragments import Fragment, render_fragment


def render_accessibility_page(study: Study, language: str) -> Fragment:
    """What is known of the site's accessibility, and whom to tell; "not compliant" until an audit is recorded."""
    translate = translator_for(language)
    audit = study.audit
    sentences = [
        translate("%(by)s audited it on %(date)s: %(rate)s%% of the criteria are met.", **_audit_values(audit))
        if audit
        else translate("This site is not compliant with accessibility rules: it has not been audited yet."),
        translate(
            "It is made to be read and answered with a keyboard, a screen reader, large text or an old phone, "
            "and tested for it at every change. Only an audit can say how far it succeeds."
        ),
    ]
    title = translate(conformity_mention(study))
    return render_fragment(
        "accessibility.html", translate, title, sentences=sentences, contact_address=study.controller.contact
    )


def _audit_values(audit: AccessibilityAudit) -> dict[str, object]:
    return {"by": audit.by, "date": audit.date.isoformat(), "rate": audit.rate}
