"""Embeds: each published figure alone on a small page that any site may frame. No script, no cookie, no third party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boucle.core.release.document import data_folder
from boucle.core.release.model import Release
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.common import addresses, styles
from boucle.pages.common.markup import to_plain_text
from boucle.pages.forms.fragments import make_environment
from boucle.pages.results.figures import FigurePresenter, PresentedFigure
from boucle.pages.results.labels import DEMONSTRATION, Labels


def render_embeds(study: Study, releases: Iterable[Release]) -> Mapping[str, bytes]:
    """By address, a page a figure and language."""
    return {
        addresses.embed(study, figure.anchor, language).lstrip("/"): page
        for release in releases
        for language in study.languages
        for figure, page in _render_pages(study, release, language)
    }


def _render_pages(study: Study, release: Release, language: str) -> Iterable[tuple[PresentedFigure, bytes]]:
    labels = Labels.of(study, release, NumberFormatter(translator_for(language)))
    audience = in_language(study.audiences.get(release.series.questionnaire), language)
    presenter = FigurePresenter(labels, audience or labels.formatter.translate("respondents"))
    return [
        (figure, _render_page(study, presenter, figure))
        for figure in (*presenter.present_questions(), *presenter.present_crosstabs())
    ]


def _render_page(study: Study, presenter: FigurePresenter, figure: PresentedFigure) -> bytes:
    labels, translate = presenter.labels, presenter.labels.formatter.translate
    release = labels.release
    template = make_environment().get_template("embed.html")
    page = template.render(
        _=translate,
        language=translate.language,
        direction=translate.direction,
        style=styles.inline_sheets("page", "figures"),
        figure=figure,
        column={"audience": presenter.audience, "data": f"/{data_folder(release.series)}"},
        at=study.counted_ids.index(release.series.questionnaire) + 1,
        page=addresses.results(study, translate.language),
        study=to_plain_text(in_language(study.title, translate.language)),
        publisher=study.controller.name,
        day=labels.formatter.format_day(release.date),
        number=release.number,
        demonstration=DEMONSTRATION if release.demonstration else "",
    )
    return page.encode()
