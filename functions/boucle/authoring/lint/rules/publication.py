"""Rules of what a questionnaire publishes: cross-tabs, and verbatims."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.core.errors import BoucleError
from boucle.core.privacy.plan import max_entry_bytes, plan
from boucle.core.questionnaire.model import Closed, FreeText, Multiple, Question

MAX_CELLS = 200

MAX_ENTRY_BYTES = 300_000
"""Bytes of the largest ledger entry: a store's item has at most 400 KB."""


def check_unknown_crosstabs(draft: Draft) -> Iterator[IssueDraft]:
    """A cross-tab names two questions that exist."""
    for pointer, name in _list_named(draft):
        if name not in draft.questionnaire.by_id:
            close = get_close_matches(name, draft.order, n=1)
            remedy = f'Did you mean "{close[0]}"?' if close else "Name a closed question, or a row of a grid."
            yield IssueDraft(pointer, f'No question is called "{name}".', remedy)


def check_crosstab_types(draft: Draft) -> Iterator[IssueDraft]:
    """A cross-tab crosses closed questions, one of which may be a multiple choice."""
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        questions = [draft.questionnaire.by_id[name] for name in pair if name in draft.questionnaire.by_id]
        for question in questions:
            if not isinstance(question, (Closed, Multiple)):
                message = f'"{question.id}" is a {question.type} question: it has no cells to cross.'
                yield IssueDraft(f"/publication/crosstabs/{index}", message, "Cross closed questions only.")
        if len(questions) == 2 and all(isinstance(partner, Multiple) for partner in questions):
            message = f'"{pair[0]}" and "{pair[1]}" are both multiple choices.'
            yield IssueDraft(f"/publication/crosstabs/{index}", message, "Cross a multiple choice with a single one.")


def check_crossed_twice(draft: Draft) -> Iterator[IssueDraft]:
    """A question enters one cross-tab at most, with another question: that bounds what its answer can reveal."""
    seen: set[str] = set()
    for pointer, name in _list_named(draft):
        if name in seen:
            yield IssueDraft(pointer, f'"{name}" stands in a cross-tab already.', "Choose one cross-tab for it.")
        seen.add(name)


def check_large_crosstabs(draft: Draft) -> Iterator[IssueDraft]:
    """A cross-tab has few enough cells to be read."""
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        if all(name in draft.questionnaire.by_id for name in pair):
            first, second = (count_cells(draft.questionnaire.by_id[name]) for name in pair)
            if first * second > MAX_CELLS:
                message = f"The cross-tab has {first} x {second} = {first * second} cells, noise in each."
                remedy = f"Cross questions with fewer answers: {MAX_CELLS} cells at most."
                yield IssueDraft(f"/publication/crosstabs/{index}", message, remedy)


def check_large_entries(draft: Draft) -> Iterator[IssueDraft]:
    """A sealed cohort's tables fit in one ledger entry, which is stored in one piece or not at all."""
    try:
        size = max_entry_bytes(plan([draft.questionnaire]))
    except BoucleError:
        return  # A cross-tab that no table can be made of has its own rule.
    if size > MAX_ENTRY_BYTES:
        message = (
            f"A sealed cohort would take up to {size // 1000} KB in the ledger; {MAX_ENTRY_BYTES // 1000} are the most."
        )
        remedy = "Drop a cross-tab, or offer fewer choices, bins or items to rank."
        yield IssueDraft("/publication" if "publication" in draft.json else "/sections", message, remedy)


def check_idle_verbatims(draft: Draft) -> Iterator[IssueDraft]:
    """What is said about verbatims fits the questions asked."""
    asks_text = any(isinstance(question, FreeText) for question in draft.questionnaire.questions)
    if draft.questionnaire.publication.verbatims == "moderated" and not asks_text:
        yield IssueDraft(
            "/publication/verbatims", "No question asks for a text.", 'Remove "verbatims", or ask for a text.'
        )


def count_cells(question: Question) -> int:
    """How many cells a question's table has, "no answer" included."""
    return len(question.values) + 1 if isinstance(question, (Closed, Multiple)) else 1


def _list_named(draft: Draft) -> Iterator[tuple[str, str]]:
    for index, pair in enumerate(draft.questionnaire.publication.crosstabs):
        for place, name in enumerate(pair):
            yield f"/publication/crosstabs/{index}/{place}", name


RULES = (
    make_error_rule("unknown-crosstab", check_unknown_crosstabs),
    make_error_rule("crosstab-type", check_crosstab_types),
    make_error_rule("crossed-twice", check_crossed_twice),
    make_error_rule("entry-too-large", check_large_entries),
    make_warning_rule("large-crosstab", check_large_crosstabs),
    make_warning_rule("idle-verbatims", check_idle_verbatims),
)
