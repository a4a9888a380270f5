"""The figures that actions rely on, as releases publish them, and what two of them say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedTable, Release, Shown
from boucle.core.study.actions import Finding, Interviews
from boucle.core.study.model import Series, Study
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.free_texts import FreeTextDocuments, read_interviews


@dataclass(frozen=True, slots=True)
class MeasuredShare:
    """A published share, its base, and where it stands."""

    questionnaire: str
    question: str
    major: int
    measure: PublishedMeasure
    base: int


def read_interview_counts(free_texts: FreeTextDocuments) -> Mapping[Series, int]:
    """The published numbers of interviews. Raises UnreadableRelease."""
    return {series: read_interviews(series, content) for series, content in free_texts.interviews.items()}


def describe_interview_count(formatter: NumberFormatter, count: int) -> Iterator[str]:
    """How many interviews were held, where enough were to say so."""
    if count:
        yield formatter.translate("At least %(count)s interviews were held.", count=formatter.format_number(count))


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The newest release of each series of a study."""

    study: Study
    releases: Mapping[Series, Release]
    interviews: Mapping[Series, int] = field(default_factory=dict)
    """How many were held at least, by the series of their guide."""

    def count_interviews(self, finding: Interviews) -> int:
        """How many interviews of that guide were held at least in that wave."""
        place = (finding.questionnaire, finding.wave)
        return sum(count for series, count in self.interviews.items() if (series.questionnaire, series.wave) == place)

    def measure(self, finding: Finding, wave: str) -> MeasuredShare | None:
        """The finding's figure in a wave; None while it is not published, or withheld."""
        newest = self._find_newest_release(finding, wave)
        return _measure(newest, newest.by_question[finding.question], finding) if newest else None

    def is_withheld(self, finding: Finding, wave: str) -> bool:
        """Whether the question was counted in a wave, and too few gave this answer for its figure to be shown."""
        return self._find_newest_release(finding, wave) is not None and self.measure(finding, wave) is None

    def _find_newest_release(self, finding: Finding, wave: str) -> Release | None:
        found = [
            release
            for series, release in self.releases.items()
            if (series.questionnaire, series.wave) == (finding.questionnaire, wave)
            and finding.question in release.by_question
        ]
        return max(found, key=lambda candidate: candidate.series.major, default=None)

    def are_comparable(self, before: MeasuredShare, after: MeasuredShare) -> bool:
        """Whether the question means the same in both: one major version, or its author said so."""
        if before.major == after.major:
            return True
        newest = [
            questionnaire
            for questionnaire in self.study.questionnaires
            if (questionnaire.id, questionnaire.major) == (after.questionnaire, after.major)
        ]
        return any(
            questionnaire.by_id[after.question].continuity is not None
            for questionnaire in newest
            if after.question in questionnaire.by_id
        )


def _measure(release: Release, table: PublishedTable, finding: Finding) -> MeasuredShare | None:
    about = (release.series.questionnaire, finding.question, release.series.major)
    if finding.at_least is not None:
        estimates = [estimate.published for estimate in table.estimates if estimate.threshold == finding.at_least]
        share = next((measure for measure in estimates if isinstance(measure, PublishedMeasure)), None)
        return None if share is None else MeasuredShare(*about, share, table.base)
    cell = next((candidate for candidate in table.cells if candidate.values == (finding.value,)), None)
    if cell is None or not isinstance(cell.published, Shown):
        return None
    return MeasuredShare(*about, cell.published.measure, cell.base or table.base)
