"""Studies, waves and series: what is collected when, who answers for it, and what is published together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cached_property

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Text
from boucle.core.study.actions import NO_ACTIONS, Actions
from boucle.core.study.recordings import Recordings
from boucle.core.study.themes import Theme


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """What is published on one line: cohorts of different series never meet."""

    study: str
    questionnaire: str
    major: int
    wave: str

    def __str__(self) -> str:
        return f"{self.study}/{self.questionnaire}/v{self.major}/{self.wave}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who answers for the data, as article 13 of the GDPR asks."""

    name: str
    contact: str
    dpo: str
    legal_basis: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A number to call in danger or distress, shown in the languages that its label has."""

    number: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityAudit:
    """What an audit of the site found: `none`, `partial` or `full` conformity, when, by whom, in percent."""

    conformity: str
    date: date
    by: str
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """How a study's tables are protected: sealed as answers come in, or once at the close; the noise's scale."""

    mode: str = "live"
    scale: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A version and the first day on which it is the one to answer."""

    version: str
    opens: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProfile:
    """What is known of a whole population from elsewhere: shares in percents by question, then by value."""

    source: Text
    shares: Mapping[str, Mapping[str, float]]


class Acceptance(Enum):
    """Whether an answer to a version can be taken on a day."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OVER = "over"
    """Not in the wave that it names; another one takes it."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One bounded period of collection."""

    id: str
    opens: date
    closes: date
    grace_days: int
    openings: Mapping[str, tuple[Opening, ...]]
    """By questionnaire, in the order in which the versions open."""
    population: Mapping[str, int] = field(default_factory=dict)
    known_profiles: Mapping[str, KnownProfile] = field(default_factory=dict)
    """By questionnaire, like the population."""
    invited: Mapping[str, int | None] = field(default_factory=dict)
    """By questionnaire that only people with an invitation may answer: how many were invited, where that is said."""
    hold_after: int = 120
    """How many submissions an hour one connection sends before somebody has to look at the others; 0: never."""
    proof_of_work: int = 0
    """How many bits of work a program has to do for a submission."""

    def acceptance(self, questionnaire: str, version: str, day: date) -> Acceptance | None:
        """Whether this version is taken on that day; None when the wave does not hold it."""
        openings = self.openings.get(questionnaire, ())
        for index, opening in enumerate(openings):
            if opening.version == version:
                following = openings[index + 1] if index + 1 < len(openings) else None
                last = following.opens + self._grace if following else self.last_day
                return _place_day(day, max(self.opens, opening.opens), min(last, self.last_day))
        return None

    @property
    def last_day(self) -> date:
        """The last day on which an answer is taken, grace included."""
        return self.closes + self._grace

    @property
    def over(self) -> date:
        """The first day on which nothing of the wave is taken any more."""
        return self.last_day + timedelta(days=1)

    @property
    def _grace(self) -> timedelta:
        return timedelta(days=self.grace_days)

    def current(self, questionnaire: str, day: date) -> Opening | None:
        """The version to show on that day: the newest that has opened, or the first to come."""
        openings = self.openings.get(questionnaire, ())
        opened = [opening for opening in openings if opening.opens <= day]
        return opened[-1] if opened else next(iter(openings), None)


def _place_day(day: date, first: date, last: date) -> Acceptance:
    if day < first:
        return Acceptance.NOT_YET
    return Acceptance.OPEN if day <= last else Acceptance.CLOSED


