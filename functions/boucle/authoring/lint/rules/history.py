"""Rules of versions: each says honestly how far it is from the one before, and no name comes back as another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule
from boucle.content.surveys import version_order
from boucle.core.versions.causes import Bump, Cause
from boucle.core.versions.compare import Change, Comparison, compare, find_continuity_issues


def check_small_bumps(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A version's number says how much changed since the one before."""
    for version, comparison in _compare_versions(draft):
        is_frozen = (comparison.new.id, comparison.new.version) in draft.frozen
        if not comparison.is_honest and not is_frozen:
            causes = [change for change in comparison.changes if change.bump is comparison.bump]
            what = f" ({causes[0].question or 'the whole'}: {_describe(causes[0])})" if causes else ""
            needed = max(comparison.bump, Bump.PATCH).name.lower()
            said = comparison.declared.name.lower()
            message = f"{comparison.old.version} to {comparison.new.version} is a {said} bump; it changes more{what}."
            remedy = f"Give it the next {needed} version{_offer_declaration(causes)}; see: boucle diff OLD NEW."
            yield IssueDraft("/version", message, remedy, version.file)


def _describe(change: Change) -> str:
    return f"{change.reason}: {change.detail}" if change.cause is Cause.REWORDED else change.reason


def _offer_declaration(causes: Sequence[Change]) -> str:
    """What else can be done where other words are all that changed."""
    reworded = {change.question for change in causes if change.cause is Cause.REWORDED}
    if not reworded or any(change.cause is not Cause.REWORDED for change in causes):
        return ""
    return f', or the next minor one with a "continuity" of kind "same" on {", ".join(sorted(filter(None, reworded)))}'


def check_unsound_continuity(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A question that is declared the same or recoded can be read as the one before."""
    for version, comparison in _compare_versions(draft):
        for id, message, remedy in find_continuity_issues(comparison):
            yield IssueDraft(f"{version.places[id]}/continuity", message, remedy, version.file)


def check_reused_names(draft: StudyDraft) -> Iterator[IssueDraft]:
    """The id of a question that was removed does not come back for another type of answer."""
    for versions in _group_versions(draft):
        retired: dict[str, str] = {}
        for before, after in pairwise(versions):
            gone = before.questionnaire.by_id.keys() - after.questionnaire.by_id.keys()
            retired |= {id: before.questionnaire.by_id[id].type for id in gone}
            for id in sorted(after.questionnaire.by_id.keys() - before.questionnaire.by_id.keys()):
                kind = after.questionnaire.by_id[id].type
                if retired.get(id, kind) != kind:
                    message = f'"{id}" was a {retired[id]} question before it was removed.'
                    yield IssueDraft(after.places[id], message, "Give the new question a name of its own.", after.file)


def _compare_versions(draft: StudyDraft) -> Iterator[tuple[Draft, Comparison]]:
    """Each version with what is between it and the one before."""
    for versions in _group_versions(draft):
        for before, after in pairwise(versions):
            yield after, compare(before.questionnaire, after.questionnaire)


def _group_versions(draft: StudyDraft) -> Iterator[list[Draft]]:
    """The versions of each questionnaire, oldest first."""
    by_age = sorted(
        draft.by_version.values(),
        key=lambda version: (version.questionnaire.id, version_order(version.questionnaire.version)),
    )
    return (list(versions) for _, versions in groupby(by_age, key=lambda version: version.questionnaire.id))


RULES = (
    make_error_rule("bump-too-small", check_small_bumps),
    make_error_rule("unsound-continuity", check_unsound_continuity),
    make_error_rule("reused-name", check_reused_names),
)
