"""Where each series stands: how many are counted, how many wait, and what is missing to the next publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.core.ports import Clock, Held, Ledger, SealingDesk
from boucle.core.privacy.gate import Gate
from boucle.core.privacy.ledger import read_chain, respondents
from boucle.core.study.model import Series, Study
from boucle.jobs.seal import standing
from boucle.pages.themes.codings import codings

NOTHING_HELD: Mapping[Held, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStatus:
    """One series: `waiting` counts today's answers too, the gate only those of days that are over."""

    series: Series
    counted: int
    cohorts: int
    waiting: int
    gate: Gate
    held: Mapping[Held, int]
    """What somebody has to decide about; no gate sees it."""


def series_status(
    study: Study,
    series: Series,
    *,
    desk: SealingDesk,
    ledger: Ledger,
    clock: Clock,
    held: Mapping[Held, int] = NOTHING_HELD,
) -> SeriesStatus:
    """Where the series stands now. Raises Refusal when its ledger is broken."""
    chain = read_chain(series, ledger.entries(series))
    return SeriesStatus(
        series=series,
        counted=respondents(chain),
        cohorts=len(chain),
        waiting=sum(desk.pending_by_day(series).values()),
        gate=standing(study, series, desk=desk, ledger=ledger, clock=clock),
        held=held,
    )


def all_series(studies: Mapping[str, Study]) -> Mapping[Series, Study]:
    """Every series of every study."""
    return {series: study for study in studies.values() for series in study.series}


def theme_series(studies: Mapping[str, Study]) -> Mapping[Series, Study]:
    """Every series of coded themes, with the study whose answers are the codings."""
    counted = (codings(study) for study in studies.values())
    return {series: study for study in counted if study is not None for series in study.series}
