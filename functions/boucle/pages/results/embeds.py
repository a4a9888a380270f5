"""Embeds: each published figure alone on a small page that any site may frame. No script, no cookie, no third party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, words
from boucle.languages.number_format import Figures
from boucle.pages.common import addresses, styles
from boucle.pages.common.markup import plain
from boucle.pages.forms.fragments import environment
from boucle.pages.results.document import Release, data_folder
from boucle.pages.results.figures import Draw, Figure
from boucle.pages.results.labels import DEMONSTRATION, Labels


def embeds(study: Study, releases: Iterable[Release]) -> Mapping[str, bytes]:
    """By address, a page a figure and language."""
    return {
        addresses.embed(study, figure.anchor, language).lstrip("/"): page
        for release in releases
        for language in study.languages
        for figure, page in _pages(study, release, language)
    }


def _pages(study: Study, release: Release, language: str) -> Iterable[tuple[Figure, bytes]]:
    labels = Labels.of(study, release, Figures(words(language)))
    audience = in_language(study.audiences.get(release.series.questionnaire), language)
    draw = Draw(labels, audience or labels.figures.words("respondents"))
    return [(figure, _page(study, draw, figure)) for figure in (*draw.questions(), *draw.crosstabs())]


def _page(study: Study, draw: Draw, figure: Figure) -> bytes:
    labels, said = draw.labels, draw.labels.figures.words
    release = labels.release
    template = environment().get_template("embed.html")
    page = template.render(
        _=said,
        language=said.language,
        direction=said.direction,
        style=styles.inlined("page", "figures"),
        figure=figure,
        column={"audience": draw.audience, "data": f"/{data_folder(release.series)}"},
        at=study.counted_ids.index(release.series.questionnaire) + 1,
        page=addresses.results(study, said.language),
        study=plain(in_language(study.title, said.language)),
        publisher=study.controller.name,
        day=labels.figures.day(release.date),
        number=release.number,
        demonstration=DEMONSTRATION if release.demonstration else "",
    )
    return page.encode()
