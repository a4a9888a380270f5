"""What study.json said of waves that have opened: their answers lie under these names and days, for good.

The history is a file of its own beside the lock, written by `boucle freeze`: `published.lock` stays what `sha256sum`
reads. A wave that has not opened yet may still change in any way: nobody can have answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from boucle.core.errors import BoucleError

HISTORY_FILE = "history.json"
FORMAT = 1
DEFAULT_GRACE_DAYS = 7


class UnreadableHistory(BoucleError):
    """The history is no such file, or was written by a newer Boucle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRecord:
    """One wave: its days, and since when it has asked which versions, by questionnaire."""

    opens: date
    last_day: date
    """The last day on which it takes an answer, grace included."""
    openings: Mapping[str, Mapping[str, date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRecord:
    """One study: its waves, and which of its questionnaires are guides of interviews."""

    waves: Mapping[str, WaveRecord]
    guides: Set[str] = frozenset()

    def has_opened(self, today: date) -> bool:
        """Whether somebody may have answered."""
        return any(wave.opens <= today for wave in self.waves.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every study that was frozen, and the hash of each frozen file with its lines ended by LF alone."""

    studies: Mapping[str, StudyRecord] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """What changed though somebody may have answered: the wave, if it is there still, what is wrong, and the remedy."""

    wave: str | None
    message: str
    remedy: str


def record_study(source: Mapping[str, Any], guides: Set[str]) -> StudyRecord:
    """What a valid study.json says today; `guides` are the questionnaires that are guides of interviews."""
    waves = {wave["id"]: _record_wave(wave) for wave in source["waves"]}
    asked = {name for wave in waves.values() for name in wave.openings}
    return StudyRecord(waves=waves, guides=frozenset(guides & asked))


def _record_wave(source: Mapping[str, Any]) -> WaveRecord:
    grace = timedelta(days=source.get("grace_days", DEFAULT_GRACE_DAYS))
    return WaveRecord(
        opens=date.fromisoformat(source["opens"]),
        last_day=date.fromisoformat(source["closes"]) + grace,
        openings={
            name: {opening["version"]: date.fromisoformat(opening["from"]) for opening in openings}
            for name, openings in source["questionnaires"].items()
        },
    )


def parse_history(text: str) -> History:
    """What a history says. Raises UnreadableHistory."""
    try:
        source = json.loads(text)
        if source["format"] != FORMAT:
            raise ValueError(source["format"])
        studies = {id: _parse_study(study) for id, study in source["studies"].items()}
        return History(studies=studies, hashes=dict(source["hashes"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableHistory(
            f"{HISTORY_FILE} is no history of format {FORMAT}: take it from version control again, or upgrade Boucle"
        ) from None


def _parse_study(source: Mapping[str, Any]) -> StudyRecord:
    return StudyRecord(
        waves={id: _parse_wave(wave) for id, wave in source["waves"].items()}, guides=frozenset(source["guides"])
    )


def _parse_wave(source: Mapping[str, Any]) -> WaveRecord:
    return WaveRecord(
        opens=date.fromisoformat(source["opens"]),
        last_day=date.fromisoformat(source["last_day"]),
        openings={
            name: {version: date.fromisoformat(day) for version, day in versions.items()}
            for name, versions in source["openings"].items()
        },
    )


def format_history(history: History) -> str:
    """The history's text, the same for the same studies."""
    document = {
        "format": FORMAT,
        "studies": {id: _format_study(study) for id, study in history.studies.items()},
        "hashes": history.hashes,
    }
    return json.dumps(document, indent=1, sort_keys=True, default=str) + "\n"


def _format_study(study: StudyRecord) -> Mapping[str, Any]:
    waves = {
        id: {"opens": wave.opens, "last_day": wave.last_day, "openings": wave.openings}
        for id, wave in study.waves.items()
    }
    return {"waves": waves, "guides": sorted(study.guides)}


def find_broken_promises(before: StudyRecord, now: StudyRecord, today: date) -> Iterator[BrokenPromise]:
    """What may not have changed since a study was recorded, in the order of its waves."""
    for id, wave in before.waves.items():
        if wave.opens > today:
            continue
        if id in now.waves:
            yield from _compare_waves(id, wave, now.waves[id], today)
        else:
            yield _describe_lost_wave(id, wave, before, now)
    asked = {name for wave in before.waves.values() if wave.opens <= today for name in wave.openings}
    for name in sorted(asked & (before.guides ^ now.guides)):
        was, became = ("a guide of interviews", "counted") if name in before.guides else ("counted", "a guide")
        remedy = 'Put "mode" back, and give the other one a questionnaire of its own.'
        yield BrokenPromise(None, f'"{name}" was {was} when its wave opened, and is {became} now.', remedy)


def _describe_lost_wave(id: str, wave: WaveRecord, before: StudyRecord, now: StudyRecord) -> BrokenPromise:
    renamed = [name for name, new in now.waves.items() if name not in before.waves and new.opens == wave.opens]
    if renamed:
        message = f'The wave "{id}", which has opened, is called "{renamed[0]}" now: its answers lie under "{id}".'
        return BrokenPromise(renamed[0], message, f'Call it "{id}" again.')
    message = f'The wave "{id}", which opened on {wave.opens}, is gone: its answers would belong to nothing.'
    return BrokenPromise(None, message, "Put it back; a wave that is over stays in the file.")


def _compare_waves(id: str, before: WaveRecord, now: WaveRecord, today: date) -> Iterator[BrokenPromise]:
    if now.opens > before.opens:
        message = f'The wave "{id}" opened on {before.opens}, and would open on {now.opens} now.'
        yield BrokenPromise(id, message, f"Write {before.opens} again, or an earlier day.")
    elif now.last_day < before.opens:
        message = f'The wave "{id}" would be over on {now.last_day}, before the day on which it opened, {before.opens}.'
        yield BrokenPromise(id, message, "Let it close on a day on which it took answers, or later.")
    for name, versions in before.openings.items():
        if name not in now.openings:
            message = f'The wave "{id}" has opened with "{name}", and no longer asks it.'
            yield BrokenPromise(id, message, f'Put "{name}" back; to ask it no more, close the wave.')
            continue
        for version, opened in versions.items():
            if opened <= today and now.openings[name].get(version, date.max) > opened:
                message = f'The wave "{id}" opened version {version} of "{name}" on {opened}, and would not have now.'
                yield BrokenPromise(id, message, f'Put {{"version": "{version}", "from": "{opened}"}} back.')
