"""Where each series stands: how many are counted, how many wait, and what is missing to the next publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.core.ports import Clock, HeldGroup, Ledger, SealingStore
from boucle.core.privacy.gate import Gate
from boucle.core.privacy.ledger import count_respondents, read_chain
from boucle.core.study.model import Series, Study
from boucle.jobs.seal import find_uncountable, read_gate
from boucle.pages.themes.codings import study_of_coded_texts

NOTHING_HELD: Mapping[HeldGroup, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStatus:
    """One series: `waiting` counts today's answers too, the gate only those of days that are over."""

    series: Series
    counted: int
    cohorts: int
    waiting: int
    gate: Gate
    held: Mapping[HeldGroup, int]
    """What somebody has to decide about; no gate sees it."""

    @property
    def alarms(self) -> list[str]:
        """What is wrong now, as the job says it too."""
        return [f"{self.series}: {alarm}" for alarm in find_uncountable(self.series, self.held)]


def read_series_status(
    study: Study,
    series: Series,
    *,
    store: SealingStore,
    ledger: Ledger,
    clock: Clock,
    held: Mapping[HeldGroup, int] = NOTHING_HELD,
) -> SeriesStatus:
    """Where the series stands now. Raises BoucleError when its ledger is broken."""
    chain = read_chain(series, ledger.read_entries(series))
    return SeriesStatus(
        series=series,
        counted=count_respondents(chain),
        cohorts=len(chain),
        waiting=sum(store.count_pending_by_day(series).values()),
        gate=read_gate(study, series, store=store, ledger=ledger, clock=clock),
        held=held,
    )


def map_series(studies: Mapping[str, Study]) -> Mapping[Series, Study]:
    """Every series of every study."""
    return {series: study for study in studies.values() for series in study.series}


def map_theme_series(studies: Mapping[str, Study]) -> Mapping[Series, Study]:
    """Every series of coded themes, with the study whose answers are the codings."""
    counted = (study_of_coded_texts(study) for study in studies.values())
    return {series: study for study in counted if study is not None for series in study.series}
