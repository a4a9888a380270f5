"""What the store said of a submission, as an answer or a refusal."""

from __future__ import annotations

from boucle.core.ports import PutOutcome
from boucle.submissions.submission import SubmitResult
from boucle.web.errors import HttpError

ERROR_CODES = {PutOutcome.CONFLICT: "conflict", PutOutcome.WITHDRAWN: "withdrawn"}


def require_stored(stored: SubmitResult, *, by_invitation: bool) -> SubmitResult:
    """The same, when the answers are in the store. Raises HttpError: who needed an invitation has none left."""
    if stored.outcome in ERROR_CODES:
        raise HttpError(ERROR_CODES[stored.outcome], invited=by_invitation)
    return stored
