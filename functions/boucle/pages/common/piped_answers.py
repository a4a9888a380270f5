"""Texts that say an earlier answer again: its label where it is known, else words that point to the question.

A static page knows no answers: "You said {answer:helped}" then names the question, and still reads. On a form's page
each such place is marked, so that its script says the answer as soon as it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

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
from boucle.core.questionnaire.piping import piped
from boucle.core.questionnaire.values import DONT_KNOW, NO, YES, Answers, Value
from boucle.languages.catalogues import ISO_DAY, Words, in_language, marked
from boucle.pages.common.fields import Typed

FIXED: Mapping[Value, str] = {YES: marked("Yes"), NO: marked("No"), DONT_KNOW: marked("I don’t know")}

BEGIN, WORDS, END = "\ue000", "\ue001", "\ue002"
"""Marks of the private use area: no author writes them, and no markup touches them."""
MARKED = re.compile(f"{BEGIN}([^{WORDS}]*){WORDS}(.*?){END}", re.DOTALL)

SAID_AGAIN = '<span data-answer="'
"""What no text can hold, whose quotes are escaped."""

NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,3})?", re.ASCII)


def with_answers(text: str, questionnaire: Questionnaire, typed: Typed, words: Words) -> str:
    """The text with each answer in words; what was typed and is no answer is never repeated."""

    def phrase(id: str) -> str:
        question = questionnaire.by_id.get(id)
        if question is None:
            return "..."
        return _answer(question, typed.get(id, ()), words) or _pointer(question, words)

    return piped(text, phrase)


def marking(text: str, questionnaire: Questionnaire, typed: Typed, words: Words) -> str:
    """As above, with a mark around each answer, for `following` to find once the text is HTML."""

    def phrase(id: str) -> str:
        question = questionnaire.by_id.get(id)
        if question is None:
            return "..."
        return f"{BEGIN}{id}{WORDS}{_answer(question, typed.get(id, ()), words) or _pointer(question, words)}{END}"

    return piped(text, phrase)


def following(html: Markup, questionnaire: Questionnaire, words: Words) -> Markup:
    """The HTML in which the script finds each answer, and the words to say when there is none."""

    def place(mark: re.Match[str]) -> str:
        pointer = _pointer(questionnaire.by_id[mark[1]], words)
        # The words between the marks are HTML already.
        return f'{SAID_AGAIN}{escape(mark[1])}" data-none="{escape(pointer)}">{mark[2]}</span>'

    return Markup(MARKED.sub(place, html))  # noqa: S704  what stood there was HTML, and what is put there is escaped


def as_typed(answers: Answers) -> Typed:
    """Answers as a form would have sent them."""
    return {id: answer if isinstance(answer, tuple) else (str(answer),) for id, answer in answers.items()}


def _answer(question: Question, values: Sequence[str], words: Words) -> str:
    match question:
        case Single(choices=choices) | Multiple(choices=choices):
            return ", ".join(_chosen(choices, values, words))
        case YesNo() | Rating():
            known = {str(value): words(FIXED[value]) if value in FIXED else str(value) for value in question.values}
            return known.get(values[0], "") if values else ""
        case Number() if values and NUMBER.fullmatch(values[0]):
            return f"{values[0]} {in_language(question.unit, words.language)}".strip()
        case Date() if values and ISO_DAY.fullmatch(values[0]):
            return str(words.value(values[0]))
        case _:
            return ""


def _chosen(choices: Sequence[Choice], values: Sequence[str], words: Words) -> list[str]:
    return [in_language(choice.label, words.language) for choice in choices if choice.value in values]


def _pointer(question: Question, words: Words) -> str:
    label = piped(in_language(question.label, words.language), lambda _: "...")
    return words("your answer to “%(question)s”", question=label)
