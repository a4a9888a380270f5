"""The scheduled work: seal cohorts, then publish. The two share the ledger and nothing else."""
