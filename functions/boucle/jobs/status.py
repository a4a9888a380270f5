"""Where each series stands: how many are counted, how many wait, and what is missing to the next publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.core.cohorts import Gate, Sealed, gate
from boucle.core.ledger import read_chain, respondents
from boucle.core.ports import Clock, Ledger, SealingDesk
from boucle.core.study import Series, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStatus:
    """One series: `waiting` counts today's answers too, the gate only those of days that are over."""

    series: Series
    counted: int
    cohorts: int
    waiting: int
    gate: Gate


def series_status(study: Study, series: Series, *, desk: SealingDesk, ledger: Ledger, clock: Clock) -> SeriesStatus:
    """Where the series stands now. Raises Refusal when its ledger is broken."""
    chain = read_chain(series, ledger.entries(series))
    by_day = desk.pending_by_day(series)
    sealed = Sealed(respondents=respondents(chain), last=chain[-1].date if chain else None)
    return SeriesStatus(
        series=series,
        counted=sealed.respondents,
        cohorts=len(chain),
        waiting=sum(by_day.values()),
        gate=gate(
            by_day,
            sealed,
            now=clock.now(),
            last_day=study.waves_by_id[series.wave].last_day,
            mode=study.mechanism.mode,
        ),
    )


def all_series(studies: Mapping[str, Study]) -> Mapping[Series, Study]:
    """Every series of every study."""
    return {series: study for study in studies.values() for series in study.series}
