"""The submission id on its way through a form without script: minted by the server, signed, bound to one version.

When the page was shown travels with it, and nowhere else: it is neither stored nor logged.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study

MAX_TIME_DIGITS = 16
"""Of a time in milliseconds: more than there will ever be. Python refuses to read a number of thousands of digits."""


@dataclass(frozen=True, slots=True)
class FormToken:
    """What we gave to a form, and get back from it."""

    id: str
    shown: int
    """When its check page was made, in milliseconds."""
    trapped: bool
    """Whether the form had come with a field filled in that people do not see."""


def sign_token(key: bytes, study: Study, questionnaire: Questionnaire, token: FormToken) -> str:
    """The id, the time and a seal, between dots. The seal is this version's only, and it alone tells of the trap."""
    return f"{token.id}.{token.shown}.{_compute_seal(key, study, questionnaire, token)}"


def verify_token(key: bytes, study: Study, questionnaire: Questionnaire, written: str) -> FormToken | None:
    """What is in a token as `sign_token` writes it; None when we never signed it for this version."""
    id, _, rest = written.partition(".")
    shown, _, seal = rest.partition(".")
    if not (shown.isascii() and shown.isdecimal() and len(shown) <= MAX_TIME_DIGITS):
        return None
    for token in (FormToken(id, int(shown), trapped) for trapped in (False, True)):
        if hmac.compare_digest(_compute_seal(key, study, questionnaire, token).encode(), seal.encode()):
            return token
    return None


def _compute_seal(key: bytes, study: Study, questionnaire: Questionnaire, token: FormToken) -> str:
    bound = (study.id, questionnaire.id, questionnaire.version, token.id, str(token.shown), str(token.trapped))
    return hmac.new(key, "|".join(bound).encode(), hashlib.sha256).hexdigest()
