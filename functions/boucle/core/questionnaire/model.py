"""The questionnaire as the rest of Boucle sees it: frozen, complete, already checked.

Two constructs are opened up when a file is read, so that all else meets plain questions: each row of a grid is a single
choice named `grid.row`, the text of an "other" choice a free text named `question.other`, asked when that is chosen.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from boucle.core.questionnaire.conditions import Condition, Predicate, compile_optional
from boucle.core.questionnaire.values import DONT_KNOW, NO, YES, Text, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture shown with a text; `alt` says the same to those who cannot see it."""

    src: str
    alt: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A stored value and a shown label."""

    value: str
    label: Text
    hint: Text | None = None
    media: Media | None = None
    exclusive: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """What an author declares about a question whose meaning or values changed between major versions."""

    kind: str
    reason: Text
    recode: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareAtLeast:
    """An estimate: the share of answers at or above a threshold."""

    threshold: int


Estimate = str | ShareAtLeast
"""`mean`, `median`, `nps`, or a share at least."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Text, type and stable id; one answer."""

    type: ClassVar[str]
    id: str
    label: Text
    required: bool = False
    relevant: Condition | None = None
    hint: Text | None = None
    help: Text | None = None
    media: Media | None = None
    concept: str | None = None
    theme: str | None = None
    profile: bool = False
    quasi_identifier: bool = False
    continuity: Continuity | None = None


@dataclass(frozen=True, kw_only=True)
class Closed(Question, ABC):
    """A question whose answer is one of a few declared values, in their declared order."""

    estimates: tuple[Estimate, ...] = ()

    @property
    @abstractmethod
    def values(self) -> tuple[Value, ...]:
        """The cells that its answers fall in, "no answer" and "not asked" apart."""


@dataclass(frozen=True, kw_only=True)
class Single(Closed):
    type = "single"
    choices: tuple[Choice, ...]
    grid: str | None = None
    """The id of the grid that this question is a row of."""

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return tuple(choice.value for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class YesNo(Closed):
    type = "yes_no"
    dont_know: bool = False

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return (YES, NO, DONT_KNOW) if self.dont_know else (YES, NO)


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """What the two ends of a rating mean."""

    minimum: Text
    maximum: Text


@dataclass(frozen=True, kw_only=True)
class Rating(Closed):
    type = "rating"
    minimum: int
    maximum: int
    anchors: Anchors | None = None
    dont_know: bool = False

    @cached_property
    def values(self) -> tuple[Value, ...]:
        scale: tuple[Value, ...] = tuple(range(self.minimum, self.maximum + 1))
        return (*scale, DONT_KNOW) if self.dont_know else scale


@dataclass(frozen=True, kw_only=True)
class Number(Closed):
    """A number; what is published are its bins, each named by its lower bound."""

    type = "number"
    minimum: float
    maximum: float
    decimals: int = 0
    unit: Text | None = None
    bins: tuple[float, ...] = ()

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return self.bins


@dataclass(frozen=True, kw_only=True)
class Date(Closed):
    """A calendar day; what is published are its bins, each named by its first day."""

    type = "date"
    minimum: str
    maximum: str
    bins: tuple[str, ...] = ()

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return self.bins


@dataclass(frozen=True, kw_only=True)
class Multiple(Question):
    type = "multiple"
    choices: tuple[Choice, ...]
    min_choices: int = 0
    max_choices: int

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class Ranking(Question):
    """Choices put in order, best first; only the first `top` of them are asked for."""

    type = "ranking"
    choices: tuple[Choice, ...]
    top: int

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class FreeText(Question):
    type = "text"
    long: bool = False
    min_length: int = 0
    max_length: int = 1000
    other_of: str | None = None
    """The id of the question whose "other" choice this text explains."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something shown and not asked."""

    id: str
    label: Text
    relevant: Condition | None = None
    media: Media | None = None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Rows that share their choices; each row is a question of its own."""

    id: str
    label: Text
    rows: tuple[Single, ...]
    relevant: Condition | None = None
    hint: Text | None = None
    help: Text | None = None
    concept: str | None = None


Block = Question | Grid | Note
"""One thing that stands in a section."""


RoutingStep = tuple[Predicate | None, tuple[tuple[str, Predicate | None], ...]]
"""A section: when it applies, then each question's id and when that applies; None for always."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Questions shown together."""

    id: str
    title: Text
    blocks: tuple[Block, ...]
    intro: Text | None = None
    relevant: Condition | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        opened = (block.rows if isinstance(block, Grid) else (block,) for block in self.blocks)
        return tuple(block for blocks in opened for block in blocks if isinstance(block, Question))

    @cached_property
    def routing_step(self) -> RoutingStep:
        """What `routing.path` walks, its conditions compiled once."""
        questions = tuple((question.id, compile_optional(question.relevant)) for question in self.questions)
        return compile_optional(self.relevant), questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What of the answers is published beside one table a question."""

    crosstabs: tuple[tuple[str, str], ...] = ()
    verbatims: str = "none"


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One published state of the ordered questions for one audience."""

    id: str
    version: str
    languages: tuple[str, ...]
    """Those in which everything can be read; a language with a missing or stale translation is left out."""
    title: Text
    sections: tuple[Section, ...]
    intro: Text | None = None
    publication: Publication = Publication()
    is_guide: bool = False
    """Whether it guides interviews: its notes are read and coded, and never counted."""
    texts_each: int | None = None
    """How many texts of one person are counted at most, where texts are counted; None where people are."""
    file_hash: str = ""
    edition: int | None = None
    """Of its file: the hash that a first answer locks, and the rules of change it was frozen by, where not today's."""

    @cached_property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order asked, grids and "other" texts opened up, notes left out."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def free_texts(self) -> tuple[str, ...]:
        """The ids of the questions answered in one's own words, in the order asked."""
        return tuple(question.id for question in self.questions if isinstance(question, FreeText))

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}