@dataclass(frozen=True, kw_only=True)
class Study:
    """What is published together."""

    id: str
    languages: tuple[str, ...]
    title: Text
    description: Text
    audiences: Mapping[str, Text]
    controller: Controller
    retention_days: int
    mechanism: Mechanism
    waves: tuple[Wave, ...]
    questionnaires: tuple[Questionnaire, ...]
    """Every version of every questionnaire."""
    help_lines: tuple[HelpLine, ...] = ()
    audit: AccessibilityAudit | None = None
    """The last audit of the site's accessibility; None until there was one."""
    actions: Actions = NO_ACTIONS
    themes: tuple[Theme, ...] = ()
    recordings: Mapping[str, Recordings] = field(default_factory=dict)
    """By questionnaire."""
    own_beside_others: tuple[str, ...] = ()
    """The questionnaires whose respondents may see, in their own page, their choices beside what is published."""
    demonstration: bool = False
    """Whether its answers are invented; the home where it runs decides, never its files."""

    def proof_of_work(self, questionnaire: Questionnaire) -> int:
        """The bits of work that suffice for this version in every wave that takes it."""
        opened = {wave.id: wave.openings.get(questionnaire.id, ()) for wave in self.waves}
        asks = (w for w in self.waves if any(opening.version == questionnaire.version for opening in opened[w.id]))
        return max((wave.proof_of_work for wave in asks), default=0)

    @cached_property
    def by_version(self) -> Mapping[tuple[str, str], Questionnaire]:
        return {(questionnaire.id, questionnaire.version): questionnaire for questionnaire in self.questionnaires}

    @cached_property
    def questionnaire_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(questionnaire.id for questionnaire in self.questionnaires))

    @cached_property
    def waves_by_id(self) -> Mapping[str, Wave]:
        return {wave.id: wave for wave in self.waves}

    def invites(self, questionnaire: str) -> bool:
        """Whether some wave asks this questionnaire by invitation."""
        return any(questionnaire in wave.invited for wave in self.waves)

    def wave_for(self, questionnaire: str, version: str, day: date) -> tuple[Wave, Acceptance] | None:
        """The wave that takes this version on that day, else the nearest that ever held it; None if none does.

        Of two that take it, the one that opened last: the other is in its days of grace.
        """
        ranks = (Acceptance.OPEN, Acceptance.NOT_YET, Acceptance.CLOSED)

        def rank(known: tuple[Wave, Acceptance]) -> tuple[int, timedelta]:
            wave, verdict = known
            return ranks.index(verdict), abs(day - wave.opens)

        verdicts = [(wave, wave.acceptance(questionnaire, version, day)) for wave in self.waves]
        return min(((wave, verdict) for wave, verdict in verdicts if verdict is not None), key=rank, default=None)

    @cached_property
    def counted_ids(self) -> tuple[str, ...]:
        """The questionnaires whose answers are counted: all but the guides of interviews."""
        return tuple(
            dict.fromkeys(questionnaire.id for questionnaire in self.questionnaires if not questionnaire.is_guide)
        )

    @cached_property
    def series(self) -> Mapping[Series, tuple[Questionnaire, ...]]:
        """Every series, with the versions of its questionnaire that open in its wave, oldest first."""
        return {series: versions for series, versions in self._opened.items() if not versions[-1].is_guide}

    @cached_property
    def interviews(self) -> Mapping[Series, tuple[Questionnaire, ...]]:
        """The same of guides. Nothing seals, plans or releases what stands here: its texts are read."""
        return {series: versions for series, versions in self._opened.items() if versions[-1].is_guide}

    @cached_property
    def _opened(self) -> Mapping[Series, tuple[Questionnaire, ...]]:
        found: dict[Series, list[Questionnaire]] = {}
        for wave in self.waves:
            for questionnaire, openings in wave.openings.items():
                for opening in openings:
                    version = self.by_version[questionnaire, opening.version]
                    series = Series(self.id, questionnaire, version.major, wave.id)
                    found.setdefault(series, []).append(version)
        return {series: tuple(versions) for series, versions in found.items()}

    def is_recorded(self, questionnaire: Questionnaire, language: str) -> bool:
        """Whether there are recordings of this questionnaire in that language."""
        return bool(self.recordings.get(questionnaire.id, {}).get(language))

    def expiry(self, wave: Wave) -> date:
        """One day for a whole wave, so that it tells nothing of when a response arrived."""
        return wave.last_day + timedelta(days=self.retention_days)
