"""Settling a submission: the path, the answers that count, and every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path, path
from boucle.core.questionnaire.values import Answers


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one answer: a stable code, and the limits that its message needs. Never the answer."""

    question: str
    code: str
    limits: Mapping[str, int | float | str] = field(default_factory=dict)


def settle(questionnaire: Questionnaire, valid: Answers, malformed: Sequence[Problem]) -> tuple[Path, list[Problem]]:
    """The path of the valid answers, and the problems: of questions on it, as asked, then of fields that are none."""
    taken = path(questionnaire, valid)
    by_question: dict[str, list[Problem]] = {}
    for problem in (*malformed, *_unanswered(questionnaire, taken, {each.question for each in malformed})):
        by_question.setdefault(problem.question, []).append(problem)
    # A problem off the path is dropped with its answer; what is no question at all cannot be off the path.
    strangers = [each for each in by_question if each not in questionnaire.by_id]
    return taken, [problem for each in (*taken.asked, *strangers) for problem in by_question.get(each, [])]


def _unanswered(questionnaire: Questionnaire, taken: Path, malformed: set[str]) -> Iterator[Problem]:
    for asked in taken.asked:
        if questionnaire.by_id[asked].required and asked not in taken.answers and asked not in malformed:
            yield Problem(asked, "required")
