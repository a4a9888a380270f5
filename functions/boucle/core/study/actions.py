"""Actions: what was heard, what was decided about it, and whether it changed anything.

A promise shows when it is late, and a change is told from chance or said not to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from statistics import median

from boucle.core.questionnaire.values import Text, Value
from boucle.core.strictjson import Json
from boucle.core.study.themes import THEME, THEMES_SUFFIX


class Stage(Enum):
    """How far an action is."""

    HEARD = "heard"
    DECIDED = "decided"
    REFUSED = "refused"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A published figure that somebody relies on: the share of a value, or of answers at or above a threshold."""

    questionnaire: str
    wave: str
    question: str
    value: Value | None = None
    at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviews:
    """What was heard in the interviews of a wave: they are read, never counted, and have no figure."""

    questionnaire: str
    """Their guide."""
    wave: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, "no" included, and why."""

    day: date
    accepted: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What people can see of it since that day."""

    day: date
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing heard, and what followed."""

    id: str
    said: Text
    heard: date
    """The day of the release, or of the interviews, that it was read in."""
    finding: Finding | Interviews
    team: str
    theme: str | None = None
    decision: Decision | None = None
    due: date | None = None
    shipped: Shipped | None = None
    remeasured: str | None = None
    """The wave that asks again."""

    @property
    def stage(self) -> Stage:
        if self.shipped:
            return Stage.SHIPPED
        if self.decision is None:
            return Stage.HEARD
        return Stage.DECIDED if self.decision.accepted else Stage.REFUSED

    def is_overdue(self, today: date) -> bool:
        """Whether it was promised for a day that is over, and is not there."""
        return self.stage is Stage.DECIDED and self.due is not None and self.due < today

    @property
    def last_change(self) -> date:
        """The day of the last thing that happened to it."""
        return max(day for day in (self.heard, self._decided, self._shipped) if day)

    @property
    def days_to_decide(self) -> int | None:
        return (self._decided - self.heard).days if self._decided else None

    @property
    def days_to_ship(self) -> int | None:
        return (self._shipped - self._decided).days if self._shipped and self._decided else None

    @property
    def _decided(self) -> date | None:
        return self.decision.day if self.decision else None

    @property
    def _shipped(self) -> date | None:
        return self.shipped.day if self.shipped else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What a study led to, in the order of its file, and the teams that answer for it."""

    teams: Mapping[str, Text]
    listed: tuple[Action, ...]

    def of_team(self, team: str) -> Actions:
        return Actions(
            teams={team: self.teams[team]}, listed=tuple(action for action in self.listed if action.team == team)
        )


NO_ACTIONS = Actions(teams={}, listed=())


@dataclass(frozen=True, slots=True)
class LoopTime:
    """How many days the loop takes, in the middle of all actions; None where nothing got that far."""

    to_decide: float | None
    to_ship: float | None


def loop_time(actions: Iterable[Action]) -> LoopTime:
    """From an answer read to a decision, and from the decision to something that people can see."""
    listed = tuple(actions)
    return LoopTime(
        _median_days(action.days_to_decide for action in listed), _median_days(action.days_to_ship for action in listed)
    )


def _median_days(days: Iterable[int | None]) -> float | None:
    known = [count for count in days if count is not None]
    return median(known) if known else None


def parse_actions(source: Json) -> Actions:
    """The actions that a valid file describes."""
    return Actions(teams=source["teams"], listed=tuple(_parse_action(action) for action in source["actions"]))


def _parse_action(source: Json) -> Action:
    decision, shipped = source.get("decision"), source.get("shipped")
    return Action(
        id=source["id"],
        said=source["said"],
        heard=date.fromisoformat(source["heard"]),
        finding=_parse_finding(source["finding"]),
        team=source["team"],
        theme=source.get("theme"),
        decision=_parse_decision(decision) if decision else None,
        due=date.fromisoformat(source["due"]) if "due" in source else None,
        shipped=Shipped(day=date.fromisoformat(shipped["date"]), text=shipped["text"]) if shipped else None,
        remeasured=source.get("remeasured"),
    )


def _parse_finding(source: Json) -> Finding | Interviews:
    if "question" in source:
        return Finding(**source)
    if "theme" not in source:
        return Interviews(**source)
    name = source["questionnaire"] + THEMES_SUFFIX
    return Finding(questionnaire=name, wave=source["wave"], question=THEME, value=source["theme"])


def _parse_decision(source: Json) -> Decision:
    return Decision(day=date.fromisoformat(source["date"]), accepted=source["answer"] == "yes", text=source["text"])
