"""Settling a submission: the path, the answers that count, and every issue at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path, path
from boucle.core.questionnaire.values import Answers

MAX_SHOWN_NAME = 80
"""How much of a name that is no question's an issue repeats."""


@dataclass(frozen=True, slots=True)
class AnswerIssue:
    """One thing wrong with one answer: a stable code, and the limits that its message needs. Never the answer."""

    question: str
    code: str
    limits: Mapping[str, int | float | str] = field(default_factory=dict)


def settle(
    questionnaire: Questionnaire, valid: Answers, malformed: Sequence[AnswerIssue]
) -> tuple[Path, list[AnswerIssue]]:
    """The path of the valid answers, and the issues: of questions on it, as asked, then of fields that are none.

    `malformed` is what was wrong with other answers. An empty list of issues: the answers are complete and valid.
    """
    found_path = path(questionnaire, valid)
    known, answered = questionnaire.by_id, found_path.answers
    unanswered = [question for question in found_path.asked if question not in answered and known[question].required]
    if not malformed and not unanswered:
        return found_path, []
    named = {issue.question for issue in malformed}
    missing = [AnswerIssue(question, "required") for question in unanswered if question not in named]
    by_question: dict[str, list[AnswerIssue]] = {}
    for issue in (*malformed, *missing):
        by_question.setdefault(issue.question, []).append(issue)
    # An issue off the path is dropped with its answer; what is no question at all cannot be off the path.
    strangers = [question_id for question_id in by_question if question_id not in questionnaire.by_id]
    return found_path, [
        issue for question_id in (*found_path.asked, *strangers) for issue in by_question.get(question_id, [])
    ]
