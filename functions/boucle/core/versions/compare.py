"""Comparing two versions of a questionnaire: what changed, the smallest honest bump, and which series go on.

A patch changes nothing that an answer depends on. A minor version adds something: series go on, marked. A major one
changes what an answer can be, mean or come from: series break, unless the author maps a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.conditions import Condition
from boucle.core.questionnaire.model import Continuity, Note, Question, Questionnaire
from boucle.core.questionnaire.values import Text
from boucle.core.versions.causes import CAUSES, Bump, Cause
from boucle.core.versions.leaves import EDITIONS, Edition
from boucle.core.versions.question_changes import QuestionComparer


class NotComparable(BoucleError):
    """Two files are not versions of one questionnaire."""


class Fate(Enum):
    """What becomes of a question's series with a new version."""

    GOES_ON = "goes on"
    MARKED = "goes on, marked"
    SAME = "goes on, declared the same"
    RECODED = "goes on, recoded"
    BREAKS = "breaks"
    ENDS = "ends"
    STARTS = "starts"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the question that it is about (none for the whole questionnaire), and what it was and is."""

    question: str | None
    cause: Cause
    detail: str = ""

    @property
    def bump(self) -> Bump:
        return CAUSES[self.cause][0]

    @property
    def reason(self) -> str:
        return CAUSES[self.cause][1]


@dataclass(frozen=True)
class Comparison:
    """What is between two versions of a questionnaire."""

    old: Questionnaire
    new: Questionnaire
    changes: tuple[Change, ...]
    edition: Edition

    @property
    def bump(self) -> Bump:
        """The smallest honest bump."""
        return max((change.bump for change in self.changes), default=Bump.NONE)

    @property
    def declared(self) -> Bump:
        """The bump that the version numbers say."""
        return read_bump(self.old.version, self.new.version)

    @property
    def is_honest(self) -> bool:
        return self.declared >= max(self.bump, Bump.PATCH)

    @cached_property
    def fates(self) -> Mapping[str, Fate]:
        """What becomes of the series of every question of either version."""
        ids = dict.fromkeys([*self.old.by_id, *self.new.by_id])
        return {id: self._fate(id) for id in ids}

    def _fate(self, id: str) -> Fate:
        if id not in self.new.by_id:
            return Fate.ENDS
        if id not in self.old.by_id:
            return Fate.STARTS
        bump = max((change.bump for change in self.changes if change.question == id), default=Bump.NONE)
        continuity = _read_declaration(self.old.by_id[id], self.new.by_id[id], self.edition)
        if bump is Bump.MAJOR:
            return FATES[continuity.kind] if continuity else Fate.BREAKS
        return Fate.MARKED if bump is Bump.MINOR else Fate.GOES_ON


FATES: Mapping[str, Fate] = {"same": Fate.SAME, "recode": Fate.RECODED, "break": Fate.BREAKS}


def read_bump(old: str, new: str) -> Bump:
    """What two version numbers say; NONE when the second is not the newer one."""
    before, after = (tuple(int(part) for part in version.split(".")) for version in (old, new))
    if after <= before:
        return Bump.NONE
    changed = next(index for index, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    return (Bump.MAJOR, Bump.MINOR, Bump.PATCH)[changed]


def compare(old: Questionnaire, new: Questionnaire) -> Comparison:
    """Every change from one version to another, question by question, by the rules the newer one was frozen under.

    Raises NotComparable.
    """
    if old.id != new.id:
        raise NotComparable(f'"{old.id}" and "{new.id}" are two questionnaires: compare versions of one.')
    edition = EDITIONS[new.edition]
    changes = (*_compare_wholes(old, new, edition), *_compare_questions(old, new, edition))
    return Comparison(old, new, tuple(dict.fromkeys(changes)), edition)


def _compare_wholes(old: Questionnaire, new: Questionnaire, edition: Edition) -> Iterator[Change]:
    yield from _compare_languages(old, new)
    if old.is_guide != new.is_guide:
        yield from (Change(None, cause) for cause in edition.causes["Questionnaire.is_guide"])
    if _frame(old) != _frame(new):
        yield Change(None, Cause.FRAME)
    if _notes(old) != _notes(new):
        yield from (Change(None, cause, "notes") for cause in edition.causes["Note.label"])
    yield from _compare_orders(old, new, edition)
    if set(old.publication.crosstabs) != set(new.publication.crosstabs):
        yield Change(None, Cause.CROSSTABS)
    elif old.publication.crosstabs != new.publication.crosstabs:
        yield Change(None, Cause.LAYOUT, "cross-tables stand in another order")
    if old.publication.verbatims != new.publication.verbatims:
        yield Change(None, Cause.VERBATIMS, f"{old.publication.verbatims} -> {new.publication.verbatims}")


def _compare_languages(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    added = [language for language in new.languages if language not in old.languages]
    removed = [language for language in old.languages if language not in new.languages]
    if added:
        yield Change(None, Cause.LANGUAGE_ADDED, ", ".join(added))
    if removed:
        yield Change(None, Cause.LANGUAGE_REMOVED, ", ".join(removed))
    kept = [language for language in old.languages if language in new.languages]
    if kept != [language for language in new.languages if language in old.languages]:
        yield Change(None, Cause.LAYOUT, "languages stand in another order")


def _compare_orders(old: Questionnaire, new: Questionnaire, edition: Edition) -> Iterator[Change]:
    shared = old.by_id.keys() & new.by_id.keys()
    if [id for id in old.by_id if id in shared] != [id for id in new.by_id if id in shared]:
        yield Change(None, Cause.LAYOUT, "questions are asked in another order")
    places, new_places = _places(old), _places(new)
    both = places.keys() & new_places.keys()
    if [places[id] for id in places if id in both] != [new_places[id] for id in new_places if id in both]:
        yield from (Change(None, cause, "sections") for cause in edition.causes["Section.id"])


def _places(questionnaire: Questionnaire) -> Mapping[str, tuple[str, str]]:
    """The section that each question, grid and note stands in, in order."""
    return {block.id: (section.id, block.id) for section in questionnaire.sections for block in section.blocks}


def _frame(questionnaire: Questionnaire) -> list[Text | None]:
    sections = [text for section in questionnaire.sections for text in (section.title, section.intro)]
    return [questionnaire.title, questionnaire.intro, *sections]


def _notes(questionnaire: Questionnaire) -> list[tuple[Condition | None, Note]]:
    """Each note, and when its section is shown."""
    return [
        (section.relevant, block)
        for section in questionnaire.sections
        for block in section.blocks
        if isinstance(block, Note)
    ]


def _compare_questions(old: Questionnaire, new: Questionnaire, edition: Edition) -> Iterator[Change]:
    comparer = QuestionComparer(old, new, edition)
    for id, question in old.by_id.items():
        if id in new.by_id:
            after = new.by_id[id]
            declared = _read_declaration(question, after, edition)
            found = comparer.find_changes(question, after)
            yield from (Change(id, _soften(cause, declared), detail) for cause, detail in found)
            yield from _compare_declarations(question, after, edition)
        else:
            yield Change(id, Cause.QUESTION_REMOVED)
    for id, question in new.by_id.items():
        if id not in old.by_id:
            yield Change(id, _cause_of_new(question))


def _compare_declarations(old: Question, new: Question, edition: Edition) -> Iterator[Change]:
    if old.continuity == new.continuity:
        return
    if new.continuity and new.continuity.kind == "break":
        yield Change(new.id, Cause.DECLARED_BREAK)
    elif Cause.DECLARATION in edition.causes["Question.continuity"]:
        yield Change(new.id, Cause.DECLARATION)


def _read_declaration(old: Question, new: Question, edition: Edition) -> Continuity | None:
    """What the author says of this very change; what was said before speaks of an earlier one."""
    return new.continuity if edition.takes_old_declarations or new.continuity != old.continuity else None


def _soften(cause: Cause, declared: Continuity | None) -> Cause:
    """Other words are no other question when the author says so, with a reason that readers see."""
    declared_same = declared is not None and declared.kind == "same"
    return Cause.REWORDED_THE_SAME if cause is Cause.REWORDED and declared_same else cause


def _cause_of_new(question: Question) -> Cause:
    return Cause.REQUIRED_QUESTION_ADDED if question.required else Cause.QUESTION_ADDED


def find_continuity_issues(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    """Declarations of continuity that cannot hold: the question, what is wrong, and the remedy."""
    for id, question in comparison.new.by_id.items():
        continuity = question.continuity
        if continuity is not None and id in comparison.old.by_id:
            before = _values(comparison.old.by_id[id])
            yield from ((id, *issue) for issue in _find_issues(continuity, before, _values(question)))


def _values(question: Question) -> tuple[str, ...]:
    return tuple(str(value) for value in getattr(question, "values", ()))


def _find_issues(continuity: Continuity, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    gone = [value for value in before if value not in after]
    if continuity.kind == "same" and gone:
        message = f"It is declared the same, and {', '.join(gone)} can no longer be answered."
        yield message, "Declare recode, and say which new value each of them is now."
    if continuity.kind == "recode":
        unmapped = [value for value in gone if value not in continuity.recode]
        unknown = [value for value in continuity.recode if value not in before]
        nowhere = [value for value in continuity.recode.values() if value not in after]
        if unmapped:
            yield f"The recoding leaves out {', '.join(unmapped)}.", "Say which new value each of them is now."
        if unknown:
            yield f"No answer was {', '.join(unknown)}.", f"Earlier answers were: {', '.join(before)}."
        if nowhere:
            yield f"No answer is {', '.join(nowhere)}.", f"Answers are: {', '.join(after)}."
