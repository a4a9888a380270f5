"""Whom a question is asked of, so that two ways of saying it compare as one."""

from __future__ import annotations

from collections.abc import Sequence

from boucle.core.questionnaire.conditions import And, Condition, Not, Or
from boucle.core.questionnaire.model import Question, Questionnaire
from boucle.core.questionnaire.routing import conditions_on


def normalise_conditions(questionnaire: Questionnaire, question: Question) -> frozenset[Condition]:
    """The conditions on a question, whatever their order and however they are nested."""
    return frozenset(
        part for condition in conditions_on(questionnaire, question) for part in _parts(_normalise(condition))
    )


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, And) else (condition,)


def _normalise(condition: Condition) -> Condition:
    match condition:
        case And(conditions):
            return And(_sort(conditions, And))
        case Or(conditions):
            return Or(_sort(conditions, Or))
        case Not(Not(inner)):
            return _normalise(inner)
        case Not(inner):
            return Not(_normalise(inner))
        case _:
            return condition


def _sort(conditions: Sequence[Condition], flattened: type[And] | type[Or]) -> tuple[Condition, ...]:
    inner = [_normalise(condition) for condition in conditions]
    flat = [
        part
        for condition in inner
        for part in (condition.conditions if isinstance(condition, flattened) else (condition,))
    ]
    return tuple(sorted(dict.fromkeys(flat), key=repr))
