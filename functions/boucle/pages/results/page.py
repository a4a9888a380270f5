"""The results page of a study: its questionnaires side by side, from their newest releases.

The publishing job and the MkDocs plugin both render it here. It reads without script, and nothing in it depends on the
day on which it is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from boucle.core.release.document import data_folder
from boucle.core.release.model import Release
from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import Translator, in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.common import addresses
from boucle.pages.common.markup import to_plain_text
from boucle.pages.forms.fragments import Fragment, make_environment
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.columns import (
    AudienceColumn,
    FigureRow,
    Releases,
    build_own_row,
    build_shared_rows,
    columns_of,
    find_newest_release,
    read_releases,
)
from boucle.pages.results.embeds import render_embeds
from boucle.pages.results.labels import DEMONSTRATION
from boucle.pages.results.time_series import build_histories


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of the page."""

    id: str
    title: str
    intro: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class EarlierSeries:
    """A series that a newer one follows: where its data are."""

    name: str
    data: str


def render_results_pages(renderer: PageRenderer, study: Study, releases: Releases) -> Mapping[str, bytes]:
    """The page in every language and its figures one by one, by address; none before a first release.

    Until then the built site has its own page.
    """
    if not any(releases.values()):
        return {}
    pages = renderer.render_pages(
        study,
        study.languages,
        partial(addresses.results, study),
        lambda language: render_results(study, language, releases),
    )
    read = read_releases(releases)
    shown = [release for id in study.counted_ids if (release := find_newest_release(study, id, read)) is not None]
    return {**pages, **render_embeds(study, shown)}


def render_results(study: Study, language: str, releases: Releases) -> Fragment:
    """The content of the page, headings and all. Raises UnreadableRelease and UnknownLabel."""
    read = read_releases(releases)
    formatter = NumberFormatter(translator_for(language))
    columns = columns_of(study, read, formatter)
    shown = {column.release.series for column in columns if column.release}
    title = to_plain_text(in_language(study.title, language))
    content = (
        make_environment()
        .get_template("results.html")
        .render(
            _=formatter.translate,
            title=title,
            description=to_plain_text(in_language(study.description, language)),
            columns=columns,
            parts=[
                part
                for part in _build_sections(columns, formatter.translate)
                if any(any(row.cells) for row in part.rows)
            ],
            demonstration=DEMONSTRATION if any(release.demonstration for release in read.values()) else "",
            histories=[
                history
                for id in study.counted_ids
                for history in build_histories(study, _releases_of(id, read), formatter)
            ],
            earlier=[_describe_earlier(series, study, formatter) for series in read if series not in shown],
            embeds=f"/_boucle/embed/{study.id}/",
            themes=[
                (addresses.themes(study, language, theme.id), to_plain_text(in_language(theme.label, language)))
                for theme in study.themes
            ],
            method=f"{addresses.home(study, language)}methodology/",
        )
    )
    page_title = formatter.translate("Results: %(study)s", study=title)
    return Fragment(page_title, Markup(content), sheets=("figures", "results"))  # noqa: S704  rendered with autoescape on


def _releases_of(questionnaire: str, read: Mapping[Series, Release]) -> list[Release]:
    return [release for series, release in read.items() if series.questionnaire == questionnaire]


def _describe_earlier(series: Series, study: Study, formatter: NumberFormatter) -> EarlierSeries:
    audience = (
        in_language(study.audiences.get(series.questionnaire), formatter.translate.language) or series.questionnaire
    )
    name = formatter.translate(
        "%(audience)s, wave %(wave)s, version %(major)s", audience=audience, wave=series.wave, major=series.major
    )
    return EarlierSeries(name, f"/{data_folder(series)}")


def _build_sections(columns: Sequence[AudienceColumn], translate: Translator) -> tuple[PageSection, ...]:
    """What both sides were asked first, then what only one was, who answered, and crossed questions."""
    return (
        PageSection(
            "face",
            translate("Seen from both sides"),
            translate(
                "The two questionnaires ask about the same things, in words of their own: compare with care. The gap "
                "is computed only where both could give the same answers; of twenty gaps, one may be due to chance."
            ),
            build_shared_rows(columns),
        ),
        PageSection("own", translate("What else was asked"), "", (build_own_row(columns),)),
        PageSection(
            "crossed", translate("Crossed questions"), "", (FigureRow(tuple(column.crosstabs for column in columns)),)
        ),
        PageSection(
            "who",
            translate("Who answered, and how"),
            translate(
                "These people chose to answer: they need not resemble those who did not. Margins say what chance and "
                "the protection of answers can change, not what this choice changes."
            ),
            (FigureRow(tuple(tuple(figure for figure in column.figures if figure.profile) for column in columns)),),
        ),
    )
