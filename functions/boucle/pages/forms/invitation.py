"""The field of a form where answering is by invitation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from boucle.core.questionnaire.validation import Problem
from boucle.languages.catalogues import Words, marked
from boucle.pages.common.fields import Field, Typed

INVITATION = "_invitation"
"""The id and the name of its field."""
LABEL = marked("The code of your invitation")
HINT = marked(
    "12 letters and digits, for example K7QF-2M9T-XW4C. Capitals and dashes do not matter. "
    "Whoever invited you can see that it was used, never what you answered."
)


def invitation_field(said: Words, typed: Typed, problems: Sequence[Problem]) -> Field:
    """Where the code of an invitation is typed, or put by the script that finds it in the link."""
    return Field(
        kind="code",
        id=INVITATION,
        label=escape(said(LABEL)),
        hints=(said(HINT),),
        errors=tuple(said.problem(each) for each in problems if each.question == INVITATION),
        value=next(iter(typed.get(INVITATION, ())), ""),
    )
