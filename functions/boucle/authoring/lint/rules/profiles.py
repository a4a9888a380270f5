"""Rules on the known profile of a population: questions and values that exist, shares that add up, a source."""

from __future__ import annotations

from collections.abc import Iterator

from boucle.authoring.lint.drafts import Json, StudyDraft
from boucle.authoring.lint.issues import Flaw, error
from boucle.core.questionnaire.model import Question, Single, YesNo

LEAST, MOST = 99, 101
"""What rounded percents may add up to."""


def unsound_profiles(draft: StudyDraft) -> Iterator[Flaw]:
    """A known profile is that of questions with one answer: each value exists, and their shares add up to 100."""
    for pointer, wave, name, known in _profiles(draft):
        versions = [draft.by_version.get((name, each["version"])) for each in wave["questionnaires"].get(name, ())]
        asked = [each.questionnaire.by_id for each in versions if each]
        if len(asked) < len(versions) or not asked:
            continue  # the file of that version, or the wave, has faults of its own to say first
        for id, shares in known["shares"].items():
            question = next((each[id] for each in reversed(asked) if id in each), None)
            yield from _misfits(question, shares, f"{pointer}/shares/{id}")


def unnamed_sources(draft: StudyDraft) -> Iterator[Flaw]:
    """A known profile says where it comes from, in every language of the study."""
    for pointer, _, _, known in _profiles(draft):
        for language in draft.json["languages"]:
            if language not in known["source"]:
                yield Flaw(f"{pointer}/source", f"The source is not said in {language}.", f'Add "{language}".')


def _misfits(question: Question | None, shares: Json, pointer: str) -> Iterator[Flaw]:
    if not isinstance(question, Single | YesNo):
        remedy = "Name a question of the wave to which one choice is the answer."
        yield Flaw(pointer, "There is no such question with one answer.", remedy)
        return
    for value in shares:
        if value not in question.values:
            known = ", ".join(map(str, question.values))
            yield Flaw(f"{pointer}/{value}", f"No answer has the value {value}.", f"Its values are: {known}.")
    whole = sum(shares.values())
    if not LEAST <= whole <= MOST:
        yield Flaw(pointer, f"These shares add up to {whole:g}, not to 100.", "Give percents of the whole population.")


def _profiles(draft: StudyDraft) -> Iterator[tuple[str, Json, str, Json]]:
    """Each known profile: its pointer, its wave, its questionnaire and what it says."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, known in wave.get("known_profile", {}).items():
            yield f"/waves/{index}/known_profile/{name}", wave, name, known


RULES = (
    error("unsound-profile", unsound_profiles),
    error("unnamed-source", unnamed_sources),
)
