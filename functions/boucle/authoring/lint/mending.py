"""Makes a file of the wrong shape readable, so that one error does not hide the others.

What is wrong is taken out, or stood in for by something that says nothing. What rules then find there, or of it, is not
told: an author reads what is wrong with the file, never with what stands in for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boucle.authoring.lint.issues import LintIssue
from boucle.authoring.lint.lines import escape_key
from boucle.authoring.lint.places import split_pointer
from boucle.authoring.lint.repairs import look_up, repair_fault
from boucle.authoring.lint.rules import texts, wording
from boucle.authoring.lint.shape import ShapeIssue, find_faults

MAX_ROUNDS = 5
"""What is mended can bring up another issue behind it."""

TEXT_RULES = frozenset(rule.name for rule in (*texts.RULES, *wording.RULES)) | {
    "condition-unsaid",
    "duplicate-label",
    "unshared-language",
}
"""Rules that know which languages a file is written in."""

WHOLE_FILE_RULES = frozenset({"never-asked", "always-asked", "no-dont-know", "idle-verbatims"})
"""Rules that judge one part by all the others."""

NAME_RULES = frozenset({"unknown-reference", "unknown-answer", "unknown-crosstab"})
"""Rules that look for a name among all names."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that can be read, and what must not be said of it."""

    json: Any
    untold: frozenset[str] = frozenset()
    """Where something was wrong, by pointer."""
    blurred: frozenset[str] = frozenset()
    """The ids of the questions that could not be read whole."""
    silenced: frozenset[str] = frozenset()
    """The names of rules that cannot judge this file."""

    def tells(self, issue: LintIssue, file: Path) -> bool:
        """Whether the issue is about what the author wrote in this file, or about another one."""
        if issue.rule in self.silenced:
            return False
        if issue.file != file or not self.untold:
            return True
        return self._tells_of(issue)

    def _tells_of(self, issue: LintIssue) -> bool:
        if issue.rule == "duplicate-id":
            # A question keeps its id, whatever else of it cannot be read.
            return issue.pointer not in self.untold
        if issue.pointer in self.untold or any(
            _is_within(issue.pointer, place) or _is_within(place, issue.pointer) for place in self.untold
        ):
            return False
        spoken = json.dumps(look_up(self.json, split_pointer(issue.pointer)), ensure_ascii=False)
        return not any(re.search(rf"(?<!\w){re.escape(id)}(?!\w)", spoken) for id in self.blurred)


def mend(kind: str, source: Any, id: str) -> Mended | None:
    """A questionnaire's or a study's file made readable; `id` stands in for its own. None when too little is left."""
    if not isinstance(source, dict):
        return None
    mended = Mended(source)
    for _ in range(MAX_ROUNDS):
        faults = find_faults(kind, mended.json)
        harmful = [issue for issue in faults if not _is_harmless(issue, mended.json)]
        mended = _note_faults(mended, faults, harmful)
        if not harmful:
            return mended
        repaired = deepcopy(mended.json)
        paths = [repair_fault(kind, repaired, issue, id) for issue in harmful]
        if None in paths:
            return None
        untold = mended.untold.union(_as_pointer(path) for path in paths if path)
        mended = replace(mended, json=repaired, untold=untold)
    return None


def _is_harmless(issue: ShapeIssue, source: Any) -> bool:
    """Whether what is there can be read all the same."""
    value = look_up(source, issue.path)
    match issue.rule:
        case "out-of-range":
            return True
        case "wrong-length":
            return bool(value) and not {"relevant", "publication"} & set(issue.path)
        case "wrong-format":
            return not READ_CLOSELY & set(issue.path)
        case _:
            return False


READ_CLOSELY = frozenset({"languages", "min", "max", "bins", "version", "opens", "closes", "from", "date"})
"""Keys whose values mean nothing when they are written otherwise."""


LIMIT_KEYS = frozenset({"min", "max", "bins", "estimates", "top"}) | {
    f"{end}_{what}" for end in ("min", "max") for what in ("choices", "length")
}
"""Keys that are judged by each other."""


def _note_faults(mended: Mended, faults: Sequence[ShapeIssue], harmful: Sequence[ShapeIssue]) -> Mended:
    limits = [issue for issue in faults if issue.rule == "out-of-range"]
    places = {_as_pointer(issue.path) for issue in faults}
    places |= {_as_pointer((*issue.path[:-1], key)) for issue in limits for key in LIMIT_KEYS}
    ids = {_find_id(mended.json, issue.path) for issue in (*harmful, *limits)}
    # With a part that is no object, or has no id, goes a name that others may look for.
    nameless = None in ids or any(len(issue.path) == 2 or issue.path[-1] in ("id", "questions") for issue in harmful)
    return Mended(
        mended.json,
        mended.untold | places,
        mended.blurred | {id for id in ids if id},
        mended.silenced
        | (WHOLE_FILE_RULES if faults else frozenset())
        | (NAME_RULES if nameless else frozenset())
        | (TEXT_RULES if any(issue.path[0] == "languages" for issue in harmful) else frozenset()),
    )


def _find_id(source: Any, path: Sequence[str | int]) -> str | None:
    """The id of the question that a path leads into: empty outside of all, None when it has none."""
    if len(path) < 4 or path[2] != "questions":
        return ""
    id = look_up(source, (*path[:4], "id"))
    return id if isinstance(id, str) else None


def _is_within(pointer: str, place: str) -> bool:
    return pointer.startswith(f"{place}/")


def _as_pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{escape_key(str(key))}" for key in path)
