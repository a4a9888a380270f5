"""Invented people, for a dry run: each takes a path through the questionnaire, some answers being more popular."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from boucle.core.questionnaire.model import Closed, FreeText, Multiple, Question, Questionnaire, Ranking
from boucle.core.questionnaire.routing import applies
from boucle.core.questionnaire.values import Answer, Answers

PASSES = 0.08
"""How often an optional question is passed, and an exclusive choice taken."""

WRITES = 0.3

USUAL_CHOICES = 3

Picked = TypeVar("Picked")


def invent_answers(questionnaire: Questionnaire, count: int, chance: Random) -> list[Answers]:
    """What `count` people answered; the same chance gives the same people."""
    return [_walk(questionnaire, chance) for _ in range(count)]


def _walk(questionnaire: Questionnaire, chance: Random) -> Answers:
    answers: dict[str, Answer] = {}
    for section in questionnaire.sections:
        if applies(section.relevant, answers):
            for question in section.questions:
                if applies(question.relevant, answers) and (question.required or chance.random() >= PASSES):
                    answers |= _answer(question, chance)
    return answers


def _answer(question: Question, chance: Random) -> dict[str, Answer]:
    match question:
        case Multiple():
            return {question.id: _selection(question, chance)}
        case Ranking():
            return {question.id: tuple(_some(question.id, question.values, question.top, chance))}
        case Closed():
            return {question.id: _some(question.id, question.values, 1, chance)[0]}
        case FreeText() if question.required or chance.random() < WRITES:
            return {question.id: "..."}
        case _:
            return {}


def _selection(question: Multiple, chance: Random) -> Answer:
    alone = [choice.value for choice in question.choices if choice.exclusive]
    together = [choice.value for choice in question.choices if not choice.exclusive]
    if alone and (not together or chance.random() < PASSES):
        return (chance.choice(alone),)
    least = max(question.min_choices, 1)
    most = max(least, min(question.max_choices, USUAL_CHOICES, len(together)))
    taken = _some(question.id, together, chance.randint(least, most), chance)
    return tuple(value for value in together if value in taken)


def _some(name: str, values: Sequence[Picked], count: int, chance: Random) -> list[Picked]:
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
