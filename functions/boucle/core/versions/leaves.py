"""What a change is: of everything that an author writes in a questionnaire, the causes that a change of it can be.

The keys are the fields of the model. What is read with a question is a change of its wording, wherever it stands; what
stands around the questions is a frame. `authoring/change_table.py` prints the table for authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.core.versions.causes import Cause
from boucle.core.versions.first_edition import FIRST_CAUSES, FIRST_EDITION, is_first_typo
from boucle.core.versions.wording import TypoRule, is_typo

WORDING = (Cause.REWORDED,)
FRAME = (Cause.FRAME,)
LABELLING = (Cause.LABELLING,)
SCALE = (Cause.SCALE,)
SELECTION = (Cause.SELECTION,)
QUESTIONS = (Cause.QUESTION_ADDED, Cause.REQUIRED_QUESTION_ADDED, Cause.QUESTION_REMOVED)
CHOICES = (Cause.CHOICE_ADDED, Cause.CHOICE_REMOVED)

LEAVES: Mapping[str, tuple[Cause, ...]] = {
    "Questionnaire.languages": (Cause.LANGUAGE_ADDED, Cause.LANGUAGE_REMOVED, Cause.LAYOUT),
    "Questionnaire.title": FRAME,
    "Questionnaire.intro": FRAME,
    "Questionnaire.is_guide": (Cause.MODE,),
    "Publication.crosstabs": (Cause.CROSSTABS, Cause.LAYOUT),
    "Publication.verbatims": (Cause.VERBATIMS,),
    "Section.id": (Cause.LAYOUT,),
    "Section.title": FRAME,
    "Section.intro": FRAME,
    "Section.relevant": (Cause.BASE,),
    "Section.blocks": (*QUESTIONS, Cause.FRAME, Cause.LAYOUT),
    "Note.id": FRAME,
    "Note.label": FRAME,
    "Note.media": FRAME,
    "Note.relevant": FRAME,
    "Grid.id": QUESTIONS,
    "Grid.label": WORDING,
    "Grid.hint": WORDING,
    "Grid.help": WORDING,
    "Grid.concept": (Cause.CONCEPT,),
    "Grid.relevant": (Cause.BASE,),
    "Grid.rows": (*QUESTIONS, Cause.LAYOUT),
    "Question.id": QUESTIONS,
    "Question.type": (Cause.TYPE,),
    "Question.label": WORDING,
    "Question.hint": WORDING,
    "Question.help": WORDING,
    "Question.media": WORDING,
    "Question.required": (Cause.OBLIGATION_ADDED, Cause.OBLIGATION_DROPPED),
    "Question.relevant": (Cause.BASE,),
    "Question.concept": (Cause.CONCEPT,),
    "Question.theme": LABELLING,
    "Question.profile": LABELLING,
    "Question.quasi_identifier": LABELLING,
    "Question.continuity": (Cause.DECLARED_BREAK, Cause.DECLARATION),
    "Closed.estimates": LABELLING,
    "Single.choices": (*CHOICES, Cause.LAYOUT),
    "Multiple.choices": (*CHOICES, Cause.LAYOUT),
    "Multiple.min_choices": SELECTION,
    "Multiple.max_choices": SELECTION,
    "YesNo.dont_know": CHOICES,
    "Rating.minimum": SCALE,
    "Rating.maximum": SCALE,
    "Rating.anchors": WORDING,
    "Rating.dont_know": CHOICES,
    "Number.minimum": SCALE,
    "Number.maximum": SCALE,
    "Number.decimals": SCALE,
    "Number.unit": WORDING,
    "Number.bins": SCALE,
    "Date.minimum": SCALE,
    "Date.maximum": SCALE,
    "Date.bins": SCALE,
    "Ranking.choices": (*CHOICES, Cause.SCALE, Cause.LAYOUT),
    "Ranking.top": SCALE,
    "FreeText.long": LABELLING,
    "FreeText.min_length": SELECTION,
    "FreeText.max_length": SELECTION,
    "Choice.value": CHOICES,
    "Choice.label": WORDING,
    "Choice.hint": WORDING,
    "Choice.media": WORDING,
    "Choice.exclusive": SELECTION,
    "Choice.other": QUESTIONS,
}
"""A text of these may have a typo mended or its translation changed instead, which is a patch."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules by which two versions are compared."""

    causes: Mapping[str, tuple[Cause, ...]]
    is_typo: TypoRule
    takes_old_declarations: bool
    """Whether a `continuity` that the version before had already speaks of a new change too."""
    takes_swaps_for_typos: bool
    """Whether a text may become that of the choice, the row or the end of a scale beside it, as a slip of the pen."""


TODAY = Edition(LEAVES, is_typo, takes_old_declarations=False, takes_swaps_for_typos=False)
EDITIONS: Mapping[int | None, Edition] = {
    None: TODAY,
    FIRST_EDITION: Edition(
        {**LEAVES, **FIRST_CAUSES}, is_first_typo, takes_old_declarations=True, takes_swaps_for_typos=True
    ),
}
"""By the number that a lock gives a version; None for what no lock names."""
