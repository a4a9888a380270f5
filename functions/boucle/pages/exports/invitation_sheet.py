"""Invitations to print and cut: for each, what it is for, a QR code that leads to the form, and the code to type."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, translator_for
from boucle.pages.common import addresses, markup
from boucle.pages.exports.paper import draw_qr_code
from boucle.pages.forms import fragments
from boucle.pages.forms.fragments import Fragment
from boucle.pages.forms.renderer import PageRenderer

TEMPLATE = "invitations.html"


def render_invitation_sheet(
    study: Study, questionnaire: Questionnaire, language: str, origin: str, codes: Iterable[tuple[str, str]]
) -> str:
    """A whole page to print, a card for each (code, link)."""
    translate = translator_for(language)
    title = markup.to_plain_text(in_language(questionnaire.title, language))
    address = origin.rstrip("/") + addresses.form(study, questionnaire.id, language)
    content = (
        fragments.make_environment()
        .get_template(TEMPLATE)
        .render(
            _=translate,
            title=title,
            controller=study.controller,
            address=address.partition("://")[2],
            cards=[(code, draw_qr_code(link)) for code, link in codes],
        )
    )
    page = Fragment(title, Markup(content), ("form", "paper"))  # noqa: S704  rendered with autoescape on
    return PageRenderer().render_page(study, language, page)
