"""Rules of a study: its waves, the versions that they open, its audiences and its languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import Flaw, error, warning
from boucle.core.questionnaire.translations import gaps, placed_texts

Json = Mapping[str, Any]


def folder_name(draft: StudyDraft) -> Iterator[Flaw]:
    """A study's folder is named after it."""
    folder, id = draft.file.absolute().parent.name, draft.json["id"]
    if folder != id:
        yield Flaw("/id", f'The folder "{folder}" holds the study "{id}".', f'Rename one of them to "{id}".')


def duplicate_waves(draft: StudyDraft) -> Iterator[Flaw]:
    """No two waves share an id."""
    seen: set[str] = set()
    for index, wave in enumerate(draft.json["waves"]):
        if wave["id"] in seen:
            yield Flaw(f"/waves/{index}/id", f'Another wave is called "{wave["id"]}" already.', "Give it its own id.")
        seen.add(wave["id"])


def backward_waves(draft: StudyDraft) -> Iterator[Flaw]:
    """A wave closes after it opens."""
    for index, wave in enumerate(draft.json["waves"]):
        if wave["closes"] < wave["opens"]:
            message = f"The wave closes on {wave['closes']}, before it opens on {wave['opens']}."
            yield Flaw(f"/waves/{index}/closes", message, "Write a later day.")


def overlapping_waves(draft: StudyDraft) -> Iterator[Flaw]:
    """Two waves that ask the same questionnaire do not overlap: an answer belongs to one of them."""
    numbered = list(enumerate(draft.json["waves"]))
    for (_, first), (index, second) in combinations(numbered, 2):
        shared = sorted(first["questionnaires"].keys() & second["questionnaires"].keys())
        if shared and first["opens"] <= second["closes"] and second["opens"] <= first["closes"]:
            message = f'The waves "{first["id"]}" and "{second["id"]}" overlap for {", ".join(shared)}.'
            yield Flaw(f"/waves/{index}/opens", message, f"Open it after {first['closes']}.")


def missing_versions(draft: StudyDraft) -> Iterator[Flaw]:
    """Every version that a wave opens has its file."""
    for pointer, _, name, opening in _openings(draft):
        if (name, opening["version"]) not in draft.versions:
            known = ", ".join(version for each, version in sorted(draft.versions) if each == name)
            message = f"There is no {name}/{opening['version']}.json."
            remedy = f"Write the file, or name one of: {known}." if known else f"Write the file {name}/1.0.0.json."
            yield Flaw(f"{pointer}/version", message, remedy)


def openings_outside(draft: StudyDraft) -> Iterator[Flaw]:
    """A version opens while its wave does."""
    for pointer, wave, name, opening in _openings(draft):
        if wave["opens"] <= wave["closes"] and not wave["opens"] <= opening["from"] <= wave["closes"]:
            message = f"{name} {opening['version']} opens on {opening['from']}, outside the wave."
            remedy = f"Write a day from {wave['opens']} to {wave['closes']}."
            yield Flaw(f"{pointer}/from", message, remedy)


def openings_unordered(draft: StudyDraft) -> Iterator[Flaw]:
    """Versions open one after the other, each newer than the one before."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            for place, (before, after) in enumerate(pairwise(listed), start=1):
                pointer = f"/waves/{index}/questionnaires/{name}/{place}"
                if after["from"] <= before["from"]:
                    message = f"{name} {after['version']} opens on {after['from']}, not after {before['version']}."
                    yield Flaw(f"{pointer}/from", message, f"Write a day after {before['from']}.")
                if _age(after["version"]) <= _age(before["version"]):
                    message = f"{name} {after['version']} follows {before['version']}, and is not newer."
                    yield Flaw(f"{pointer}/version", message, "List the versions from the oldest to the newest.")


def gaps_at_opening(draft: StudyDraft) -> Iterator[Flaw]:
    """A questionnaire can be answered from the wave's first day on."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            first = min(opening["from"] for opening in listed)
            if first > wave["opens"]:
                message = f"Nobody can answer {name} between {wave['opens']} and {first}."
                yield Flaw(f"/waves/{index}/questionnaires/{name}", message, f"Open a version on {wave['opens']}.")


def unopened_versions(draft: StudyDraft) -> Iterator[Flaw]:
    """The newest version of a questionnaire opens in some wave."""
    opened = {(name, opening["version"]) for _, _, name, opening in _openings(draft)}
    for name in sorted({name for name, _ in draft.versions}):
        newest = max((version for each, version in draft.versions if each == name), key=_age)
        if (name, newest) not in opened:
            yield Flaw("/waves", f"No wave opens {name} {newest}.", "Open it in a wave, or wait for it knowingly.")


