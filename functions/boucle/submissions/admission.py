"""Who may answer where answering is by invitation: whoever sends a code that we signed, once."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.errors import Refusal
from boucle.core.identity.invitations import Invitations
from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.validation import Problem
from boucle.core.study.model import Study, Wave

JSON_FIELD, FORM_FIELD = "invitation", "_invitation"
MISSING, UNKNOWN, SPENT = "invitation_missing", "invitation_unknown", "invitation_spent"


class InvitationSpent(Refusal):
    """Another submission used this invitation."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The code as we write it; None where none is needed, or where there is a problem with it."""

    code: str | None = None
    problem: str | None = None
    """Its stable code."""

    def problems(self, field: str) -> tuple[Problem, ...]:
        """The same as a problem of the field in which the code was sent."""
        return (Problem(field, self.problem),) if self.problem else ()


FREE = Admission()


def admission(keyring: Keyring, study: Study, wave: Wave, questionnaire: str, typed: str | None) -> Admission:
    """Whether this code admits to answer; nothing is spent yet, and what the code was used for is not looked at.

    Nobody is slowed down who guesses: one guess in 2^40 is right, whatever was guessed before. Slowing down would keep
    out those who share an address with somebody who guesses.
    """
    if questionnaire not in wave.invited:
        return FREE
    if not typed or not typed.strip():
        return Admission(problem=MISSING)
    code = Invitations(keyring.invitation_key(study.id, questionnaire, wave.id)).read(typed)
    return Admission(code) if code else Admission(problem=UNKNOWN)
