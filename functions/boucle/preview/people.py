"""Invented people, for a dry run: each takes a path through the questionnaire, some answers being more popular."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from boucle.core.questionnaire.model import Closed, FreeText, Multiple, Question, Questionnaire, Ranking
from boucle.core.questionnaire.routing import applies
from boucle.core.questionnaire.values import Answer, Answers

SKIP_RATE = 0.08
"""How often an optional question is passed, and an exclusive choice taken."""

WRITE_RATE = 0.3

USUAL_CHOICES = 3

Picked = TypeVar("Picked")


def invent_answers(questionnaire: Questionnaire, count: int, chance: Random) -> list[Answers]:
    """What `count` people answered; the same chance gives the same people."""
    return [_invent_respondent(questionnaire, chance) for _ in range(count)]


def _invent_respondent(questionnaire: Questionnaire, chance: Random) -> Answers:
    answers: dict[str, Answer] = {}
    for section in questionnaire.sections:
        if applies(section.relevant, answers):
            for question in section.questions:
                if applies(question.relevant, answers) and (question.required or chance.random() >= SKIP_RATE):
                    answers |= _invent_answer(question, chance)
    return answers


def _invent_answer(question: Question, chance: Random) -> dict[str, Answer]:
    match question:
        case Multiple():
            return {question.id: _invent_selection(question, chance)}
        case Ranking():
            return {question.id: tuple(_pick_some(question.id, question.values, question.top, chance))}
        case Closed():
            return {question.id: _pick_some(question.id, question.values, 1, chance)[0]}
        case FreeText() if question.required or chance.random() < WRITE_RATE:
            return {question.id: "..."}
        case _:
            return {}


def _invent_selection(question: Multiple, chance: Random) -> Answer:
    alone = [choice.value for choice in question.choices if choice.exclusive]
    together = [choice.value for choice in question.choices if not choice.exclusive]
    if alone and (not together or chance.random() < SKIP_RATE):
        return (chance.choice(alone),)
    least = max(question.min_choices, 1)
    most = max(least, min(question.max_choices, USUAL_CHOICES, len(together)))
    taken = _pick_some(question.id, together, chance.randint(least, most), chance)
    return tuple(value for value in together if value in taken)


def _pick_some(name: str, values: Sequence[Picked], count: int, chance: Random) -> list[Picked]:
    """Different values, the popular ones more often; which are popular is the question's own, not the person's."""
    order = list(range(len(values)))
    Random(name).shuffle(order)  # noqa: S311  no secret: invented answers
    left = {place: 1 / (rank + 1) for rank, place in enumerate(order)}
    taken: list[Picked] = []
    for _ in range(min(count, len(values))):
        place = chance.choices(list(left), weights=list(left.values()))[0]
        del left[place]
        taken.append(values[place])
    return taken
