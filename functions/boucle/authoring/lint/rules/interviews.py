"""Rules of guides: interviews are written down with consent, in words, and nothing of them is counted."""

from __future__ import annotations

from collections.abc import Iterator

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule
from boucle.core.questionnaire.conditions import And, Condition, Equals
from boucle.core.questionnaire.model import FreeText, Questionnaire, YesNo
from boucle.core.questionnaire.values import YES


def check_notes_without_consent(draft: Draft) -> Iterator[IssueDraft]:
    """Every note of an interview is kept only if the person met said yes to a required question."""
    guide = draft.questionnaire
    if not guide.is_guide:
        return
    agreeing = {consent.id for consent in guide.questions if isinstance(consent, YesNo) and consent.required}
    for question in guide.questions:
        if isinstance(question, FreeText) and not _hangs_on(guide, question, agreeing):
            remedy = 'Ask a required yes or no question first, and say "relevant": {"equals": [{"answer": ID}, "yes"]}.'
            yield IssueDraft(draft.places[question.id], f'Nobody agreed to the note "{question.id}".', remedy)


def check_counted_guide(draft: Draft) -> Iterator[IssueDraft]:
    """A guide crosses no questions: no figure is made of interviews."""
    if draft.questionnaire.is_guide and draft.questionnaire.publication.crosstabs:
        yield IssueDraft("/publication/crosstabs", "Interviews are never counted.", "Remove the cross-tabs.")


def _hangs_on(guide: Questionnaire, question: FreeText, agreeing: set[str]) -> bool:
    conditions = (guide.section_of[question.id].relevant, question.relevant)
    return any(_needs(condition, id) for condition in conditions for id in agreeing)


def _needs(condition: Condition | None, id: str) -> bool:
    """Whether a condition holds only where that question was answered yes."""
    match condition:
        case Equals(answer, value):
            return (answer, value) == (id, YES)
        case And(conditions):
            return any(_needs(part, id) for part in conditions)
        case _:
            return False


RULES = (
    make_error_rule("note-without-consent", check_notes_without_consent),
    make_error_rule("counted-guide", check_counted_guide),
)
