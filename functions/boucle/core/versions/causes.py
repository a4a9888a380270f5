"""The kinds of change between two versions, each with the bump that it asks for and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum


class Bump(IntEnum):
    """How far a version number moves."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


class Cause(Enum):
    """What changed."""

    TYPO = "typo"
    TRANSLATION = "translation"
    FRAME = "frame"
    LAYOUT = "layout"
    LABELLING = "labelling"
    DECLARATION = "declaration"
    LANGUAGE_ADDED = "language-added"
    LANGUAGE_REMOVED = "language-removed"
    QUESTION_ADDED = "question-added"
    CHOICE_ADDED = "choice-added"
    INSTRUCTIONS = "instructions"
    REWORDED_THE_SAME = "reworded-the-same"
    OBLIGATION_DROPPED = "obligation-dropped"
    VERBATIMS = "verbatims"
    REWORDED = "reworded"
    CONCEPT = "concept"
    TYPE = "type"
    SCALE = "scale"
    SELECTION = "selection"
    CHOICE_REMOVED = "choice-removed"
    QUESTION_REMOVED = "question-removed"
    OBLIGATION_ADDED = "obligation-added"
    REQUIRED_QUESTION_ADDED = "required-question-added"
    BASE = "base"
    CROSSTABS = "crosstabs"
    MODE = "mode"
    DECLARED_BREAK = "declared-break"


CAUSES: Mapping[Cause, tuple[Bump, str]] = {
    Cause.TYPO: (Bump.PATCH, "a correction that changes no word"),
    Cause.TRANSLATION: (Bump.PATCH, "a translation of the same sentence"),
    Cause.FRAME: (Bump.PATCH, "titles, introductions and notes ask nothing"),
    Cause.LAYOUT: (Bump.PATCH, "the order changes no question"),
    Cause.LABELLING: (Bump.PATCH, "how a question is filed or summed up changes no answer"),
    Cause.DECLARATION: (Bump.PATCH, "what is said of an earlier change changes no answer"),
    Cause.LANGUAGE_ADDED: (Bump.PATCH, "more people can read the same questions"),
    Cause.LANGUAGE_REMOVED: (Bump.MINOR, "fewer people can answer"),
    Cause.QUESTION_ADDED: (Bump.MINOR, "earlier answers count as not asked"),
    Cause.CHOICE_ADDED: (Bump.MINOR, "earlier answers could not choose it"),
    Cause.INSTRUCTIONS: (Bump.MINOR, "other instructions can shift answers"),
    Cause.REWORDED_THE_SAME: (Bump.MINOR, "the author says that it means the same"),
    Cause.OBLIGATION_DROPPED: (Bump.MINOR, "more answers can be missing"),
    Cause.VERBATIMS: (Bump.MINOR, "texts are published otherwise than they were asked for"),
    Cause.REWORDED: (Bump.MAJOR, "other words ask another question"),
    Cause.CONCEPT: (Bump.MAJOR, "it measures something else"),
    Cause.TYPE: (Bump.MAJOR, "answers are of another kind"),
    Cause.SCALE: (Bump.MAJOR, "answers are measured otherwise"),
    Cause.SELECTION: (Bump.MAJOR, "another number of choices can be combined"),
    Cause.CHOICE_REMOVED: (Bump.MAJOR, "some answers can no longer be given"),
    Cause.QUESTION_REMOVED: (Bump.MAJOR, "its series ends"),
    Cause.OBLIGATION_ADDED: (Bump.MAJOR, "those who passed must now answer"),
    Cause.REQUIRED_QUESTION_ADDED: (Bump.MAJOR, "answers without it are no longer complete"),
    Cause.BASE: (Bump.MAJOR, "other people are asked"),
    Cause.CROSSTABS: (Bump.MAJOR, "what a series publishes is fixed at its first cohort"),
    Cause.MODE: (Bump.MAJOR, "interviews are not counted, and forms are"),
    Cause.DECLARED_BREAK: (Bump.MAJOR, "the author declares a break"),
}
