"""Rules of a study: its waves, the versions that they open, its audiences and its languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise, permutations

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.authoring.lint.rules.texts import describe_stale_remedy
from boucle.content.surveys import version_order
from boucle.core.questionnaire.translations import Lack, collect_texts, find_gaps
from boucle.core.strictjson import Json
from boucle.core.study.parse import DEFAULT_GRACE_DAYS


def check_folder_name(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A study's folder is named after it."""
    folder, id = draft.file.absolute().parent.name, draft.json["id"]
    if folder != id:
        yield IssueDraft("/id", f'The folder "{folder}" holds the study "{id}".', f'Rename one of them to "{id}".')


def check_duplicate_waves(draft: StudyDraft) -> Iterator[IssueDraft]:
    """No two waves share an id."""
    seen: set[str] = set()
    for index, wave in enumerate(draft.json["waves"]):
        if wave["id"] in seen:
            yield IssueDraft(
                f"/waves/{index}/id", f'Another wave is called "{wave["id"]}" already.', "Give it its own id."
            )
        seen.add(wave["id"])


def check_backward_waves(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A wave closes after it opens."""
    for index, wave in enumerate(draft.json["waves"]):
        if wave["closes"] < wave["opens"]:
            message = f"The wave closes on {wave['closes']}, before it opens on {wave['opens']}."
            yield IssueDraft(f"/waves/{index}/closes", message, "Write a later day.")


def check_overlapping_waves(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Two waves that ask the same questionnaire do not overlap: an answer belongs to one of them."""
    numbered = list(enumerate(draft.json["waves"]))
    for (_, first), (index, second) in combinations(numbered, 2):
        shared = sorted(first["questionnaires"].keys() & second["questionnaires"].keys())
        if shared and first["opens"] <= second["closes"] and second["opens"] <= first["closes"]:
            message = f'The waves "{first["id"]}" and "{second["id"]}" overlap for {", ".join(shared)}.'
            yield IssueDraft(f"/waves/{index}/opens", message, f"Open it after {first['closes']}.")


def check_grace_by_other_rules(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A wave's days of grace do not reach into one that asks for other invitations, or other work."""
    for index, first, second, shared in _list_reached_waves(draft):
        differing = [
            name for name in shared if (name in first.get("invitations", {})) != (name in second.get("invitations", {}))
        ]
        rules = [f"invitations to {', '.join(differing)}"] if differing else []
        rules += ["proof_of_work"] if first.get("proof_of_work", 0) != second.get("proof_of_work", 0) else []
        if rules:
            last = _last_day_of_grace(first)
            message = (
                f'Until {last}, whoever names the wave "{first["id"]}" still answers by its rules, while '
                f'"{second["id"]}" is open by others: {", ".join(rules)}.'
            )
            remedy = (
                f'Open "{second["id"]}" after {last}, shorten "grace_days" of "{first["id"]}", or leave it knowingly.'
            )
            yield IssueDraft(f"/waves/{index}/closes", message, remedy)


def check_grace_beyond_next(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A wave's days of grace end before the wave that follows does."""
    for index, first, second, shared in _list_reached_waves(draft):
        last = _last_day_of_grace(first)
        if last >= date.fromisoformat(second["closes"]):
            message = (
                f'The days of grace of "{first["id"]}" last until {last}, and the wave "{second["id"]}", which asks '
                f"{', '.join(shared)} too, closes on {second['closes']}."
            )
            yield IssueDraft(f"/waves/{index}/closes", message, f'Shorten "grace_days" of "{first["id"]}".')


def _list_reached_waves(draft: StudyDraft) -> Iterator[tuple[int, Json, Json, list[str]]]:
    """Each wave with one that opens in its days of grace: its index, both, and the questionnaires that both ask."""
    for (index, first), (_, second) in permutations(enumerate(draft.json["waves"]), 2):
        shared = sorted(first["questionnaires"].keys() & second["questionnaires"].keys())
        opens = date.fromisoformat(second["opens"])
        if shared and date.fromisoformat(first["closes"]) < opens <= _last_day_of_grace(first):
            yield index, first, second, shared


def _last_day_of_grace(wave: Json) -> date:
    return date.fromisoformat(wave["closes"]) + timedelta(days=wave.get("grace_days", DEFAULT_GRACE_DAYS))


def check_missing_versions(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Every version that a wave opens has its file."""
    for pointer, _, name, opening in _list_openings(draft):
        if (name, opening["version"]) not in draft.versions:
            known = ", ".join(version for questionnaire, version in sorted(draft.versions) if questionnaire == name)
            message = f"There is no {name}/{opening['version']}.json."
            remedy = f"Write the file, or name one of: {known}." if known else f"Write the file {name}/1.0.0.json."
            yield IssueDraft(f"{pointer}/version", message, remedy)


def check_openings_outside(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A version opens while its wave does."""
    for pointer, wave, name, opening in _list_openings(draft):
        if wave["opens"] <= wave["closes"] and not wave["opens"] <= opening["from"] <= wave["closes"]:
            message = f"{name} {opening['version']} opens on {opening['from']}, outside the wave."
            remedy = f"Write a day from {wave['opens']} to {wave['closes']}."
            yield IssueDraft(f"{pointer}/from", message, remedy)


def check_openings_unordered(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Versions open one after the other, each newer than the one before."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            for place, (before, after) in enumerate(pairwise(listed), start=1):
                pointer = f"/waves/{index}/questionnaires/{name}/{place}"
                if after["from"] <= before["from"]:
                    message = f"{name} {after['version']} opens on {after['from']}, not after {before['version']}."
                    yield IssueDraft(f"{pointer}/from", message, f"Write a day after {before['from']}.")
                if version_order(after["version"]) <= version_order(before["version"]):
                    message = f"{name} {after['version']} follows {before['version']}, and is not newer."
                    yield IssueDraft(f"{pointer}/version", message, "List the versions from the oldest to the newest.")


def check_gaps_at_opening(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A questionnaire can be answered from the wave's first day on."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            first = min(opening["from"] for opening in listed)
            if first > wave["opens"]:
                message = f"Nobody can answer {name} between {wave['opens']} and {first}."
                yield IssueDraft(
                    f"/waves/{index}/questionnaires/{name}", message, f"Open a version on {wave['opens']}."
                )


def check_unopened_versions(draft: StudyDraft) -> Iterator[IssueDraft]:
    """The newest version of a questionnaire opens in some wave."""
    opened = {(name, opening["version"]) for _, _, name, opening in _list_openings(draft)}
    for name in sorted({name for name, _ in draft.versions}):
        newest = max((version for questionnaire, version in draft.versions if questionnaire == name), key=version_order)
        if (name, newest) not in opened:
            yield IssueDraft(
                "/waves", f"No wave opens {name} {newest}.", "Open it in a wave, or wait for it knowingly."
            )


def check_incomplete_audiences(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Every questionnaire says who answers it, and nobody else does."""
    audiences = draft.json.get("audiences", {})
    asked = {name for _, _, name, _ in _list_openings(draft)}
    for name in sorted(asked - audiences.keys()):
        yield IssueDraft("", f"Nobody is named who answers {name}.", f'Add "{name}" to "audiences".')
    for name in sorted(audiences.keys() - asked):
        yield IssueDraft(
            f"/audiences/{name}", f'No wave asks the questionnaire "{name}".', "Remove it, or ask it in a wave."
        )


def check_unknown_populations(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A number of people, their profile, or an invitation, is given for questionnaires that the wave asks."""
    for index, wave in enumerate(draft.json["waves"]):
        for key in ("population", "known_profile", "invitations", "expected"):
            for name in sorted(wave.get(key, {}).keys() - wave["questionnaires"].keys()):
                message = f'The wave does not ask the questionnaire "{name}".'
                yield IssueDraft(f"/waves/{index}/{key}/{name}", message, "Remove it, or ask it in the wave.")


def check_unknown_own_answers(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Own choices are shown beside those of others for questionnaires that a wave asks."""
    asked = {name for _, _, name, _ in _list_openings(draft)}
    for index, name in enumerate(draft.json.get("own_beside_others", ())):
        if name not in asked:
            message = f'No wave asks the questionnaire "{name}".'
            yield IssueDraft(f"/own_beside_others/{index}", message, "Remove it, or ask it in a wave.")


def check_source_missing(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Every text of the study is there in its first language."""
    original = draft.json["languages"][0]
    for placed in collect_texts(draft.json):
        if original not in placed.text:
            yield IssueDraft(
                placed.pointer, f"The text is missing in {original}, the first language.", f'Add "{original}".'
            )


def check_languages_missing(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A language of the study is complete and as old as its source, or it is not offered."""
    lacking: dict[tuple[str, Lack], list[str]] = {}
    for gap in find_gaps(draft.json):
        lacking.setdefault((gap.language, gap.lack), []).append(gap.placed.pointer)
    for (language, lack), pointers in sorted(lacking.items(), key=lambda pair: (pair[0][0], pair[0][1].value)):
        named = f"{', '.join(pointers)}. Pages leave {language} out."
        if lack is Lack.MISSING:
            remedy = f"Write the {language} texts, or remove the language."
            yield IssueDraft(pointers[0], f"The study is not complete in {language}: {named}", remedy)
        else:
            message = f"The study has changed since it was translated into {language}: {named}"
            yield IssueDraft(f"{pointers[0]}/{language}", message, describe_stale_remedy(draft.file, language))


def check_unshared_languages(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A questionnaire is in languages that its study has too."""
    for version in draft.readable:
        for index, language in enumerate(version.json["languages"]):
            if language not in draft.json["languages"]:
                message = f'The study has no "{language}": its pages would not lead there.'
                yield IssueDraft(f"/languages/{index}", message, f'Add "{language}" to study.json.', version.file)
        if version.json["languages"][0] != draft.json["languages"][0]:
            message = f"The first language is {version.json['languages'][0]}, the study's {draft.json['languages'][0]}."
            yield IssueDraft("/languages/0", message, "Put the same language first in both.", version.file)


def check_unknown_themes(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A question's theme is one that themes.json defines."""
    if draft.themes is None:
        return
    for version in draft.readable:
        for placed in version.blocks:
            theme = placed.json.get("theme")
            if theme is not None and theme not in draft.themes:
                remedy = f"Themes are: {', '.join(sorted(draft.themes))}."
                yield IssueDraft(f"{placed.pointer}/theme", f'themes.json defines no "{theme}".', remedy, version.file)


def _list_openings(draft: StudyDraft) -> Iterator[tuple[str, Json, str, Json]]:
    """Each opening of each wave: its pointer, the wave, the questionnaire's id, and what is opened."""
    for index, wave in enumerate(draft.json["waves"]):
        for name, listed in wave["questionnaires"].items():
            for place, opening in enumerate(listed):
                yield f"/waves/{index}/questionnaires/{name}/{place}", wave, name, opening


RULES = (
    make_error_rule("study-folder", check_folder_name),
    make_error_rule("duplicate-wave", check_duplicate_waves),
    make_error_rule("backward-wave", check_backward_waves),
    make_error_rule("overlapping-waves", check_overlapping_waves),
    make_warning_rule("grace-by-other-rules", check_grace_by_other_rules),
    make_warning_rule("grace-beyond-next-wave", check_grace_beyond_next),
    make_error_rule("missing-version", check_missing_versions),
    make_error_rule("opening-outside-wave", check_openings_outside),
    make_error_rule("opening-order", check_openings_unordered),
    make_warning_rule("nothing-open", check_gaps_at_opening),
    make_warning_rule("unopened-version", check_unopened_versions),
    make_error_rule("incomplete-audience", check_incomplete_audiences),
    make_error_rule("unknown-population", check_unknown_populations),
    make_error_rule("unknown-own-answers", check_unknown_own_answers),
    make_error_rule("study-source-missing", check_source_missing),
    make_warning_rule("study-translation-missing", check_languages_missing),
    make_error_rule("unshared-language", check_unshared_languages),
    make_error_rule("unknown-theme", check_unknown_themes),
)
