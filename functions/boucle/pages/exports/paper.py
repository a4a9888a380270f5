"""The paper form: the same questions to print, with a QR code and a short address that lead back to the online one.

Every choice has the number that whoever keys the paper in presses on the form's page.
"""

from __future__ import annotations

from collections.abc import Sequence

import segno
from markupsafe import Markup

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, translator_for
from boucle.pages.common import addresses
from boucle.pages.forms import fragments
from boucle.pages.forms.fragments import Fragment
from boucle.pages.forms.layout import Layout
from boucle.pages.forms.renderer import PageRenderer

TEMPLATE = "paper.html"


def render_paper_form(study: Study, questionnaire: Questionnaire, languages: Sequence[str], origin: str) -> str:
    """A whole page to print, in one language or in several at once. `origin` is the site's public address."""
    translate = translator_for(languages[0])
    address = origin.rstrip("/") + addresses.form(study, questionnaire.id, languages[0])
    layouts = [
        Layout(questionnaire, translator_for(language), {}, (), fragments.render_care(study, translator_for(language)))
        for language in languages
    ]
    content = (
        fragments.make_environment()
        .get_template(TEMPLATE)
        .render(
            _=translate,
            languages=[translator_for(language) for language in languages],
            titles=[in_language(questionnaire.title, language) for language in languages],
            intros=[in_language(questionnaire.intro, language) for language in languages],
            parts=list(zip(*(layout.build_sections() for layout in layouts), strict=True)),
            code=draw_qr_code(address),
            address=address.partition("://")[2],
            controller=study.controller,
            legal_basis=in_language(study.controller.legal_basis, languages[0]),
            retention=study.retention_days,
        )
    )
    title = in_language(questionnaire.title, languages[0])
    page = Fragment(title, Markup(content), ("form", "paper"))  # noqa: S704  rendered with autoescape on
    return PageRenderer().render_page(study, languages[0], page)


def draw_qr_code(address: str) -> Markup:
    """The address as a drawing that a phone reads; its text stands beside it, so readers need not hear of it."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr")
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704  drawn by segno from modules
