"""Reads the surveys/ folder: studies, versions, recordings, the lock. It judges nothing; lint does."""
