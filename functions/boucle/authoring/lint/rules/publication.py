"""Rules of what a questionnaire publishes: cross-tabs, and verbatims."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import Flaw, error, warning
from boucle.core.errors import Refusal
from boucle.core.privacy.plan import largest_entry, plan
from boucle.core.questionnaire.model import Closed, FreeText, Multiple, Question

MOST_CELLS = 200

LARGEST_ENTRY = 300_000
"""Bytes of the largest ledger entry: a store's item has at most 400 KB."""


def unknown_crosstabs(draft: Draft) -> Iterator[Flaw]:
    """A cross-tab names two questions that exist."""
    for pointer, name in _named(draft):
        if name not in draft.questionnaire.by_id:
            close = get_close_matches(name, draft.order, n=1)
            remedy = f'Did you mean "{close[0]}"?' if close else "Name a closed question, or a row of a grid."
            yield Flaw(pointer, f'No question is called "{name}".', remedy)


def crosstab_types(draft: Draft) -> Iterator[Flaw]:
    """A cross-tab crosses closed questions, one of which may be a multiple choice."""
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        questions = [draft.questionnaire.by_id[name] for name in pair if name in draft.questionnaire.by_id]
        for question in questions:
            if not isinstance(question, (Closed, Multiple)):
                message = f'"{question.id}" is a {question.type} question: it has no cells to cross.'
                yield Flaw(f"/publication/crosstabs/{index}", message, "Cross closed questions only.")
        if len(questions) == 2 and all(isinstance(each, Multiple) for each in questions):
            message = f'"{pair[0]}" and "{pair[1]}" are both multiple choices.'
            yield Flaw(f"/publication/crosstabs/{index}", message, "Cross a multiple choice with a single one.")


def crossed_twice(draft: Draft) -> Iterator[Flaw]:
    """A question enters one cross-tab at most, with another question: that bounds what its answer can reveal."""
    seen: set[str] = set()
    for pointer, name in _named(draft):
        if name in seen:
            yield Flaw(pointer, f'"{name}" stands in a cross-tab already.', "Choose one cross-tab for it.")
        seen.add(name)


def large_crosstabs(draft: Draft) -> Iterator[Flaw]:
    """A cross-tab has few enough cells to be read."""
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        if all(name in draft.questionnaire.by_id for name in pair):
            first, second = (cells(draft.questionnaire.by_id[name]) for name in pair)
            if first * second > MOST_CELLS:
                message = f"The cross-tab has {first} x {second} = {first * second} cells, noise in each."
                remedy = f"Cross questions with fewer answers: {MOST_CELLS} cells at most."
                yield Flaw(f"/publication/crosstabs/{index}", message, remedy)


def large_entries(draft: Draft) -> Iterator[Flaw]:
    """A sealed cohort's tables fit in one ledger entry, which is stored in one piece or not at all."""
    try:
        size = largest_entry(plan([draft.questionnaire]))
    except Refusal:
        return  # A cross-tab that no table can be made of has its own rule.
    if size > LARGEST_ENTRY:
        message = (
            f"A sealed cohort would take up to {size // 1000} KB in the ledger; {LARGEST_ENTRY // 1000} are the most."
        )
        remedy = "Drop a cross-tab, or offer fewer choices, bins or items to rank."
        yield Flaw("/publication" if "publication" in draft.json else "/sections", message, remedy)


def idle_verbatims(draft: Draft) -> Iterator[Flaw]:
    """What is said about verbatims fits the questions asked."""
    asks_text = any(isinstance(each, FreeText) for each in draft.questionnaire.questions)
    if draft.questionnaire.publication.verbatims == "moderated" and not asks_text:
        yield Flaw("/publication/verbatims", "No question asks for a text.", 'Remove "verbatims", or ask for a text.')


def cells(question: Question) -> int:
    """How many cells a question's table has, "no answer" included."""
    return len(question.values) + 1 if isinstance(question, (Closed, Multiple)) else 1


def _named(draft: Draft) -> Iterator[tuple[str, str]]:
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        for place, name in enumerate(pair):
            yield f"/publication/crosstabs/{index}/{place}", name


RULES = (
    error("unknown-crosstab", unknown_crosstabs),
    error("crosstab-type", crosstab_types),
    error("crossed-twice", crossed_twice),
    error("entry-too-large", large_entries),
    warning("large-crosstab", large_crosstabs),
    warning("idle-verbatims", idle_verbatims),
)
