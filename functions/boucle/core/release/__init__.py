"""What a series publishes, as a pure function of its ledger: counts, shares, estimates, intervals, documents."""
