"""What an answer can be, and texts by language."""

from __future__ import annotations

from collections.abc import Mapping

Value = str | int | float
"""One stored value: a choice, a rating, a number, an ISO 8601 date or a text."""

Answer = Value | tuple[str, ...]
"""The answer to one question; several choices, or a ranking (first is best), are a tuple."""

Answers = Mapping[str, Answer]
"""Answers by question id. A question that is absent was not answered, or not asked: routing tells which."""

Text = Mapping[str, str]
"""A text that people read, by language; a language is complete in a questionnaire or absent from it."""

YES, NO, DONT_KNOW = "yes", "no", "dont_know"
