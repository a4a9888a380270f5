"""Who may answer where answering is by invitation: whoever sends a code that we signed, once."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.identity.invitations import Invitations
from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study, Wave

INVITATION_MEMBER = "invitation"
"""Where a JSON body has the code; a form has it in INVITATION_FIELD."""
MISSING, UNKNOWN, USED = "invitation_missing", "invitation_unknown", "invitation_spent"


@dataclass(frozen=True, slots=True)
class Admission:
    """The code as we write it; None where none is needed, or where there is a problem with it."""

    code: str | None = None
    issue_code: str | None = None
    """Its stable code."""

    def issues_of(self, field: str) -> tuple[AnswerIssue, ...]:
        """The same as a problem of the field in which the code was sent."""
        return (AnswerIssue(field, self.issue_code),) if self.issue_code else ()


NO_CODE_NEEDED = Admission()


def check_admission(keyring: Keyring, study: Study, wave: Wave, questionnaire: str, typed: str | None) -> Admission:
    """Whether this code admits to answer; nothing is used up yet, and what the code was used for is not looked at.

    Nobody is slowed down who guesses: one guess in 2^40 is right, whatever was guessed before. Slowing down would keep
    out those who share an address with somebody who guesses.
    """
    if questionnaire not in wave.invited:
        return NO_CODE_NEEDED
    if not typed or not typed.strip():
        return Admission(issue_code=MISSING)
    code = Invitations(keyring.derive_invitation_key(study.id, questionnaire, wave.id)).read(typed)
    return Admission(code) if code else Admission(issue_code=UNKNOWN)
