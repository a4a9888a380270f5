"""Stores, ledger, vault and sink behind the contracts of `boucle.core.ports`."""
