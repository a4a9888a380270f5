"""How much of what people wrote is about one theme, by audience, and how far those who coded it agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from boucle.core.study.model import Series, Study
from boucle.core.study.themes import SUFFIX, THEME
from boucle.languages.catalogues import in_language
from boucle.languages.number_format import Figures
from boucle.pages.common.verbatims import Agreed, Said, read_agreement
from boucle.pages.results.columns import newest, read_releases
from boucle.pages.results.document import Cell, Release, data_folder
from boucle.pages.results.labels import Labels
from boucle.pages.results.rows import Row, Rows
from boucle.pages.themes.codings import codings


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one audience's texts that are about a theme."""

    at: int
    """The place of its audience among all, which decides its colour."""
    audience: str
    row: Row
    agreement: str
    data: str


@dataclass(frozen=True)
class Shares:
    """The shares of all themes of one study, in one language."""

    study: Study
    said: Said
    figures: Figures

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The newest release of each audience's coded texts, in the order of questionnaires."""
        counted = codings(self.study)
        found = [newest(counted, each, self.read) for each in counted.counted_ids] if counted and self.read else []
        return tuple(each for each in found if each is not None)

    @cached_property
    def read(self) -> Mapping[Series, Release]:
        """The newest release of every series of themes."""
        return read_releases(self.said.shares)

    def of(self, theme: str) -> Iterator[Share]:
        """One line an audience. Raises UnreadableRelease and UnknownLabel."""
        for release in self.releases:
            for cell in release.by_question[THEME].cells:
                if cell.values == (theme,):
                    yield Share(
                        at=self.study.counted_ids.index(_written_for(release.series)) + 1,
                        audience=self._named(release.series),
                        row=self._row(release, cell),
                        agreement=self._agreement(release.series, theme),
                        data=f"/{data_folder(release.series)}",
                    )

    def _row(self, release: Release, cell: Cell) -> Row:
        labels = Labels.of(codings(self.study) or self.study, release, self.figures)
        rows = Rows(labels, release.by_question[THEME])
        return rows.written(self._base(release), cell.published, below=cell.below)

    def _named(self, series: Series) -> str:
        name = _written_for(series)
        return in_language(self.study.audiences.get(name), self.figures.words.language) or name

    def _base(self, release: Release) -> str:
        said = self.figures.words(
            "%(audience)s, wave %(wave)s: %(texts)s texts",
            audience=self._named(release.series),
            wave=release.series.wave,
            texts=self.figures.number(release.respondents),
        )
        return said[:1].upper() + said[1:]

    def _agreement(self, series: Series, theme: str) -> str:
        """Empty where no sample was coded twice, or nobody could have differed."""
        found = self._agreed.get(series, {}).get(theme)
        if found is None or found.kappa is None or found.alpha is None:
            return ""
        return self.figures.words(
            "%(audience)s: two people coded %(texts)s texts apart from each other; kappa %(kappa)s, alpha %(alpha)s.",
            audience=self._named(series),
            texts=self.figures.number(found.texts),
            kappa=self.figures.hundredths(found.kappa),
            alpha=self.figures.hundredths(found.alpha),
        )

    @cached_property
    def _agreed(self) -> Mapping[Series, Mapping[str, Agreed]]:
        return {series: read_agreement(series, content) for series, content in self.said.agreements.items()}


def _written_for(series: Series) -> str:
    """The questionnaire that the coded texts answer."""
    return series.questionnaire.removesuffix(SUFFIX)
