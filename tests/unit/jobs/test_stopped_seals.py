"""Promises of a seal that is stopped: whatever the moment, noise is drawn once for what anybody can see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import pytest

from boucle.core.ports import Counted
from boucle.core.study.model import Series
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemoryVault
from support.cohorts import SealingInstallation


class SealStopped(Exception):
    """The machine was switched off."""


Done = TypeVar("Done")


class Power:
    """Goes off at the n-th write, before it or just after it."""

    def __init__(self, writes: int, *, after: bool) -> None:
        self.writes, self.after = writes, after

    def write(self, done: Callable[[], Done]) -> Done:
        self.writes -= 1
        if self.writes == 0 and not self.after:
            raise SealStopped
        result = done()
        if self.writes == 0:
            raise SealStopped
        return result


class FragileStore(MemoryResponseStore):
    power: Power

    def close_days(self, series: Series, through: date) -> None:
        self.power.write(lambda: super(FragileStore, self).close_days(series, through))

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        return self.power.write(lambda: super(FragileStore, self).mark_sealed(series, through, cohort))


class FragileLedger(MemoryLedger):
    power: Power

    def append(self, series: Series, number: int, entry: bytes) -> bool:
        return self.power.write(lambda: super(FragileLedger, self).append(series, number, entry))


class FragileVault(MemoryVault):
    power: Power

    def keep(self, series: Series, number: int, entry: bytes) -> None:
        self.power.write(lambda: super(FragileVault, self).keep(series, number, entry))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_stopped_at_any_write_the_noise_of_a_visible_cohort_is_drawn_once(writes: int, after: bool) -> None:
    store, ledger, vault = FragileStore(), FragileLedger(), FragileVault()
    store.power = ledger.power = vault.power = Power(writes, after=after)
    installation = SealingInstallation(store=store, ledger=ledger, vault=vault)
    keys = installation.receive_some(40)
    installation.clock.pass_by()
    with pytest.raises(SealStopped):
        installation.seal()
    visible = list(ledger.read_entries(installation.series))
    outcome = installation.seal()
    assert list(ledger.read_entries(installation.series))[: len(visible)] == visible
    assert vault.read_copies(installation.series) == ledger.read_entries(installation.series)
    assert len(installation.read_entries()) == 1
    assert outcome.alarms == ()
    assert {store.read_standing("etude", "candidats", key) for key in keys} == {Counted(installation.series, 1)}
    installation.run_day(40)
    assert [entry["size"] for entry in installation.read_entries()] == [40, 40]


def test_what_arrives_after_a_stop_is_not_marked_with_the_cohort_that_never_read_it() -> None:
    store, ledger, vault = FragileStore(), FragileLedger(), FragileVault()
    store.power = ledger.power = vault.power = Power(2, after=True)
    installation = SealingInstallation(store=store, ledger=ledger, vault=vault)
    installation.receive_some(40)
    installation.clock.pass_by()
    with pytest.raises(SealStopped):
        installation.seal()
    installation.clock.today -= timedelta(days=1)
    [late] = installation.receive_some(1)
    installation.clock.pass_by()
    assert installation.seal().alarms == ()
    assert store.read_standing("etude", "candidats", late) != Counted(installation.series, 1)
