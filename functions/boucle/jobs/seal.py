"""Seal: read what waits, tabulate it, add noise once, append the cohort to the ledger."""
