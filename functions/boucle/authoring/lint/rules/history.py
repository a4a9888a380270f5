"""Rules of versions: each says honestly how far it is from the one before, and no name comes back as another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import Flaw, error
from boucle.content.surveys import version_order
from boucle.core.versions.causes import Bump
from boucle.core.versions.compare import Comparison, compare, continuity_faults


def small_bumps(draft: StudyDraft) -> Iterator[Flaw]:
    """A version's number says how much changed since the one before."""
    for each, comparison in _comparisons(draft):
        if not comparison.is_honest:
            causes = [change for change in comparison.changes if change.bump is comparison.bump]
            what = f" ({causes[0].question or 'the whole'}: {causes[0].reason})" if causes else ""
            needed = max(comparison.bump, Bump.PATCH).name.lower()
            said = comparison.declared.name.lower()
            message = f"{comparison.old.version} to {comparison.new.version} is a {said} bump; it changes more{what}."
            remedy = f"Give it the next {needed} version; see: boucle diff OLD NEW."
            yield Flaw("/version", message, remedy, each.file)


def unsound_continuity(draft: StudyDraft) -> Iterator[Flaw]:
    """A question that is declared the same or recoded can be read as the one before."""
    for each, comparison in _comparisons(draft):
        for id, message, remedy in continuity_faults(comparison):
            yield Flaw(f"{each.places[id]}/continuity", message, remedy, each.file)


def reused_names(draft: StudyDraft) -> Iterator[Flaw]:
    """The id of a question that was removed does not come back for another type of answer."""
    for versions in _histories(draft):
        retired: dict[str, str] = {}
        for before, after in pairwise(versions):
            gone = before.questionnaire.by_id.keys() - after.questionnaire.by_id.keys()
            retired |= {id: before.questionnaire.by_id[id].type for id in gone}
            for id in sorted(after.questionnaire.by_id.keys() - before.questionnaire.by_id.keys()):
                kind = after.questionnaire.by_id[id].type
                if retired.get(id, kind) != kind:
                    message = f'"{id}" was a {retired[id]} question before it was removed.'
                    yield Flaw(after.places[id], message, "Give the new question a name of its own.", after.file)


def _comparisons(draft: StudyDraft) -> Iterator[tuple[Draft, Comparison]]:
    """Each version with what is between it and the one before."""
    for versions in _histories(draft):
        for before, after in pairwise(versions):
            yield after, compare(before.questionnaire, after.questionnaire)


def _histories(draft: StudyDraft) -> Iterator[list[Draft]]:
    """The versions of each questionnaire, oldest first."""
    by_age = sorted(
        draft.by_version.values(), key=lambda each: (each.questionnaire.id, version_order(each.questionnaire.version))
    )
    return (list(versions) for _, versions in groupby(by_age, key=lambda each: each.questionnaire.id))


RULES = (
    error("bump-too-small", small_bumps),
    error("unsound-continuity", unsound_continuity),
    error("reused-name", reused_names),
)
