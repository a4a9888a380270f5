"""Whether a condition's comparison fits the question that it looks at, and the answers that it can have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from boucle.core.questionnaire.conditions import Answered, Compare, Equals, In, Includes, Test
from boucle.core.questionnaire.model import Closed, Date, FreeText, Multiple, Number, Question, Ranking, Rating
from boucle.core.questionnaire.values import DONT_KNOW, Value

OPERATIONS: dict[type[Question], str] = {
    Rating: "equals, in, <, <=, >, >=",
    Number: "equals, in, <, <=, >, >=",
    Date: "equals, in, <, <=, >, >=",
    Multiple: "includes",
    Ranking: "includes",
}
"""The operations that fit a type of question; the others take equals and in. All take answered, save free texts."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def find_condition_issues(test: Test, question: Question) -> Iterator[tuple[str, str]]:
    """What is wrong with a comparison, and the remedy."""
    if isinstance(question, FreeText):
        # Texts are stored apart from the other answers: when these are counted, nobody can tell who wrote one.
        message = f'"{question.id}" is a free text: what is counted cannot depend on whether somebody wrote one.'
        yield message, _describe_way_round(question)
        return
    wanted = OPERATIONS.get(type(question), "equals, in")
    operation = operation_of(test)
    if not isinstance(test, Answered) and operation not in wanted.split(", "):
        message = f'"{operation}" cannot be asked of "{question.id}", a {question.type} question.'
        yield message, f"Use {wanted} or answered."
        return
    for value in _values(test):
        if not _is_possible(value, test, question):
            yield (
                f'"{question.id}" never has the answer {json.dumps(value, ensure_ascii=False)}.',
                _describe_answers(question),
            )


def _describe_way_round(text: FreeText) -> str:
    if text.other_of is not None:
        return f'Look at the choice that asks for it, in "{text.other_of}".'
    return f'Ask a yes/no question before "{text.id}", and let both look at its answer.'


def operation_of(test: Test) -> str:
    """The operation's name in an author's file."""
    match test:
        case Equals():
            return "equals"
        case In():
            return "in"
        case Includes():
            return "includes"
        case Compare(_, operator, _):
            return operator
        case Answered():
            return "answered"


def _values(test: Test) -> tuple[Value, ...]:
    match test:
        case Equals(_, value) | Includes(_, value) | Compare(_, _, value):
            return (value,)
        case In(_, values):
            return values
        case Answered():
            return ()


def _is_possible(value: Value, test: Test, question: Question) -> bool:
    ordering = isinstance(test, Compare)
    match question:
        case Number():
            return not isinstance(value, str) and (ordering or question.minimum <= value <= question.maximum)
        case Date():
            return _is_day(value) and (ordering or question.minimum <= str(value) <= question.maximum)
        case Rating() if ordering:
            return not isinstance(value, str)
        case Closed() | Multiple() | Ranking():
            return value in question.values
        case _:
            return True


def _is_day(value: Value) -> bool:
    try:
        return bool(DAY.fullmatch(str(value)) and date.fromisoformat(str(value)))
    except ValueError:
        return False


def _describe_answers(question: Question) -> str:
    match question:
        case Number() | Date():
            return f"Its answers go from {question.minimum} to {question.maximum}."
        case Rating():
            also = f", and {DONT_KNOW}" if question.dont_know else ""
            return f"Its answers are whole numbers from {question.minimum} to {question.maximum}{also}."
        case Closed() | Multiple() | Ranking():
            return f"Its answers are: {', '.join(str(value) for value in question.values)}."
        case _:
            return "Use answered."
