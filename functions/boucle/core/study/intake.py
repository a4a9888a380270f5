"""The wave that an answer goes to, where several hold its version and one follows another.

A form names the wave in which it was opened, and that wave takes it until its days of grace are over. What names none
goes to the wave that is open: it may be the repeat of something that an earlier one took.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Acceptance, Study, Wave

SWITCH_MARGIN = timedelta(days=1)
"""What is under way as a day begins belongs to the day before; and no two servers' clocks agree to the moment."""


@dataclass(frozen=True, slots=True)
class OtherWaves:
    """Where the same submission may be stored already."""

    waves: tuple[Wave, ...] = ()
    is_contested: bool = False
    """Whether one of them may be taking it at this very moment."""


NO_OTHER_WAVES = OtherWaves()


@dataclass(frozen=True, slots=True)
class Intake:
    """A wave, whether it takes an answer, and the others that may have it already."""

    wave: Wave
    acceptance: Acceptance
    others: OtherWaves = NO_OTHER_WAVES


def find_intake(study: Study, questionnaire: Questionnaire, day: date, named: str | None = None) -> Intake | None:
    """Where an answer to this version goes on that day, `named` being the wave of its form; None: no wave holds it.

    A wave that never held this version counts as if none was named: a draft of it went on in the form of another.
    """
    found = study.wave_for(questionnaire.id, questionnaire.version, day)
    if found is None:
        return None
    wave, acceptance = found
    if named is None:
        return Intake(wave, acceptance, _find_others(study, wave, questionnaire, day))
    meant = study.waves_by_id.get(named)
    if meant is None:
        return _make_over(wave, acceptance)
    verdict = meant.acceptance(questionnaire.id, questionnaire.version, day)
    if verdict is None:
        return find_intake(study, questionnaire, day)
    if verdict is Acceptance.CLOSED:
        return _make_over(wave, acceptance)
    others = _find_others(study, meant, questionnaire, day)
    # A form's repeat names the same wave again: only who sends it both ways at once has to be kept from two.
    return Intake(meant, verdict, others if others.is_contested else NO_OTHER_WAVES)


def list_past_waves(study: Study, questionnaire: Questionnaire, day: date) -> tuple[Wave, ...]:
    """The waves in which an answer to this version may be stored, sent by whoever says that it is that day."""
    return tuple(
        wave
        for wave in study.waves
        if wave.acceptance(questionnaire.id, questionnaire.version, day) is not None
        and wave.opens - SWITCH_MARGIN <= day < study.expiry(wave)
    )


def _make_over(wave: Wave, acceptance: Acceptance) -> Intake:
    """The answer of a wave that takes nothing any more, or is none; `wave` is what would take it unnamed."""
    return Intake(wave, Acceptance.OVER if acceptance is Acceptance.OPEN else acceptance)


def _find_others(study: Study, wave: Wave, questionnaire: Questionnaire, day: date) -> OtherWaves:
    others = tuple(other for other in list_past_waves(study, questionnaire, day) if other.id != wave.id)
    return OtherWaves(others, any(_may_be_taking(other, day) for other in others)) if others else NO_OTHER_WAVES


def _may_be_taking(wave: Wave, day: date) -> bool:
    return wave.opens - SWITCH_MARGIN <= day <= wave.last_day + SWITCH_MARGIN
