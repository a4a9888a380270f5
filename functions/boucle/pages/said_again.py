"""Texts that say an earlier answer again: its label where it is known, else words that point to the question.

A static page knows no answers: "You said {answer:helped}" then names the question, and still reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from boucle.core.piping import piped
from boucle.core.questionnaire import Choice, Date, Multiple, Number, Question, Questionnaire, Rating, Single, YesNo
from boucle.core.values import DONT_KNOW, NO, YES, Answers, Value
from boucle.pages.fields import Typed
from boucle.pages.i18n import ISO_DAY, Words, in_language, marked

FIXED: Mapping[Value, str] = {YES: marked("Yes"), NO: marked("No"), DONT_KNOW: marked("I don’t know")}

NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,3})?", re.ASCII)


def with_answers(text: str, questionnaire: Questionnaire, typed: Typed, words: Words) -> str:
    """The text with each answer in words; what was typed and is no answer is never repeated."""

    def phrase(id: str) -> str:
        question = questionnaire.by_id.get(id)
        if question is None:
            return "..."
        return _answer(question, typed.get(id, ()), words) or _pointer(question, words)

    return piped(text, phrase)


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
