"""The same promises kept in memory: for tests and for the preview. Nothing outlives the process."""

from boucle.storage.memory.ledgers import MemoryLedger, MemorySink, MemoryVault
from boucle.storage.memory.responses import MemoryResponseStore, MemoryUsedInvitations
from boucle.storage.memory.stored_response import StoredResponse

__all__ = [
    "MemoryLedger",
    "MemoryResponseStore",
    "MemorySink",
    "MemoryUsedInvitations",
    "MemoryVault",
    "StoredResponse",
]
