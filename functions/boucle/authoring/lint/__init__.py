"""Lint: reads authors' files, and says every mistake, its line and its remedy. `rules/` holds one module a subject.

It reads files and the core; it stores nothing and publishes nothing.
"""
