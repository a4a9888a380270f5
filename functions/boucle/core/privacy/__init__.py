"""Disclosure control: the plan of tables, the gate, the tally, the noise, the guarantee and the ledger.

Nothing here is published as it stands; `core/release` reads the ledger.
"""
