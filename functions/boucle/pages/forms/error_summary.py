"""The summary of errors at the top of a form."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.questionnaire.form_fields import INVITATION_FIELD, Typed
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.languages.catalogues import Translator, in_language
from boucle.pages.common import markup
from boucle.pages.common.piped_answers import fill_answers
from boucle.pages.forms.invitation import LABEL


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error summary; no target when the question is not on the page."""

    target: str | None
    question: str
    message: str


def make_error_line(questionnaire: Questionnaire, issue: AnswerIssue, typed: Typed, translate: Translator) -> ErrorLine:
    """What is wrong with one answer, in the language of `translate`, with the question as people read it."""
    if issue.question == INVITATION_FIELD:
        return ErrorLine(INVITATION_FIELD, translate(LABEL), translate.describe_issue(issue))
    question = questionnaire.by_id.get(issue.question)
    if question is None:
        return ErrorLine(None, "", translate.describe_issue(issue))
    label = fill_answers(in_language(question.label, translate.language), questionnaire, typed, translate)
    return ErrorLine(question.id, markup.to_plain_text(label), translate.describe_issue(issue))
