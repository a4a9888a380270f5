"""Rules on actions.json: every finding is a figure that gets published, and things happen in their order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule
from boucle.core.questionnaire.model import Closed, Question, Questionnaire, ShareAtLeast
from boucle.core.strictjson import Json
from boucle.core.study.coding import list_coded_texts

PlacedAction = tuple[str, Json]
"""A pointer and an action."""


def check_unknown_names(draft: StudyDraft) -> Iterator[IssueDraft]:
    """An action names a team, a theme and a wave that exist, and has an id of its own."""
    seen: set[str] = set()
    for pointer, action in _list_actions(draft):
        if action["id"] in seen:
            yield _make_issue(
                draft, f"{pointer}/id", f'Another action is called "{action["id"]}".', "Give it another id."
            )
        seen.add(action["id"])
        for key, known in _collect_names(draft).items():
            name = action.get(key)
            if name is not None and known is not None and name not in known:
                yield _make_issue(
                    draft, f"{pointer}/{key}", f'There is no "{name}".', f"Those known are: {', '.join(sorted(known))}."
                )


def check_unknown_findings(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A finding is a figure that the study publishes, of a question or of a theme, or interviews that it holds."""
    for pointer, action in _list_actions(draft):
        wrong = _check_finding(draft, action["finding"])
        if wrong:
            key, message, remedy = wrong
            yield _make_issue(draft, f"{pointer}/finding/{key}", message, remedy)


def check_impossible_orders(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A thing is heard, then decided, then shipped; only what was decided ships."""
    for pointer, action in _list_actions(draft):
        days = [("heard", action["heard"])]
        days += [(key, action[key]["date"]) for key in ("decision", "shipped") if key in action]
        for (before, earlier), (after, later) in pairwise(days):
            if later < earlier:
                remedy = f'Correct one of the days: "{before}" says {earlier}.'
                yield _make_issue(draft, f"{pointer}/{after}/date", f"{later} comes before {before}.", remedy)
        if "shipped" in action and action.get("decision", {}).get("answer") != "yes":
            yield _make_issue(
                draft, f"{pointer}/shipped", "Nobody decided to do it.", "Write the decision that it follows."
            )
        if "remeasured" in action and not action["finding"].keys() & {"question", "theme"}:
            remedy = "Bind the finding to a figure, or leave this out."
            yield _make_issue(draft, f"{pointer}/remeasured", "What was heard in interviews is not measured.", remedy)


def _list_actions(draft: StudyDraft) -> list[PlacedAction]:
    listed = draft.actions["actions"] if draft.actions else ()
    return [(f"/actions/{index}", action) for index, action in enumerate(listed)]


def _collect_names(draft: StudyDraft) -> dict[str, frozenset[str] | None]:
    waves = frozenset(wave["id"] for wave in draft.json["waves"])
    teams = frozenset(draft.actions["teams"]) if draft.actions else None
    return {"team": teams, "theme": draft.themes, "remeasured": waves}


def _check_finding(draft: StudyDraft, finding: Json) -> tuple[str, str, str] | None:
    """The member of a finding that leads nowhere, what is wrong with it, and the remedy."""
    wave = next((candidate for candidate in draft.json["waves"] if candidate["id"] == finding["wave"]), None)
    if wave is None:
        return "wave", f'There is no wave "{finding["wave"]}".', "Name a wave of study.json."
    opened = wave["questionnaires"].get(finding["questionnaire"], ())
    versions = [draft.by_version.get((finding["questionnaire"], opening["version"])) for opening in opened]
    if None in versions:
        return None  # the file of that version has issues of its own to report first
    if not opened:
        return "questionnaire", "The wave does not hold this questionnaire.", "Name one that it holds."
    if "theme" not in finding and "question" not in finding:
        return _check_interview_finding([version.questionnaire for version in versions if version])
    if "theme" in finding:
        return _check_theme_finding(draft, [version.questionnaire for version in versions if version], finding)
    asked = [version.questionnaire.by_id.get(finding["question"]) for version in versions if version]
    questions = [question for question in asked if question]
    if not questions:
        return (
            "question",
            f'No version of that wave asks "{finding["question"]}".',
            "Name a question that is published.",
        )
    return _check_value_finding(questions, finding)


def _check_interview_finding(questionnaires: list[Questionnaire]) -> tuple[str, str, str] | None:
    if all(questionnaire.is_guide for questionnaire in questionnaires):
        return None
    remedy = 'Name the question and the value relied on, or a guide whose "mode" is "interview".'
    return "questionnaire", "Answers to this questionnaire are counted.", remedy


def _check_theme_finding(
    draft: StudyDraft, questionnaires: list[Questionnaire], finding: Json
) -> tuple[str, str, str] | None:
    themes = draft.themes or frozenset()
    if finding["theme"] not in themes:
        known = ", ".join(sorted(themes)) or "none: write themes.json"
        return "theme", f'There is no theme "{finding["theme"]}".', f"Themes are: {known}."
    if not any(map(list_coded_texts, questionnaires)):
        remedy = 'Ask for a text, and set "verbatims" to "moderated".'
        return "theme", "Nobody codes texts of this questionnaire.", remedy
    return None


def _check_value_finding(questions: list[Question], finding: Json) -> tuple[str, str, str] | None:
    if "value" in finding:
        values = [value for question in questions for value in getattr(question, "values", ())]
        known = ", ".join(dict.fromkeys(map(str, values)))
        remedy = f"Its values are: {known}." if values else "Bind the finding to a closed question."
        return None if finding["value"] in values else ("value", f"No answer has the value {finding['value']}.", remedy)
    declared = [estimate for question in questions if isinstance(question, Closed) for estimate in question.estimates]
    if ShareAtLeast(threshold=finding["at_least"]) in declared:
        return None
    remedy = f'Add {{"share_at_least": {finding["at_least"]}}} to its estimates before it is published.'
    return "at_least", "The question does not publish this share.", remedy


def _make_issue(draft: StudyDraft, pointer: str, message: str, remedy: str) -> IssueDraft:
    return IssueDraft(pointer, message, remedy, draft.file.with_name("actions.json"))


RULES = (
    make_error_rule("unknown-name-in-action", check_unknown_names),
    make_error_rule("unknown-finding", check_unknown_findings),
    make_error_rule("impossible-order", check_impossible_orders),
)
