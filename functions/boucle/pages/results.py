"""The results page of a study: its questionnaires side by side, from their newest releases.

The publishing job and the MkDocs plugin both render it here. It reads without script, and nothing in it depends on the
day on which it is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from boucle.core.study import Series, Study
from boucle.pages import addresses
from boucle.pages.fragments import Fragment, environment
from boucle.pages.i18n import Words, in_language, marked, words
from boucle.pages.markup import plain
from boucle.pages.renderer import Renderer
from boucle.pages.results_document import Release, data_folder, read_release
from boucle.pages.results_embeds import embeds
from boucle.pages.results_figures import Draw, Figure
from boucle.pages.results_gaps import Comparison, View, compare
from boucle.pages.results_labels import DEMONSTRATION, Labels
from boucle.pages.results_numbers import Figures
from boucle.pages.results_time import histories

Releases = Mapping[Series, bytes | None]
"""The newest release document of each series; a series without one has nothing published yet."""


@dataclass(frozen=True, slots=True)
class Column:
    """One questionnaire: who was asked, how many answered, and every figure."""

    id: str
    audience: str
    form: str
    release: Release | None = None
    data: str = ""
    respondents: str = ""
    rate: str = ""
    published: str = ""
    figures: tuple[Figure, ...] = ()
    crosstabs: tuple[Figure, ...] = ()
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Figures side by side, a list a column, and how far apart the two sides are where that can be said."""

    cells: tuple[tuple[Figure, ...], ...]
    comparison: Comparison | None = None


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
    read = _read(releases)
    shown = [release for id in study.questionnaire_ids if (release := _newest(study, id, read)) is not None]
    return {**pages, **embeds(study, shown)}


def render_results(study: Study, language: str, releases: Releases) -> Fragment:
    """The content of the page, headings and all. Raises UnreadableRelease and UnknownLabel."""
    read = _read(releases)
    figures = Figures(words(language))
    columns = tuple(_column(study, each, _newest(study, each, read), figures) for each in study.questionnaire_ids)
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
            histories=[each for id in study.questionnaire_ids for each in histories(study, _of(id, read), figures)],
            earlier=[_earlier(each, study, figures) for each in read if each not in shown],
            embeds=f"/_boucle/embed/{study.id}/",
            method=f"{addresses.home(study, language)}methodology/",
        )
    )
    said = figures.words("Results: %(study)s", study=title)
    return Fragment(said, Markup(content), sheets=("figures", "results"))  # noqa: S704  rendered with autoescape on


def _read(releases: Releases) -> dict[Series, Release]:
    return {series: read_release(document) for series, document in releases.items() if document is not None}


def _newest(study: Study, questionnaire: str, read: Mapping[Series, Release]) -> Release | None:
    """The release of the last wave, then of the highest major version, that has any."""
    found = [read[series] for series in study.series if series in read and series.questionnaire == questionnaire]
    waves = list(study.waves_by_id)
    return max(found, key=lambda each: (waves.index(each.series.wave), each.series.major), default=None)


def _of(questionnaire: str, read: Mapping[Series, Release]) -> list[Release]:
    return [release for series, release in read.items() if series.questionnaire == questionnaire]


def _column(study: Study, questionnaire: str, release: Release | None, figures: Figures) -> Column:
    said = figures.words
    audience = in_language(study.audiences.get(questionnaire), said.language) or said("respondents")
    form = addresses.form(study, questionnaire, said.language)
    if release is None:
        return Column(questionnaire, audience, form)
    labels = Labels.of(study, release, figures)
    draw = Draw(labels, audience)
    return Column(
        id=questionnaire,
        audience=audience,
        form=form,
        release=release,
        data=f"/{data_folder(release.series)}",
        respondents=figures.number(release.respondents),
        rate=_response_rate(study, release, figures),
        published=_published(release, figures),
        figures=tuple(draw.questions()),
        crosstabs=tuple(draw.crosstabs()),
        views=tuple(
            View(audience, labels, each) for each in release.questions if each.questions[0] in labels.questions
        ),
    )


def _response_rate(study: Study, release: Release, figures: Figures) -> str:
    """Empty when nobody knows how many people could have answered."""
    population = study.waves_by_id[release.series.wave].population.get(release.series.questionnaire)
    if not population:
        return ""
    rate = min(100, round(100 * release.respondents / population))
    return figures.words(
        "Response rate: %(rate)s of about %(population)s people.",
        rate=figures.percent(rate),
        population=figures.number(population),
    )


def _published(release: Release, figures: Figures) -> str:
    message = marked("Release %(number)s, %(day)s (a simulated day); groups of answers: %(cohorts)s.")
    if not release.demonstration:
        message = marked("Release %(number)s, %(day)s; groups of answers: %(cohorts)s.")
    return figures.words(message, number=release.number, day=figures.day(release.date), cohorts=release.cohorts)


def _earlier(series: Series, study: Study, figures: Figures) -> Earlier:
    audience = in_language(study.audiences.get(series.questionnaire), figures.words.language) or series.questionnaire
    name = figures.words(
        "%(audience)s, wave %(wave)s, version %(major)s", audience=audience, wave=series.wave, major=series.major
    )
    return Earlier(name, f"/{data_folder(series)}")


def _parts(columns: Sequence[Column], said: Words) -> tuple[Part, ...]:
    """What both sides were asked first, then what only one was, who answered, and crossed questions."""
    shared = _shared_concepts(columns)
    asked = [[each for each in column.figures if not each.profile] for column in columns]
    return (
        Part(
            "face",
            said("Seen from both sides"),
            said(
                "The two questionnaires ask about the same things, in words of their own: compare with care. The gap "
                "is computed only where both could give the same answers; of twenty gaps, one may be due to chance."
            ),
            tuple(
                Row(tuple(_about(concept, each) for each in asked), _comparison(concept, columns)) for concept in shared
            ),
        ),
        Part("own", said("What else was asked"), "", (Row(tuple(_apart(shared, each) for each in asked)),)),
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


def _shared_concepts(columns: Iterable[Column]) -> list[str]:
    """The concepts that at least two questionnaires ask about, in the order of the first."""
    concepts = [dict.fromkeys(each.concept for each in column.figures if each.concept) for column in columns]
    every = dict.fromkeys(concept for column in concepts for concept in column)
    return [each for each in every if sum(each in column for column in concepts) > 1]


def _comparison(concept: str, columns: Iterable[Column]) -> Comparison | None:
    """The first two points of view on a concept, one of each questionnaire."""
    found = [next((view for view in column.views if view.question.concept == concept), None) for column in columns]
    first, second, *_ = [view for view in found if view is not None]
    return compare(first, second)


def _about(concept: str, figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(each for each in figures if each.concept == concept)


def _apart(shared: Sequence[str], figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(each for each in figures if each.concept not in shared)
