"""A submission, in two states: checked value by value, then complete, routed and valid. Built here and nowhere else.

Both are tuples: they are made for every submission and live a moment, and a frozen dataclass costs four times as much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from boucle.core.ports import Doubt
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue, settle
from boucle.core.questionnaire.values import Answers
from boucle.submissions.admission import NO_CODE_NEEDED, Admission

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""What names a submission, in lower case."""

CLIENT_SIGNS = (Doubt.TRAP, Doubt.HASTE)
"""The signs of a program that a form tells of itself; only a submission that has one carries them."""


class Envelope(NamedTuple):
    """A body as read, each value by itself."""

    id: str | None
    language: str | None
    mode: str | None
    """None, as the two above, when it is missing or wrong: `field_issues` says which."""
    answers: Answers
    """The valid ones, by question id; routing has not been looked at."""
    consents: frozenset[str]
    """The free texts that may be quoted, by question id."""
    invitation: str | None = None
    """As it was sent."""
    proof: str = ""
    wave: str | None = None
    """The id of the wave in which its form was opened, where it names one."""
    signs: frozenset[str] = frozenset()
    """Values of CLIENT_SIGNS."""
    malformed: tuple[AnswerIssue, ...] = ()
    """Issues of answers, by question id."""
    field_issues: tuple[AnswerIssue, ...] = ()
    """Issues of the envelope's own fields, by field."""


class Submission(NamedTuple):
    """One person's settled answers to one questionnaire version."""

    id: str
    language: str
    mode: str
    path: Path
    consents: frozenset[str]
    invitation: str | None = None
    """The code that admitted it. It is neither stored with the answers nor part of their digest."""
    proof: str = ""
    """The work that was done for it, where a wave asks for some."""
    doubt: Doubt | None = None
    """What speaks against counting it at once, as its sender's own form says."""


class InvalidSubmission(Exception):
    """A submission that is not stored: everything that is wrong with it, and none of what was sent."""

    def __init__(
        self,
        *,
        answer_issues: Sequence[AnswerIssue] = (),
        field_issues: Sequence[AnswerIssue] = (),
        admission: Admission = NO_CODE_NEEDED,
    ) -> None:
        super().__init__("this submission is not valid")
        self.answer_issues = tuple(answer_issues)
        self.field_issues = tuple(field_issues)
        self.admission = admission
        """Its issue, where there is one; each way in has its own name for the field of the code."""


def build_submission(
    questionnaire: Questionnaire,
    envelope: Envelope,
    *,
    admission: Admission = NO_CODE_NEEDED,
    malformed: Sequence[AnswerIssue] = (),
) -> Submission:
    """The submission in an envelope. Raises InvalidSubmission with every issue at once.

    `malformed` are issues of answers that could not even be put into a body, as a form's or a spreadsheet's may be.
    """
    path, issues = settle(questionnaire, envelope.answers, (*malformed, *envelope.malformed))
    id, language, mode = envelope.id, envelope.language, envelope.mode
    if id is None or language is None or mode is None or issues or envelope.field_issues or admission.issue_code:
        raise InvalidSubmission(answer_issues=issues, field_issues=envelope.field_issues, admission=admission)
    return Submission(
        id=id,
        language=language,
        mode=mode,
        path=path,
        consents=envelope.consents,
        invitation=admission.code,
        proof=envelope.proof,
        doubt=_find_sign(envelope.signs) if envelope.signs else None,
    )


def _find_sign(signs: frozenset[str]) -> Doubt | None:
    return next((doubt for doubt in CLIENT_SIGNS if doubt.value in signs), None)


def select_closed_answers(path: Path, texts: Mapping[str, str]) -> Answers:
    """What is stored with the response: every answer on the path but its free `texts`."""
    return {question: answer for question, answer in path.answers.items() if question not in texts}


def free_texts(questionnaire: Questionnaire, path: Path) -> Mapping[str, str]:
    """The free texts on the path by question id, which are stored apart."""
    return {question: str(path.answers[question]) for question in questionnaire.free_texts if question in path.answers}


def canonical_body(version: str, submission: Submission, texts: Mapping[str, str]) -> Mapping[str, object]:
    """What must be the same for one submission to be a replay of another: what counts of it, and nothing else.

    `texts` are its free texts: a consent counts where there is one.
    """
    return {
        "version": version,
        "language": submission.language,
        "mode": submission.mode,
        "answers": submission.path.answers,
        "consent": sorted(submission.consents.intersection(texts)),
    }
