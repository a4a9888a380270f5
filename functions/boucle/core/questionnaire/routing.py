"""Routing: which questions apply. One function, `path`, decides what is shown, counted and stored.

Every way in, the tally and the pages call it. It walks the `routing_step` of each section, its conditions compiled
with `conditions.compile_condition`, the one evaluator of conditions: nobody needs a quicker walk of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from boucle.core.questionnaire.conditions import Condition, Test, Truth, holds, tests_of, truth
from boucle.core.questionnaire.model import Question, Questionnaire
from boucle.core.questionnaire.values import Answer, Answers


class Path(NamedTuple):
    """The questions that applied to one response, in order, and the answers that count.

    A tuple, since one is made for every submission, and for every response that is counted.
    """

    asked: tuple[str, ...]
    answers: Answers


def path(questionnaire: Questionnaire, answers: Answers) -> Path:
    """Walk the questionnaire once, forward; an answer off the path steers nothing and is dropped.

    Returns the questions that applied, in order, and those of the answers that were given to them.
    """
    asked: list[str] = []
    kept: dict[str, Answer] = {}
    for section in questionnaire.sections:
        section_applies, questions = section.routing_step
        if section_applies is not None and not section_applies(kept):
            continue
        for question, question_applies in questions:
            if question_applies is None or question_applies(kept):
                asked.append(question)
                if question in answers:
                    kept[question] = answers[question]
    return Path(tuple(asked), kept)


def applies(relevant: Condition | None, answers: Answers) -> bool:
    """Whether a condition holds for these answers; where there is none, it does."""
    return relevant is None or holds(relevant, answers)


def conditions_on(questionnaire: Questionnaire, question: Question) -> tuple[Condition, ...]:
    """The conditions that must all hold for the question to be asked: its section's and its own."""
    section = questionnaire.section_of[question.id]
    return tuple(condition for condition in (section.relevant, question.relevant) if condition is not None)


def sources(questionnaire: Questionnaire, question: Question) -> frozenset[str]:
    """The ids of the earlier questions that decide directly whether this one is asked."""
    return frozenset(
        test.answer for condition in conditions_on(questionnaire, question) for test in tests_of(condition)
    )


def dependents(questionnaire: Questionnaire) -> Mapping[str, frozenset[str]]:
    """For each question, the ids of all later ones whose being asked its answer can change, however indirectly."""
    found: dict[str, set[str]] = {question.id: set() for question in questionnaire.questions}
    leading: dict[str, set[str]] = {question.id: set() for question in questionnaire.questions}
    for question in questionnaire.questions:
        known = sources(questionnaire, question) & found.keys()
        leaders = known.union(*(leading[source] for source in known))
        leading[question.id] |= leaders
        for leader in leaders:
            found[leader].add(question.id)
    return {question_id: frozenset(later) for question_id, later in found.items()}


def may_be_asked(questionnaire: Questionnaire, question: Question, known: Callable[[Test], Truth]) -> Truth:
    """Whether the question is asked, from what `known` says of single comparisons."""
    verdicts = [truth(condition, known) for condition in conditions_on(questionnaire, question)]
    if Truth.NO in verdicts:
        return Truth.NO
    return Truth.MAYBE if Truth.MAYBE in verdicts else Truth.YES
