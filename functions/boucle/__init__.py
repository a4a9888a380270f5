"""Boucle: questionnaires in, answers kept, anonymised figures out, and what was done about them."""

__version__ = "0.1.0"
