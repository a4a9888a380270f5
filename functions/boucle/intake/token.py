"""The submission id on its way through a form without script: minted by the server, signed, bound to one version."""

from __future__ import annotations

import hashlib
import hmac

from boucle.core.questionnaire import Questionnaire
from boucle.core.study import Study


def signed(key: bytes, study: Study, questionnaire: Questionnaire, submission_id: str) -> str:
    """The id with a seal that holds for this study, questionnaire and version only."""
    return f"{submission_id}.{_seal(key, study, questionnaire, submission_id)}"


def verified(key: bytes, study: Study, questionnaire: Questionnaire, token: str) -> str | None:
    """The id of a token that we signed for this version; None for any other."""
    submission_id, _, seal = token.partition(".")
    ours = _seal(key, study, questionnaire, submission_id)
    return submission_id if hmac.compare_digest(ours.encode(), seal.encode()) else None


def _seal(key: bytes, study: Study, questionnaire: Questionnaire, submission_id: str) -> str:
    bound = "|".join((study.id, questionnaire.id, questionnaire.version, submission_id))
    return hmac.new(key, bound.encode(), hashlib.sha256).hexdigest()
