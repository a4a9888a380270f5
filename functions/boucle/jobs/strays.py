"""What is stored and belongs to nothing that the surveys know: its author would look for it in vain.

Used invitations are not looked for: they name no wave, on purpose. Nor are free texts and published files: the first
lie under the series of their responses, the second follow the ledger, entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from boucle.core.ports import Ledger, SealingStore
from boucle.core.privacy.ledger import read_chain
from boucle.core.privacy.tables import INTERVIEW
from boucle.core.study.model import Series, Study, Wave
from boucle.jobs.status import map_series, map_theme_series


class StrayCounter(Protocol):
    """Finds what is stored under series that nobody knows any more, without reading all that is stored."""

    def count_strays(self, known: Set[Series]) -> Mapping[Series, int]:
        """How much is stored under each other series than these; counts only, and no tombstones."""


class CountedStore(SealingStore, StrayCounter, Protocol):
    """A store of responses of which can be said what belongs to no series."""


class CountedLedger(Ledger, StrayCounter, Protocol):
    """A ledger of which can be said what belongs to no series."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Answers or cohorts under a series that is none, and what to do about it."""

    series: Series
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


REMEDY = (
    "Write it in study.json as it was. Until then these are neither sealed nor shown, and they are deleted when they "
    "expire."
)


def find_strays(
    studies: Mapping[str, Study], store: CountedStore, ledger: CountedLedger, without: Set[str] = frozenset()
) -> Iterator[Stray]:
    """Everything stored that belongs to no series of these studies, nor to one left out, in the order of its series."""
    opened = {series: study for study in studies.values() for series in (*study.series, *study.interviews)}
    for series, count in sorted(store.count_strays(opened.keys()).items()):
        if series.study in without:
            continue
        what = f"{count} answers of wave {series.wave} belong to nothing that study.json knows"
        yield Stray(series, f"{what} ({series}): {_explain(series, studies)}.", REMEDY)
    sealed = opened.keys() | map_theme_series(studies).keys()
    for series, count in sorted(ledger.count_strays(sealed).items()):
        if series.study in without:
            continue
        what = f"{count} sealed cohorts of wave {series.wave} belong to nothing that study.json knows"
        yield Stray(series, f"{what} ({series}): {_explain(series, studies)}.", REMEDY)
    for study in studies.values():
        yield from _find_uncounted(study, store, ledger)
    for series, study in map_series(studies).items():
        yield from _find_early(series, study.waves_by_id[series.wave].opens, store, ledger)


def find_cut_off(
    before: Mapping[str, Study], after: Mapping[str, Study], store: SealingStore, ledger: Ledger
) -> Iterator[Stray]:
    """Answers of days that their wave, or their version in it, had and would have no more."""
    known, now = map_series(before), map_series(after)
    for series in sorted(now.keys() & known.keys()):
        had, has = (study.waves_by_id[series.wave] for study in (known[series], now[series]))
        days = _find_days(series, had, store, ledger)
        if days and max(days) > has.last_day:
            yield _describe_cut_off(series, has, max(days))
        if days and had.opens < has.opens <= min(days):
            yield _describe_moved(series, had, has)
        elif days:
            asked = {version.version for version in known[series].series[series]}
            yield from _find_late_openings(series, had, has, asked, max(days))


def _find_days(series: Series, wave: Wave, store: SealingStore, ledger: Ledger) -> Set[date]:
    """The days of what is stored, the first and the last of each cohort; what came after the wave was over left out."""
    chain = read_chain(series, ledger.read_entries(series))
    sealed = {day for entry in chain for day in (entry.first_day, min(entry.last_day, wave.last_day))}
    held = {which.day for which in store.count_held(series)}
    return {day for day in sealed | held | store.count_pending_by_day(series).keys() if day <= wave.last_day}


def _describe_cut_off(series: Series, has: Wave, latest: date) -> Stray:
    message = f"answers of wave {series.wave} came until {latest}, and it would be over on {has.last_day} now"
    remedy = f"Let it close so that its last day, grace included, is {latest} or later."
    return Stray(series, f"{message} ({series}).", remedy)


def _describe_moved(series: Series, had: Wave, has: Wave) -> Stray:
    """Where no day of an answer tells, as when two waves change names; a wave that opens after its answers is early."""
    message = f"wave {series.wave} has answers and opened on {had.opens}, and would open on {has.opens} now"
    return Stray(series, f"{message} ({series}).", "Write in study.json the days that it had: waves change no names.")


def _find_late_openings(series: Series, had: Wave, has: Wave, asked: Set[str], latest: date) -> Iterator[Stray]:
    """Versions that opened by the day of the latest answer, and would open later, or not at all."""
    opens = {opening.version: opening.opens for opening in has.openings[series.questionnaire]}
    for opening in had.openings[series.questionnaire]:
        version, first = opening.version, opening.opens
        if version in asked and first <= latest and opens.get(version, date.max) > max(first, has.opens):
            message = f"version {version} opened in wave {series.wave} on {first}, and would not have now"
            remedy = f'Put {{"version": "{version}", "from": "{first}"}} back.'
            yield Stray(series, f"{message} ({series}).", remedy)


def _explain(series: Series, studies: Mapping[str, Study]) -> str:
    study = studies.get(series.study)
    if study is None:
        return f'no study is called "{series.study}"'
    wave = study.waves_by_id.get(series.wave)
    if wave is None:
        return f'"{study.id}" has no wave "{series.wave}"'
    if series.questionnaire not in wave.openings:
        return f'its wave "{wave.id}" does not ask "{series.questionnaire}"'
    return f'its wave "{wave.id}" opens no version {series.major} of "{series.questionnaire}"'


def _find_uncounted(study: Study, store: CountedStore, ledger: CountedLedger) -> Iterator[Stray]:
    """Answers to a questionnaire that has become the guide of interviews since, which nothing counts."""
    for series in study.interviews:
        waiting = store.read_pending(series, date.max)
        if ledger.read_entries(series) or any(response.mode != INTERVIEW for response in waiting):
            message = f'"{series.questionnaire}" has answers to be counted, and is a guide of interviews now'
            yield Stray(
                series, f"{message} ({series}).", 'Take "mode" out again; give the guide a questionnaire of its own.'
            )


def _find_early(series: Series, opens: date, store: CountedStore, ledger: CountedLedger) -> Iterator[Stray]:
    remedy = "Write in study.json the first day that it had."
    chain = read_chain(series, ledger.read_entries(series))
    if chain and chain[0].first_day < opens:
        message = f"the first cohort of wave {series.wave} began on {chain[0].first_day}, and it opens on {opens} now"
        yield Stray(series, f"{message} ({series}).", remedy)
    early = sum(1 for _ in store.read_pending(series, opens - timedelta(days=1)))
    if early:
        message = f"{early} answers of wave {series.wave} came before the day on which it opens now, {opens}"
        yield Stray(series, f"{message} ({series}).", remedy)
