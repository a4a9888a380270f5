"""What the store said of a submission, as an answer or a refusal."""

from __future__ import annotations

from boucle.core.ports import PutOutcome
from boucle.submissions.submission import Taken
from boucle.web.errors import Refused

REFUSED = {PutOutcome.CONFLICT: "conflict", PutOutcome.WITHDRAWN: "withdrawn"}


def accepted(stored: Taken, *, by_invitation: bool) -> Taken:
    """The same, when the answers are in the store. Raises Refused: who needed an invitation has none left."""
    if stored.outcome in REFUSED:
        raise Refused(REFUSED[stored.outcome], invited=by_invitation)
    return stored
