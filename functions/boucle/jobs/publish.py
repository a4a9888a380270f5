"""Publish: releases and pages, from the ledger only."""
