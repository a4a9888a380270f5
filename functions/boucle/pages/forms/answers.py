"""Answers in people's words: labels for stored values, as the check page reads them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from boucle.core.questionnaire.model import (
    Choice,
    Date,
    FreeText,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Section,
    Single,
)
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.values import Answer, Text, Value
from boucle.languages.catalogues import Words, in_language
from boucle.pages.common import markup
from boucle.pages.common.fields import CONSENT, Typed
from boucle.pages.common.piped_answers import FIXED, as_typed, with_answers

Shown = Callable[[Text], Markup]
"""Renders an author's text in the reader's language, with the answers that it says again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question asked and what was answered, a string for each choice; none when it was not answered."""

    question: Markup
    answers: tuple[Markup, ...]
    ordered: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The answers of one section."""

    title: Markup
    lines: tuple[Line, ...]


def read_back(questionnaire: Questionnaire, taken: Path, typed: Typed, words: Words) -> tuple[ReadBack, ...]:
    """Every question that was asked, by section; sections nobody was asked about are left out."""
    said = as_typed(taken.answers)

    def shown(text: Text) -> Markup:
        return markup.inline(with_answers(in_language(text, words.language), questionnaire, said, words))

    sections = (_read_section(section, taken, typed, words, shown) for section in questionnaire.sections)
    return tuple(each for each in sections if each.lines)


def _read_section(section: Section, taken: Path, typed: Typed, words: Words, shown: Shown) -> ReadBack:
    asked = [each for each in section.questions if each.id in taken.asked]
    lines = (_line(each, taken.answers.get(each.id), typed, words, shown) for each in asked)
    return ReadBack(shown(section.title), tuple(lines))


def _line(question: Question, answer: Answer | None, typed: Typed, words: Words, shown: Shown) -> Line:
    values: Sequence[Value] = () if answer is None else answer if isinstance(answer, tuple) else (answer,)
    wordy = isinstance(question, FreeText) and CONSENT + question.id in typed and bool(values)
    return Line(
        question=shown(question.label),
        answers=tuple(_label(question, value, words) for value in values),
        ordered=isinstance(question, Ranking),
        quoted=wordy,
    )


def _label(question: Question, value: Value, words: Words) -> Markup:
    match question:
        case Single() | Multiple() | Ranking():
            return markup.inline(in_language(_choice(question.choices, value).label, words.language))
        case FreeText():
            return Markup("<br>").join(str(value).splitlines())
        case Number():
            return escape(f"{words.value(value)} {in_language(question.unit, words.language)}".strip())
        case Date():
            return escape(words.value(value))
        case _:
            return escape(words(FIXED[value]) if value in FIXED else value)


def _choice(choices: Sequence[Choice], value: Value) -> Choice:
    return next(each for each in choices if each.value == value)
