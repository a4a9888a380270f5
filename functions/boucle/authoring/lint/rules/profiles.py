"""Rules on the known profile of a population: questions and values that exist, shares that add up, a source."""

from __future__ import annotations

from collections.abc import Iterator

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule
from boucle.core.questionnaire.model import Question, Single, YesNo
from boucle.core.strictjson import Json

MIN_TOTAL, MAX_TOTAL = 99, 101
"""What rounded percents may add up to."""


def check_unsound_profiles(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A known profile is that of questions with one answer: each value exists, and their shares add up to 100."""
    for pointer, wave, name, known in _list_profiles(draft):
        versions = [
            draft.by_version.get((name, opening["version"])) for opening in wave["questionnaires"].get(name, ())
        ]
        asked = [version.questionnaire.by_id for version in versions if version]
        if len(asked) < len(versions) or not asked:
            continue  # the file of that version, or the wave, has issues of its own to report first
        for id, shares in known["shares"].items():
            question = next((questions[id] for questions in reversed(asked) if id in questions), None)
            yield from _find_share_issues(question, shares, f"{pointer}/shares/{id}")


def check_unnamed_sources(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A known profile says where it comes from, in every language of the study."""
    for pointer, _, _, known in _list_profiles(draft):
        for language in draft.json["languages"]:
            if language not in known["source"]:
                yield IssueDraft(f"{pointer}/source", f"The source is not said in {language}.", f'Add "{language}".')


def _find_share_issues(question: Question | None, shares: Json, pointer: str) -> Iterator[IssueDraft]:
    if not isinstance(question, Single | YesNo):
        remedy = "Name a question of the wave to which one choice is the answer."
        yield IssueDraft(pointer, "There is no such question with one answer.", remedy)
        return
    for value in shares:
        if value not in question.values:
            known = ", ".join(map(str, question.values))
            yield IssueDraft(f"{pointer}/{value}", f"No answer has the value {value}.", f"Its values are: {known}.")
    whole = sum(shares.values())
    if not MIN_TOTAL <= whole <= MAX_TOTAL:
        yield IssueDraft(
            pointer, f"These shares add up to {whole:g}, not to 100.", "Give percents of the whole population."
        )


def _list_profiles(draft: StudyDraft) -> Iterator[tuple[str, Json, str, Json]]:
    """Each known profile: its pointer, its wave, its questionnaire and what it says."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, known in wave.get("known_profile", {}).items():
            yield f"/waves/{index}/known_profile/{name}", wave, name, known


RULES = (
    make_error_rule("unsound-profile", check_unsound_profiles),
    make_error_rule("unnamed-source", check_unnamed_sources),
)
