"""Texts that say an earlier answer again: its label where it is known, else words that point to the question.

A static page knows no answers: "You said {answer:helped}" then names the question, and still reads. On a form's page
each such place is marked, so that its script says the answer as soon as it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from boucle.core.questionnaire.form_fields import Typed
from boucle.core.questionnaire.model import (
    Choice,
    Date,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Rating,
    Single,
    YesNo,
)
from boucle.core.questionnaire.piping import pipe_answers
from boucle.core.questionnaire.values import DONT_KNOW, NO, YES, Answers, Value
from boucle.languages.catalogues import ISO_DAY, Translator, gettext_noop, in_language

FIXED_LABELS: Mapping[Value, str] = {
    YES: gettext_noop("Yes"),
    NO: gettext_noop("No"),
    DONT_KNOW: gettext_noop("I don’t know"),
}

BEGIN, SEPARATOR, END = "\ue000", "\ue001", "\ue002"
"""Marks of the private use area: no author writes them, and no markup touches them."""
MARKED_ANSWER = re.compile(f"{BEGIN}([^{SEPARATOR}]*){SEPARATOR}(.*?){END}", re.DOTALL)

PIPED_ANSWER = '<span data-answer="'
"""What no text can hold, whose quotes are escaped."""

NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,3})?", re.ASCII)


def fill_answers(text: str, questionnaire: Questionnaire, typed: Typed, translate: Translator) -> str:
    """The text with each answer in words; what was typed and is no answer is never repeated."""

    def phrase(id: str) -> str:
        question = questionnaire.by_id.get(id)
        if question is None:
            return "..."
        return _describe_answer(question, typed.get(id, ()), translate) or _point_to(question, translate)

    return pipe_answers(text, phrase)


def mark_answers(text: str, questionnaire: Questionnaire, typed: Typed, translate: Translator) -> str:
    """As above, with a mark around each answer, for `tag_answers` to find once the text is HTML."""

    def phrase(id: str) -> str:
        question = questionnaire.by_id.get(id)
        if question is None:
            return "..."
        answer = _describe_answer(question, typed.get(id, ()), translate) or _point_to(question, translate)
        return f"{BEGIN}{id}{SEPARATOR}{answer}{END}"

    return pipe_answers(text, phrase)


def tag_answers(html: Markup, questionnaire: Questionnaire, translate: Translator) -> Markup:
    """The HTML in which the script finds each answer, and the words to say when there is none."""

    def place(mark: re.Match[str]) -> str:
        pointer = _point_to(questionnaire.by_id[mark[1]], translate)
        # The words between the marks are HTML already.
        return f'{PIPED_ANSWER}{escape(mark[1])}" data-none="{escape(pointer)}">{mark[2]}</span>'

    return Markup(MARKED_ANSWER.sub(place, html))  # noqa: S704  what stood there was HTML, and what is put there is escaped


def as_typed(answers: Answers) -> Typed:
    """Answers as a form would have sent them."""
    return {id: answer if isinstance(answer, tuple) else (str(answer),) for id, answer in answers.items()}


def _describe_answer(question: Question, values: Sequence[str], translate: Translator) -> str:
    match question:
        case Single(choices=choices) | Multiple(choices=choices):
            return ", ".join(_list_chosen_labels(choices, values, translate))
        case YesNo() | Rating():
            known = {
                str(value): translate(FIXED_LABELS[value]) if value in FIXED_LABELS else str(value)
                for value in question.values
            }
            return known.get(values[0], "") if values else ""
        case Number() if values and NUMBER.fullmatch(values[0]):
            return f"{values[0]} {in_language(question.unit, translate.language)}".strip()
        case Date() if values and ISO_DAY.fullmatch(values[0]):
            return str(translate.format_value(values[0]))
        case _:
            return ""


def _list_chosen_labels(choices: Sequence[Choice], values: Sequence[str], translate: Translator) -> list[str]:
    return [in_language(choice.label, translate.language) for choice in choices if choice.value in values]


def _point_to(question: Question, translate: Translator) -> str:
    label = pipe_answers(in_language(question.label, translate.language), lambda _: "...")
    return translate("your answer to “%(question)s”", question=label)
