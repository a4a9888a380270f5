"""Brings in what other tools made: the answers they collected."""
