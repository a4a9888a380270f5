"""Points of view side by side: one column a questionnaire, made from its newest release, and rows across them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import Question
from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import in_language, marked
from boucle.languages.number_format import Figures
from boucle.pages.common import addresses
from boucle.pages.results.document import Release, data_folder, read_release
from boucle.pages.results.figures import Draw, Figure
from boucle.pages.results.gaps import Comparison, View, compare
from boucle.pages.results.labels import Labels

Releases = Mapping[Series, bytes | None]
"""The newest release document of each series; a series without one has nothing published yet."""

Keep = Callable[[Question | None], bool]
"""Which questions a page is about; None stands for how people answered."""


def everything(_: Question | None) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Column:
    """One questionnaire: who was asked, how many answered, and the figures that the page is about."""

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

    def about(self, concept: str) -> tuple[Figure, ...]:
        return tuple(each for each in self.figures if each.concept == concept and not each.profile)


@dataclass(frozen=True, slots=True)
class Row:
    """Figures side by side, a list a column, and how far apart the two sides are where that can be said."""

    cells: tuple[tuple[Figure, ...], ...]
    comparison: Comparison | None = None


def read_releases(releases: Releases) -> dict[Series, Release]:
    """The releases that there are. Raises UnreadableRelease."""
    return {series: read_release(document) for series, document in releases.items() if document is not None}


def newest(study: Study, questionnaire: str, read: Mapping[Series, Release]) -> Release | None:
    """The release of the last wave, then of the highest major version, that has any."""
    found = [read[series] for series in study.series if series in read and series.questionnaire == questionnaire]
    waves = list(study.waves_by_id)
    return max(found, key=lambda each: (waves.index(each.series.wave), each.series.major), default=None)


def columns_of(
    study: Study, read: Mapping[Series, Release], figures: Figures, keep: Keep = everything
) -> tuple[Column, ...]:
    """A column a questionnaire, with what is kept of it. Raises UnknownLabel."""
    return tuple(_column(study, each, newest(study, each, read), figures, keep) for each in study.counted_ids)


def shared_rows(columns: Sequence[Column]) -> tuple[Row, ...]:
    """What at least two questionnaires ask about, a row a concept."""
    return tuple(
        Row(tuple(column.about(concept) for column in columns), _comparison(concept, columns))
        for concept in _shared_concepts(columns)
    )


def own_row(columns: Sequence[Column]) -> Row:
    """What one questionnaire only asks about, who answered apart."""
    shared = _shared_concepts(columns)
    return Row(
        tuple(
            tuple(each for each in column.figures if not each.profile and each.concept not in shared)
            for column in columns
        )
    )


def _column(study: Study, questionnaire: str, release: Release | None, figures: Figures, keep: Keep) -> Column:
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
        figures=tuple(draw.questions(keep)),
        crosstabs=tuple(draw.crosstabs()) if keep is everything else (),
        views=tuple(
            View(audience, labels, each) for each in release.questions if each.questions[0] in labels.questions
        ),
    )


RATE = marked("Response rate: %(rate)s of about %(population)s people.")
INVITED = marked("By invitation only, one answer for each.")
RATE_OF_INVITED = marked("By invitation only, one answer for each: %(rate)s of the %(population)s people invited.")


def _response_rate(study: Study, release: Release, figures: Figures) -> str:
    """Whether people were invited, and how many answered of those who could; empty when nobody knows."""
    wave, questionnaire = study.waves_by_id[release.series.wave], release.series.questionnaire
    if invited := wave.invited.get(questionnaire):
        return _rate(RATE_OF_INVITED, invited, release, figures)
    population = wave.population.get(questionnaire)
    rate = _rate(RATE, population, release, figures) if population else ""
    return f"{figures.words(INVITED)} {rate}".strip() if questionnaire in wave.invited else rate


def _rate(message: str, population: int, release: Release, figures: Figures) -> str:
    rate = figures.percent(min(100, round(100 * release.respondents / population)))
    return figures.words(message, rate=rate, population=figures.number(population))


def _published(release: Release, figures: Figures) -> str:
    message = marked("Release %(number)s, %(day)s (a simulated day); groups of answers: %(cohorts)s.")
    if not release.demonstration:
        message = marked("Release %(number)s, %(day)s; groups of answers: %(cohorts)s.")
    return figures.words(message, number=release.number, day=figures.day(release.date), cohorts=release.cohorts)


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
