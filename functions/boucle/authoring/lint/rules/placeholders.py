"""Rules of what `boucle new study` leaves to fill in: who answers for the data is printed on every form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_warning_rule

PLACEHOLDER_RULE = "placeholder"
FILLED_IN_BY_AUTHORS = ("name", "contact")


def check_placeholders(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Who answers for the data is no longer the organisation that `boucle new study` made up."""
    for key in FILLED_IN_BY_AUTHORS:
        made_up = _read_first_controller()[key]
        if draft.json["controller"].get(key) == made_up:
            message = f'"{made_up}" is what `boucle new study` wrote; it is printed on every form.'
            remedy = "Write your own: `boucle freeze`, `invite` and `deploy` refuse the study until then."
            yield IssueDraft(f"/controller/{key}", message, remedy)


@cache
def _read_first_controller() -> dict[str, Any]:
    first = files("boucle.authoring") / "first" / "study.json"
    controller: dict[str, Any] = json.loads(first.read_text(encoding="utf-8"))["controller"]
    return controller


RULES = (make_warning_rule(PLACEHOLDER_RULE, check_placeholders),)
