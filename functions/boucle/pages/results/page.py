"""The results page of a study: its questionnaires side by side, from their newest releases.

The publishing job and the MkDocs plugin both render it here. It reads without script, and nothing in it depends on the
day on which it is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import Words, in_language, words
from boucle.languages.number_format import Figures
from boucle.pages.common import addresses
from boucle.pages.common.markup import plain
from boucle.pages.forms.fragments import Fragment, environment
from boucle.pages.forms.renderer import Renderer
from boucle.pages.results.columns import Column, Releases, Row, columns_of, newest, own_row, read_releases, shared_rows
from boucle.pages.results.document import Release, data_folder
from boucle.pages.results.embeds import embeds
from boucle.pages.results.labels import DEMONSTRATION
from boucle.pages.results.time_series import histories


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page."""

    id: str
    title: str
    intro: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A series that a newer one follows: where its data are."""

    name: str
    data: str


def results_pages(renderer: Renderer, study: Study, releases: Releases) -> Mapping[str, bytes]:
    """The page in every language and its figures one by one, by address; none before a first release.

    Until then the built site has its own page.
    """
    if not any(releases.values()):
        return {}
    pages = renderer.pages(
        study,
        study.languages,
        partial(addresses.results, study),
        lambda language: render_results(study, language, releases),
    )
    read = read_releases(releases)
    shown = [release for id in study.counted_ids if (release := newest(study, id, read)) is not None]
    return {**pages, **embeds(study, shown)}


def render_results(study: Study, language: str, releases: Releases) -> Fragment:
    """The content of the page, headings and all. Raises UnreadableRelease and UnknownLabel."""
    read = read_releases(releases)
    figures = Figures(words(language))
    columns = columns_of(study, read, figures)
    shown = {column.release.series for column in columns if column.release}
    title = plain(in_language(study.title, language))
    content = (
        environment()
        .get_template("results.html")
        .render(
            _=figures.words,
            title=title,
            description=plain(in_language(study.description, language)),
            columns=columns,
            parts=[part for part in _parts(columns, figures.words) if any(any(row.cells) for row in part.rows)],
            demonstration=DEMONSTRATION if any(each.demonstration for each in read.values()) else "",
            histories=[each for id in study.counted_ids for each in histories(study, _of(id, read), figures)],
            earlier=[_earlier(each, study, figures) for each in read if each not in shown],
            embeds=f"/_boucle/embed/{study.id}/",
            themes=[
                (addresses.themes(study, language, each.id), plain(in_language(each.label, language)))
                for each in study.themes
            ],
            method=f"{addresses.home(study, language)}methodology/",
        )
    )
    said = figures.words("Results: %(study)s", study=title)
    return Fragment(said, Markup(content), sheets=("figures", "results"))  # noqa: S704  rendered with autoescape on


def _of(questionnaire: str, read: Mapping[Series, Release]) -> list[Release]:
    return [release for series, release in read.items() if series.questionnaire == questionnaire]


def _earlier(series: Series, study: Study, figures: Figures) -> Earlier:
    audience = in_language(study.audiences.get(series.questionnaire), figures.words.language) or series.questionnaire
    name = figures.words(
        "%(audience)s, wave %(wave)s, version %(major)s", audience=audience, wave=series.wave, major=series.major
    )
    return Earlier(name, f"/{data_folder(series)}")


def _parts(columns: Sequence[Column], said: Words) -> tuple[Part, ...]:
    """What both sides were asked first, then what only one was, who answered, and crossed questions."""
    return (
        Part(
            "face",
            said("Seen from both sides"),
            said(
                "The two questionnaires ask about the same things, in words of their own: compare with care. The gap "
                "is computed only where both could give the same answers; of twenty gaps, one may be due to chance."
            ),
            shared_rows(columns),
        ),
        Part("own", said("What else was asked"), "", (own_row(columns),)),
        Part("crossed", said("Crossed questions"), "", (Row(tuple(column.crosstabs for column in columns)),)),
        Part(
            "who",
            said("Who answered, and how"),
            said(
                "These people chose to answer: they need not resemble those who did not. Margins say what chance and "
                "the protection of answers can change, not what this choice changes."
            ),
            (Row(tuple(tuple(each for each in column.figures if each.profile) for column in columns)),),
        ),
    )
