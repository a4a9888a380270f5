"""Put back what a ledger has lost from its write-once copy: byte for byte, and only where the two are one chain."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.errors import BoucleError
from boucle.core.ports import Ledger, Vault
from boucle.core.privacy.ledger import LedgerBroken, read_chain
from boucle.core.study.model import Series


class CopyBroken(BoucleError):
    """The write-once copy cannot restore the ledger; nothing was put back."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What one series has now, and how much of it was put back."""

    entries: int
    put_back: int


def restore_ledger(series: Series, *, ledger: Ledger, vault: Vault) -> Recovery:
    """Append what only the copy holds. Said again, it changes nothing. Raises CopyBroken before anything is put."""
    copies, there = vault.read_copies(series), ledger.read_entries(series)
    # The ledger may be ahead: the job appends there first, and copies what it appended in its next run.
    newer = [entry for entry in there if entry not in copies]
    try:
        chain = read_chain(series, [*copies, *newer])
    except LedgerBroken as error:
        raise CopyBroken(
            f"nothing was put back for {series}: its write-once copy and what the ledger still holds are not one chain "
            f"({error}). An object that was written over has its first version in the vault: look for that one."
        ) from error
    lost = [entry for entry in chain if entry.content not in there]
    for entry in lost:
        if not ledger.append(series, entry.cohort, entry.content):
            raise CopyBroken(f"{series}: entry {entry.cohort} was written meanwhile. Stop the job, and say this again.")
    return Recovery(len(chain), len(lost))
