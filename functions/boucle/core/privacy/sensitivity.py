"""D: by how much all tables of a plan together can change when one answer of one person changes.

The other answers stay as they are; a question that the changed answer brings up or takes away goes from "not asked"
to anything, or back. Distances are L1, and the number of respondents stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from boucle.core.questionnaire.model import Closed, Multiple, Question, Questionnaire, Ranking
from boucle.core.questionnaire.routing import dependents
from boucle.core.questionnaire.values import Value

Group = tuple[str, ...]
"""One question, or the two of a cross-tab: what shares its tables."""

MOVE = 2
"""Somebody leaves one cell of a table and enters another."""


def sensitivities(
    versions: Sequence[Questionnaire],
    groups: Sequence[Group],
    question: Callable[[str], Question],
    max_options: Callable[[str], int],
    values: Callable[[str], Sequence[Value]],
) -> Mapping[str, int]:
    """D for each question of these versions, published or not."""
    reach = _Reach(cache(question), cache(max_options), cache(values))
    groups_of: dict[str, list[Group]] = {}
    for group in groups:
        for id in group:
            groups_of.setdefault(id, []).append(group)
    return {
        id: sum(reach.change(group, id, later) for group in _find_touched(groups_of, {id} | later))
        for id, later in _find_dependents(versions).items()
    }


def _find_touched(groups_of: Mapping[str, Sequence[Group]], ids: Set[str]) -> Set[Group]:
    """The groups that hold one of these questions, each once."""
    return {group for id in ids for group in groups_of.get(id, ())}


def _find_dependents(versions: Sequence[Questionnaire]) -> Mapping[str, Set[str]]:
    """For each question, those that its answer brings up or takes away in some version."""
    found: dict[str, set[str]] = {}
    for version in versions:
        for id, later in dependents(version).items():
            found.setdefault(id, set()).update(later)
    return found


@dataclass(frozen=True, slots=True)
class _Reach:
    question: Callable[[str], Question]
    max_options: Callable[[str], int]
    values: Callable[[str], Sequence[Value]]

    def change(self, group: Group, changed: str, led: Set[str]) -> int:
        """How far the tables of a group move when `changed` is answered otherwise and brings up or takes away `led`."""
        touched = [id for id in group if id == changed or id in led]
        multiple = next((id for id in group if isinstance(self.question(id), Multiple)), None)
        if multiple is not None:
            return self._with_options(touched, multiple, changed)
        if isinstance(self.question(group[0]), Ranking):
            return MOVE * len(self.values(group[0]))
        return MOVE

    def _with_options(self, touched: Sequence[str], multiple: str, changed: str) -> int:
        most = self.max_options(multiple)
        if any(isinstance(self.question(id), Closed) for id in touched):
            # All the options leave the cells of one value and enter those of another.
            return 2 * most + MOVE
        to_or_from_nothing = most + MOVE
        if multiple != changed:
            return to_or_from_nothing
        return max(min(2 * most, len(self.values(multiple))), to_or_from_nothing)
