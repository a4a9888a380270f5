"""The composition root of the operator's own machine towards AWS: the tables, with the operator's own rights."""

from __future__ import annotations

from boucle.aws import clients
from boucle.core.ports import QuarantineDesk
from boucle.storage.dynamodb_copies import DynamoCopies
from boucle.storage.dynamodb_sealing import DynamoSealingDesk
from boucle.storage.dynamodb_tables import Tables


def dynamodb_master_key(name: str) -> bytes:
    """The master key of the installation of that name. Raises StoreAway."""
    return clients.secret(f"{name}-master-key")


def dynamodb_copies(name: str) -> DynamoCopies:
    """The store of the installation of that name; nothing is asked of AWS yet."""
    return DynamoCopies(client=clients.dynamodb, tables=Tables.prefixed(name))


def dynamodb_quarantine(name: str) -> QuarantineDesk:
    """What is held back in the installation of that name; nothing is asked of AWS yet."""
    return DynamoSealingDesk(client=clients.dynamodb, tables=Tables.prefixed(name))
