"""Points of view side by side: one column a questionnaire, made from its newest release, and rows across them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import Question
from boucle.core.release.document import data_folder, read_release
from boucle.core.release.model import Release
from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import gettext_noop, in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.common import addresses
from boucle.pages.results.figures import FigurePresenter, PresentedFigure
from boucle.pages.results.gaps import AudienceComparison, View, compare_views
from boucle.pages.results.labels import Labels

Releases = Mapping[Series, bytes | None]
"""The newest release document of each series; a series without one has nothing published yet."""

KeepQuestion = Callable[[Question | None], bool]
"""Which questions a page is about; None stands for how people answered."""


def keep_everything(_: Question | None) -> bool:
    """For a page about all questions."""
    return True


@dataclass(frozen=True, slots=True)
class AudienceColumn:
    """One questionnaire: who was asked, how many answered, and the figures that the page is about."""

    id: str
    audience: str
    form: str
    release: Release | None = None
    data: str = ""
    respondents: str = ""
    rate: str = ""
    published: str = ""
    figures: tuple[PresentedFigure, ...] = ()
    crosstabs: tuple[PresentedFigure, ...] = ()
    views: tuple[View, ...] = ()

    def figures_about(self, concept: str) -> tuple[PresentedFigure, ...]:
        """The figures on a concept, those of who answered apart."""
        return tuple(figure for figure in self.figures if figure.concept == concept and not figure.profile)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Figures side by side, a list a column, and how far apart the two sides are where that can be said."""

    cells: tuple[tuple[PresentedFigure, ...], ...]
    comparison: AudienceComparison | None = None


def read_releases(releases: Releases) -> dict[Series, Release]:
    """The releases that there are. Raises UnreadableRelease."""
    return {series: read_release(document) for series, document in releases.items() if document is not None}


def find_newest_release(study: Study, questionnaire: str, read: Mapping[Series, Release]) -> Release | None:
    """The release of the last wave, then of the highest major version, that has any."""
    found = [read[series] for series in study.series if series in read and series.questionnaire == questionnaire]
    waves = list(study.waves_by_id)
    return max(found, key=lambda release: (waves.index(release.series.wave), release.series.major), default=None)


def columns_of(
    study: Study, read: Mapping[Series, Release], formatter: NumberFormatter, keep: KeepQuestion = keep_everything
) -> tuple[AudienceColumn, ...]:
    """A column a questionnaire, with what is kept of it. Raises UnknownLabel."""
    return tuple(
        _build_column(study, questionnaire, find_newest_release(study, questionnaire, read), formatter, keep)
        for questionnaire in study.counted_ids
    )


def build_shared_rows(columns: Sequence[AudienceColumn]) -> tuple[FigureRow, ...]:
    """What at least two questionnaires ask about, a row a concept."""
    return tuple(
        FigureRow(tuple(column.figures_about(concept) for column in columns), _compare_concept(concept, columns))
        for concept in _find_shared_concepts(columns)
    )


def build_own_row(columns: Sequence[AudienceColumn]) -> FigureRow:
    """What one questionnaire only asks about, who answered apart."""
    shared = _find_shared_concepts(columns)
    return FigureRow(
        tuple(
            tuple(figure for figure in column.figures if not figure.profile and figure.concept not in shared)
            for column in columns
        )
    )


def _build_column(
    study: Study, questionnaire: str, release: Release | None, formatter: NumberFormatter, keep: KeepQuestion
) -> AudienceColumn:
    translate = formatter.translate
    audience = in_language(study.audiences.get(questionnaire), translate.language) or translate("respondents")
    form = addresses.form(study, questionnaire, translate.language)
    if release is None:
        return AudienceColumn(questionnaire, audience, form)
    labels = Labels.of(study, release, formatter)
    presenter = FigurePresenter(labels, audience)
    return AudienceColumn(
        id=questionnaire,
        audience=audience,
        form=form,
        release=release,
        data=f"/{data_folder(release.series)}",
        respondents=formatter.format_number(release.respondents),
        rate=_describe_response_rate(study, release, formatter),
        published=_describe_release(release, formatter),
        figures=tuple(presenter.present_questions(keep)),
        crosstabs=tuple(presenter.present_crosstabs()) if keep is keep_everything else (),
        views=tuple(
            View(audience, labels, table) for table in release.questions if table.questions[0] in labels.questions
        ),
    )


RATE = gettext_noop("Response rate: %(rate)s of about %(population)s people.")
INVITED = gettext_noop("By invitation only, one answer for each.")
RATE_OF_INVITED = gettext_noop(
    "By invitation only, one answer for each: %(rate)s of the %(population)s people invited."
)


def _describe_response_rate(study: Study, release: Release, formatter: NumberFormatter) -> str:
    """Whether people were invited, and how many answered of those who could; empty when nobody knows."""
    wave, questionnaire = study.waves_by_id[release.series.wave], release.series.questionnaire
    if invited := wave.invited.get(questionnaire):
        return _describe_rate(RATE_OF_INVITED, invited, release, formatter)
    population = wave.population.get(questionnaire)
    rate = _describe_rate(RATE, population, release, formatter) if population else ""
    return f"{formatter.translate(INVITED)} {rate}".strip() if questionnaire in wave.invited else rate


def _describe_rate(message: str, population: int, release: Release, formatter: NumberFormatter) -> str:
    rate = formatter.format_percent(min(100, round(100 * release.respondents / population)))
    return formatter.translate(message, rate=rate, population=formatter.format_number(population))


def _describe_release(release: Release, formatter: NumberFormatter) -> str:
    message = gettext_noop("Release %(number)s, %(day)s (a simulated day); groups of answers: %(cohorts)s.")
    if not release.demonstration:
        message = gettext_noop("Release %(number)s, %(day)s; groups of answers: %(cohorts)s.")
    return formatter.translate(
        message, number=release.number, day=formatter.format_day(release.date), cohorts=release.cohorts
    )


def _find_shared_concepts(columns: Iterable[AudienceColumn]) -> list[str]:
    """The concepts that at least two questionnaires ask about, in the order of the first."""
    concepts = [dict.fromkeys(figure.concept for figure in column.figures if figure.concept) for column in columns]
    every = dict.fromkeys(concept for column in concepts for concept in column)
    return [candidate for candidate in every if sum(candidate in column for column in concepts) > 1]


def _compare_concept(concept: str, columns: Iterable[AudienceColumn]) -> AudienceComparison | None:
    """The first two points of view on a concept, one of each questionnaire."""
    found = [next((view for view in column.views if view.question.concept == concept), None) for column in columns]
    first, second, *_ = [view for view in found if view is not None]
    return compare_views(first, second)