def incomplete_audiences(draft: StudyDraft) -> Iterator[Flaw]:
    """Every questionnaire says who answers it, and nobody else does."""
    audiences = draft.json.get("audiences", {})
    asked = {name for _, _, name, _ in _openings(draft)}
    for name in sorted(asked - audiences.keys()):
        yield Flaw("", f"Nobody is named who answers {name}.", f'Add "{name}" to "audiences".')
    for name in sorted(audiences.keys() - asked):
        yield Flaw(f"/audiences/{name}", f'No wave asks the questionnaire "{name}".', "Remove it, or ask it in a wave.")


def unknown_populations(draft: StudyDraft) -> Iterator[Flaw]:
    """A number of people, their profile, or an invitation, is given for questionnaires that the wave asks."""
    for index, wave in enumerate(draft.json["waves"]):
        for key in ("population", "known_profile", "invitations", "expected"):
            for name in sorted(wave.get(key, {}).keys() - wave["questionnaires"].keys()):
                message = f'The wave does not ask the questionnaire "{name}".'
                yield Flaw(f"/waves/{index}/{key}/{name}", message, "Remove it, or ask it in the wave.")


def unknown_own_answers(draft: StudyDraft) -> Iterator[Flaw]:
    """Own choices are shown beside those of others for questionnaires that a wave asks."""
    asked = {name for _, _, name, _ in _openings(draft)}
    for index, name in enumerate(draft.json.get("own_beside_others", ())):
        if name not in asked:
            message = f'No wave asks the questionnaire "{name}".'
            yield Flaw(f"/own_beside_others/{index}", message, "Remove it, or ask it in a wave.")


def source_missing(draft: StudyDraft) -> Iterator[Flaw]:
    """Every text of the study is there in its first language."""
    original = draft.json["languages"][0]
    for placed in placed_texts(draft.json):
        if original not in placed.text:
            yield Flaw(placed.pointer, f"The text is missing in {original}, the first language.", f'Add "{original}".')


def languages_missing(draft: StudyDraft) -> Iterator[Flaw]:
    """A language of the study is complete, or it is not offered."""
    lacking: dict[str, list[str]] = {}
    for gap in gaps(draft.json):
        lacking.setdefault(gap.language, []).append(gap.placed.pointer)
    for language, pointers in sorted(lacking.items()):
        message = f"The study is not complete in {language}: {', '.join(pointers)}. Pages leave {language} out."
        yield Flaw(pointers[0], message, f"Write the {language} texts, or remove the language.")


def unshared_languages(draft: StudyDraft) -> Iterator[Flaw]:
    """A questionnaire is in languages that its study has too."""
    for each in draft.drafts:
        for index, language in enumerate(each.json["languages"]):
            if language not in draft.json["languages"]:
                message = f'The study has no "{language}": its pages would not lead there.'
                yield Flaw(f"/languages/{index}", message, f'Add "{language}" to study.json.', each.file)
        if each.json["languages"][0] != draft.json["languages"][0]:
            message = f"The first language is {each.json['languages'][0]}, the study's {draft.json['languages'][0]}."
            yield Flaw("/languages/0", message, "Put the same language first in both.", each.file)


def unknown_themes(draft: StudyDraft) -> Iterator[Flaw]:
    """A question's theme is one that themes.json defines."""
    if draft.themes is None:
        return
    for each in draft.drafts:
        for placed in each.blocks:
            theme = placed.json.get("theme")
            if theme is not None and theme not in draft.themes:
                remedy = f"Themes are: {', '.join(sorted(draft.themes))}."
                yield Flaw(f"{placed.pointer}/theme", f'themes.json defines no "{theme}".', remedy, each.file)


def _openings(draft: StudyDraft) -> Iterator[tuple[str, Json, str, Json]]:
    """Each opening of each wave: its pointer, the wave, the questionnaire's id, and what is opened."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            for place, opening in enumerate(listed):
                yield f"/waves/{index}/questionnaires/{name}/{place}", wave, name, opening


def _age(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


RULES = (
    error("study-folder", folder_name),
    error("duplicate-wave", duplicate_waves),
    error("backward-wave", backward_waves),
    error("overlapping-waves", overlapping_waves),
    error("missing-version", missing_versions),
    error("opening-outside-wave", openings_outside),
    error("opening-order", openings_unordered),
    warning("nothing-open", gaps_at_opening),
    warning("unopened-version", unopened_versions),
    error("incomplete-audience", incomplete_audiences),
    error("unknown-population", unknown_populations),
    error("unknown-own-answers", unknown_own_answers),
    error("study-source-missing", source_missing),
    warning("study-translation-missing", languages_missing),
    error("unshared-language", unshared_languages),
    error("unknown-theme", unknown_themes),
)
