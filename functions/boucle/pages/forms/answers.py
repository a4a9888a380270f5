"""Answers in people's words: labels for stored values, as the check page reads them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from boucle.core.questionnaire.form_fields import CONSENT_PREFIX, Typed
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
from boucle.languages.catalogues import Translator, in_language
from boucle.pages.common import markup
from boucle.pages.common.piped_answers import FIXED_LABELS, as_typed, fill_answers

RenderText = Callable[[Text], Markup]
"""Renders an author's text in the reader's language, with the answers that it says again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One question asked and what was answered, a string for each choice; none when it was not answered."""

    question: Markup
    answers: tuple[Markup, ...]
    ordered: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """The answers of one section."""

    title: Markup
    lines: tuple[AnswerLine, ...]


def read_back(
    questionnaire: Questionnaire, path: Path, typed: Typed, translate: Translator
) -> tuple[AnsweredSection, ...]:
    """Every question that was asked, by section; sections nobody was asked about are left out."""
    typed_answers = as_typed(path.answers)

    def render_text(text: Text) -> Markup:
        return markup.render_inline(
            fill_answers(in_language(text, translate.language), questionnaire, typed_answers, translate)
        )

    sections = (_read_section(section, path, typed, translate, render_text) for section in questionnaire.sections)
    return tuple(answered_section for answered_section in sections if answered_section.lines)


def _read_section(
    section: Section, path: Path, typed: Typed, translate: Translator, render_text: RenderText
) -> AnsweredSection:
    asked = [question for question in section.questions if question.id in path.asked]
    lines = (_read_line(question, path.answers.get(question.id), typed, translate, render_text) for question in asked)
    return AnsweredSection(render_text(section.title), tuple(lines))


def _read_line(
    question: Question, answer: Answer | None, typed: Typed, translate: Translator, render_text: RenderText
) -> AnswerLine:
    values: Sequence[Value] = () if answer is None else answer if isinstance(answer, tuple) else (answer,)
    wordy = isinstance(question, FreeText) and CONSENT_PREFIX + question.id in typed and bool(values)
    return AnswerLine(
        question=render_text(question.label),
        answers=tuple(_render_answer(question, value, translate) for value in values),
        ordered=isinstance(question, Ranking),
        quoted=wordy,
    )


def _render_answer(question: Question, value: Value, translate: Translator) -> Markup:
    match question:
        case Single() | Multiple() | Ranking():
            return markup.render_inline(in_language(_find_choice(question.choices, value).label, translate.language))
        case FreeText():
            return Markup("<br>").join(str(value).splitlines())
        case Number():
            return escape(f"{translate.format_value(value)} {in_language(question.unit, translate.language)}".strip())
        case Date():
            return escape(translate.format_value(value))
        case _:
            return escape(translate(FIXED_LABELS[value]) if value in FIXED_LABELS else value)


def _find_choice(choices: Sequence[Choice], value: Value) -> Choice:
    return next(choice for choice in choices if choice.value == value)
