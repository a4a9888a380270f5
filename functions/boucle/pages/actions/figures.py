"""The figures that actions rely on, as releases publish them, and what two of them say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from boucle.core.release.change import Change, change
from boucle.core.release.estimates import Interval
from boucle.core.study.actions import Finding, Interviews
from boucle.core.study.model import Series, Study
from boucle.languages.number_format import Figures
from boucle.pages.common.verbatims import Said, read_interviews
from boucle.pages.results.document import Measure, Release, Shown, Table


@dataclass(frozen=True, slots=True)
class Measured:
    """A published share in whole percents, its margin in points, its base, and where it stands."""

    questionnaire: str
    question: str
    major: int
    share: int
    margin: int
    base: int
    estimate: float

    @property
    def interval(self) -> Interval:
        """At least as wide as the one it was published from: a margin is its larger side, rounded up."""
        half = self.margin / 100
        return Interval(self.estimate, max(0.0, self.estimate - half), min(1.0, self.estimate + half))


def held(said: Said) -> Mapping[Series, int]:
    """The published numbers of interviews. Raises UnreadableRelease."""
    return {series: read_interviews(series, content) for series, content in said.interviews.items()}


def held_at_least(figures: Figures, count: int) -> Iterator[str]:
    """How many interviews were held, where enough were to say so."""
    if count:
        yield figures.words("At least %(count)s interviews were held.", count=figures.number(count))


def compare(before: Measured, after: Measured) -> Change:
    return change(before.interval, after.interval)


@dataclass(frozen=True, slots=True)
class Published:
    """The newest release of each series of a study."""

    study: Study
    releases: Mapping[Series, Release]
    interviews: Mapping[Series, int] = field(default_factory=dict)
    """How many were held at least, by the series of their guide."""

    def held(self, finding: Interviews) -> int:
        """How many interviews of that guide were held at least in that wave."""
        place = (finding.questionnaire, finding.wave)
        return sum(count for series, count in self.interviews.items() if (series.questionnaire, series.wave) == place)

    def measured(self, finding: Finding, wave: str) -> Measured | None:
        """The finding's figure in a wave; None while it is not published, or withheld."""
        newest = self._newest(finding, wave)
        return _measured(newest, newest.by_question[finding.question], finding) if newest else None

    def is_withheld(self, finding: Finding, wave: str) -> bool:
        """Whether the question was counted in a wave, and too few gave this answer for its figure to be shown."""
        return self._newest(finding, wave) is not None and self.measured(finding, wave) is None

    def _newest(self, finding: Finding, wave: str) -> Release | None:
        found = [
            release
            for series, release in self.releases.items()
            if (series.questionnaire, series.wave) == (finding.questionnaire, wave)
            and finding.question in release.by_question
        ]
        return max(found, key=lambda each: each.series.major, default=None)

    def are_comparable(self, before: Measured, after: Measured) -> bool:
        """Whether the question means the same in both: one major version, or its author said so."""
        if before.major == after.major:
            return True
        newest = [
            each for each in self.study.questionnaires if (each.id, each.major) == (after.questionnaire, after.major)
        ]
        return any(each.by_id[after.question].continuity is not None for each in newest if after.question in each.by_id)


def _measured(release: Release, table: Table, finding: Finding) -> Measured | None:
    about = (release.series.questionnaire, finding.question, release.series.major)
    if finding.at_least is not None:
        estimates = [each.published for each in table.estimates if each.threshold == finding.at_least]
        share = next((each for each in estimates if isinstance(each, Measure)), None)
        if share is None or table.base is None:
            return None
        return Measured(*about, round(share.value), round(share.margin), table.base, share.value / 100)
    cell = next((each for each in table.cells if each.values == (finding.value,)), None)
    base = (cell.base or table.base) if cell else None
    if cell is None or base is None or not isinstance(cell.published, Shown):
        return None
    shown = cell.published
    return Measured(*about, shown.share, shown.margin, base, min(1.0, shown.count / base))
