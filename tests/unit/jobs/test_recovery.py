"""A ledger that lost entries gets them back from its write-once copy, byte for byte, or nothing at all."""

from __future__ import annotations

import pytest

from boucle.core.privacy.ledger import LedgerRolledBack
from boucle.jobs.recovery import CopyBroken, Recovery, restore_ledger
from boucle.storage.memory import MemoryLedger, MemorySink, MemoryVault
from support.cohorts import Installation


@pytest.fixture
def installation() -> Installation:
    """Three cohorts, sealed and published."""
    installation = Installation()
    for responses in (40, 60, 80):
        installation.day(responses)
    return installation


def lose(installation: Installation, *numbers: int) -> None:
    """The entries of these numbers are gone from the ledger."""
    kept = MemoryLedger()
    for number, entry in enumerate(installation.ledger.entries(installation.series), 1):
        if number not in numbers:
            kept.append(installation.series, number, entry)
    installation.ledger = kept


def restore(installation: Installation) -> Recovery:
    return restore_ledger(installation.series, ledger=installation.ledger, vault=installation.vault)


@pytest.mark.parametrize("lost", [(3,), (2, 3), (1, 2, 3), (2,)])
def test_what_was_lost_is_put_back_and_publishes_identical_bytes(
    installation: Installation, lost: tuple[int, ...]
) -> None:
    before = list(installation.ledger.entries(installation.series))
    published = dict(installation.sink.files)
    lose(installation, *lost)
    assert restore(installation) == Recovery(entries=3, put_back=len(lost))
    assert list(installation.ledger.entries(installation.series)) == before
    installation.sink = MemorySink()
    installation.publish()
    assert installation.sink.files == published


def test_until_then_nothing_is_sealed_or_published(installation: Installation) -> None:
    lose(installation, 3)
    with pytest.raises(LedgerRolledBack):
        installation.publish()
    with pytest.raises(LedgerRolledBack, match="restore the ledger"):
        installation.seal()


def test_said_again_it_changes_nothing(installation: Installation) -> None:
    lose(installation, 2, 3)
    restore(installation)
    assert restore(installation) == Recovery(entries=3, put_back=0)


def test_a_ledger_that_is_ahead_of_its_copy_keeps_what_it_has(installation: Installation) -> None:
    """The job appends first, and copies afterwards."""
    copies = installation.vault.kept(installation.series)
    installation.vault = MemoryVault()
    installation.vault.keep(installation.series, 1, copies[0])
    lose(installation, 1)
    assert restore(installation) == Recovery(entries=3, put_back=1)


@pytest.mark.parametrize("there", [(1, 3), (2, 3), (1, 2, 2)])
def test_a_copy_with_a_gap_or_a_broken_chain_puts_nothing_back(
    installation: Installation, there: tuple[int, ...]
) -> None:
    copies = installation.vault.kept(installation.series)
    installation.vault = MemoryVault()
    for number, which in enumerate(there, 1):
        installation.vault.keep(installation.series, number, copies[which - 1])
    lose(installation, 1, 2, 3)
    with pytest.raises(CopyBroken, match="nothing was put back"):
        restore(installation)
    assert list(installation.ledger.entries(installation.series)) == []


def test_a_ledger_that_sealed_something_else_is_left_alone(installation: Installation) -> None:
    other = Installation(bits=lambda count: (1 << count) - 1)
    other.day(40)
    lose(installation, 1, 2, 3)
    installation.ledger = other.ledger
    with pytest.raises(CopyBroken, match="not one chain"):
        restore(installation)
    assert list(other.ledger.entries(installation.series)) == list(installation.ledger.entries(installation.series))
