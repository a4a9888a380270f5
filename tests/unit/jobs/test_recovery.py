"""A ledger that lost entries gets them back from its write-once copy, byte for byte, or nothing at all."""

from __future__ import annotations

import pytest

from boucle.core.privacy.ledger import LedgerRolledBack
from boucle.jobs.recovery import CopyBroken, Recovery, restore_ledger
from boucle.storage.memory import MemoryLedger, MemorySink, MemoryVault
from support.cohorts import SealingInstallation


@pytest.fixture
def installation() -> SealingInstallation:
    """Three cohorts, sealed and published."""
    installation = SealingInstallation()
    for responses in (40, 60, 80):
        installation.run_day(responses)
    return installation


def lose(installation: SealingInstallation, *numbers: int) -> None:
    """The entries of these numbers are gone from the ledger."""
    kept = MemoryLedger()
    for number, entry in enumerate(installation.ledger.read_entries(installation.series), 1):
        if number not in numbers:
            kept.append(installation.series, number, entry)
    installation.ledger = kept


def restore(installation: SealingInstallation) -> Recovery:
    return restore_ledger(installation.series, ledger=installation.ledger, vault=installation.vault)


@pytest.mark.parametrize("lost", [(3,), (2, 3), (1, 2, 3), (2,)])
def test_what_was_lost_is_put_back_and_publishes_identical_bytes(
    installation: SealingInstallation, lost: tuple[int, ...]
) -> None:
    before = list(installation.ledger.read_entries(installation.series))
    published = dict(installation.sink.files)
    lose(installation, *lost)
    assert restore(installation) == Recovery(entries=3, put_back=len(lost))
    assert list(installation.ledger.read_entries(installation.series)) == before
    installation.sink = MemorySink()
    installation.publish()
    assert installation.sink.files == published


def test_until_then_nothing_is_sealed_or_published(installation: SealingInstallation) -> None:
    lose(installation, 3)
    with pytest.raises(LedgerRolledBack):
        installation.publish()
    with pytest.raises(LedgerRolledBack, match="restore the ledger"):
        installation.seal()


def test_said_again_it_changes_nothing(installation: SealingInstallation) -> None:
    lose(installation, 2, 3)
    restore(installation)
    assert restore(installation) == Recovery(entries=3, put_back=0)


def test_a_ledger_that_is_ahead_of_its_copy_keeps_what_it_has(installation: SealingInstallation) -> None:
    """The job appends first, and copies afterwards."""
    copies = installation.vault.read_copies(installation.series)
    installation.vault = MemoryVault()
    installation.vault.keep(installation.series, 1, copies[0])
    lose(installation, 1)
    assert restore(installation) == Recovery(entries=3, put_back=1)


@pytest.mark.parametrize("there", [(1, 3), (2, 3), (1, 2, 2)])
def test_a_copy_with_a_gap_or_a_broken_chain_puts_nothing_back(
    installation: SealingInstallation, there: tuple[int, ...]
) -> None:
    copies = installation.vault.read_copies(installation.series)
    installation.vault = MemoryVault()
    for number, which in enumerate(there, 1):
        installation.vault.keep(installation.series, number, copies[which - 1])
    lose(installation, 1, 2, 3)
    with pytest.raises(CopyBroken, match="nothing was put back"):
        restore(installation)
    assert list(installation.ledger.read_entries(installation.series)) == []


def test_a_ledger_that_sealed_something_else_is_left_alone(installation: SealingInstallation) -> None:
    other = SealingInstallation(bits=lambda count: (1 << count) - 1)
    other.run_day(40)
    lose(installation, 1, 2, 3)
    installation.ledger = other.ledger
    with pytest.raises(CopyBroken, match="not one chain"):
        restore(installation)
    assert list(other.ledger.read_entries(installation.series)) == list(
        installation.ledger.read_entries(installation.series)
    )
