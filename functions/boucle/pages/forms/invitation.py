"""The field of a form where answering is by invitation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from boucle.core.questionnaire.form_fields import INVITATION_FIELD, Typed
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.languages.catalogues import Translator, gettext_noop
from boucle.pages.common.fields import Field

LABEL = gettext_noop("The code of your invitation")
HINT = gettext_noop(
    "12 letters and digits, for example K7QF-2M9T-XW4C. Capitals and dashes do not matter. "
    "Whoever invited you can see that it was used, never what you answered."
)


def make_invitation_field(translate: Translator, typed: Typed, issues: Sequence[AnswerIssue]) -> Field:
    """Where the code of an invitation is typed, or put by the script that finds it in the link."""
    return Field(
        kind="code",
        id=INVITATION_FIELD,
        label=escape(translate(LABEL)),
        hints=(translate(HINT),),
        errors=tuple(translate.describe_issue(issue) for issue in issues if issue.question == INVITATION_FIELD),
        value=next(iter(typed.get(INVITATION_FIELD, ())), ""),
    )
