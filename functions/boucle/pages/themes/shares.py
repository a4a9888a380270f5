"""How much of what people wrote is about one theme, by audience, and how far those who coded it agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from boucle.core.release.document import data_folder
from boucle.core.release.model import PublishedCell, Release
from boucle.core.study.model import Series, Study
from boucle.core.study.themes import THEME, THEMES_SUFFIX
from boucle.languages.catalogues import in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.columns import find_newest_release, read_releases
from boucle.pages.results.free_texts import FreeTextDocuments, ThemeAgreement, read_agreement
from boucle.pages.results.labels import Labels
from boucle.pages.results.rows import AnswerRow, RowWriter
from boucle.pages.themes.codings import study_of_coded_texts


@dataclass(frozen=True, slots=True)
class ThemeShare:
    """The share of one audience's texts that are about a theme."""

    at: int
    """The place of its audience among all, which decides its colour."""
    audience: str
    row: AnswerRow
    agreement: str
    data: str


@dataclass(frozen=True)
class ThemeShares:
    """The shares of all themes of one study, in one language."""

    study: Study
    free_texts: FreeTextDocuments
    formatter: NumberFormatter

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The newest release of each audience's coded texts, in the order of questionnaires."""
        counted = study_of_coded_texts(self.study)
        found = (
            [
                find_newest_release(counted, questionnaire, self.releases_by_series)
                for questionnaire in counted.counted_ids
            ]
            if counted and self.releases_by_series
            else []
        )
        return tuple(release for release in found if release is not None)

    @cached_property
    def releases_by_series(self) -> Mapping[Series, Release]:
        """The newest release of every series of themes."""
        return read_releases(self.free_texts.shares)

    def shares_of(self, theme: str) -> Iterator[ThemeShare]:
        """One line an audience. Raises UnreadableRelease and UnknownLabel."""
        for release in self.releases:
            for cell in release.by_question[THEME].cells:
                if cell.values == (theme,):
                    yield ThemeShare(
                        at=self.study.counted_ids.index(_questionnaire_of(release.series)) + 1,
                        audience=self._name_audience(release.series),
                        row=self._write_row(release, cell),
                        agreement=self._describe_agreement(release.series, theme),
                        data=f"/{data_folder(release.series)}",
                    )

    def _write_row(self, release: Release, cell: PublishedCell) -> AnswerRow:
        labels = Labels.of(study_of_coded_texts(self.study) or self.study, release, self.formatter)
        rows = RowWriter(labels, release.by_question[THEME])
        return rows.write_row(self._label_base(release), cell.published, below=cell.below)

    def _name_audience(self, series: Series) -> str:
        name = _questionnaire_of(series)
        return in_language(self.study.audiences.get(name), self.formatter.translate.language) or name

    def _label_base(self, release: Release) -> str:
        label = self.formatter.translate(
            "%(audience)s, wave %(wave)s: %(texts)s texts",
            audience=self._name_audience(release.series),
            wave=release.series.wave,
            texts=self.formatter.format_number(release.respondents),
        )
        return label[:1].upper() + label[1:]

    def _describe_agreement(self, series: Series, theme: str) -> str:
        """Empty where no sample was coded twice, or nobody could have differed."""
        found = self._agreements.get(series, {}).get(theme)
        if found is None or found.kappa is None or found.alpha is None:
            return ""
        return self.formatter.translate(
            "%(audience)s: two people coded %(texts)s texts apart from each other; kappa %(kappa)s, alpha %(alpha)s.",
            audience=self._name_audience(series),
            texts=self.formatter.format_number(found.texts),
            kappa=self.formatter.format_hundredths(found.kappa),
            alpha=self.formatter.format_hundredths(found.alpha),
        )

    @cached_property
    def _agreements(self) -> Mapping[Series, Mapping[str, ThemeAgreement]]:
        return {series: read_agreement(series, content) for series, content in self.free_texts.agreements.items()}


def _questionnaire_of(series: Series) -> str:
    """The questionnaire that the coded texts answer."""
    return series.questionnaire.removesuffix(THEMES_SUFFIX)
