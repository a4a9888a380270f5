"""Rules of conditions: they look back, at questions that exist, in a way that fits, and they decide something."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from boucle.authoring.lint.drafts import Draft, PlacedCondition
from boucle.authoring.lint.fitting import find_condition_issues
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.core.questionnaire.conditions import Condition, Test, Truth
from boucle.core.questionnaire.model import Grid

LOOK_BACK = "Conditions look at earlier questions only: move one of the two, or drop the condition."


def check_unknown_references(draft: Draft) -> Iterator[IssueDraft]:
    """A condition looks at a question that exists."""
    grids = {placed.block.id: placed.block for placed in draft.blocks if isinstance(placed.block, Grid)}
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            if test.answer in grids:
                rows = ", ".join(row.id for row in grids[test.answer].rows)
                yield IssueDraft(
                    pointer, f'"{test.answer}" is a grid: each row has its answer.', f"Name a row: {rows}."
                )
            elif test.answer not in draft.order:
                yield IssueDraft(pointer, f'No question is called "{test.answer}".', _suggest(test.answer, draft))


def _suggest(name: str, draft: Draft) -> str:
    close = get_close_matches(name, draft.order, n=1)
    return f'Did you mean "{close[0]}"?' if close else "Name an earlier question."


def check_self_references(draft: Draft) -> Iterator[IssueDraft]:
    """No question decides whether it is asked itself."""
    for placed, pointer, test in _find_later_tests(draft):
        if test.answer in _find_decided(draft, placed):
            yield IssueDraft(pointer, f'"{placed.owner}" looks at "{test.answer}", which it decides about.', LOOK_BACK)


def check_circular_references(draft: Draft) -> Iterator[IssueDraft]:
    """No two questions wait for each other."""
    for placed, pointer, test in _find_later_tests(draft):
        decided = _find_decided(draft, placed)
        if test.answer not in decided and any(test.answer in draft.dependents[question_id] for question_id in decided):
            yield IssueDraft(pointer, f'"{placed.owner}" and "{test.answer}" wait for each other.', LOOK_BACK)


def check_later_references(draft: Draft) -> Iterator[IssueDraft]:
    """A condition looks at a question that was asked before."""
    for placed, pointer, test in _find_later_tests(draft):
        decided = _find_decided(draft, placed)
        if not any(test.answer in {question_id, *draft.dependents[question_id]} for question_id in decided):
            yield IssueDraft(pointer, f'"{test.answer}" is asked after "{placed.owner}".', LOOK_BACK)


def _find_later_tests(draft: Draft) -> Iterator[tuple[PlacedCondition, str, Test]]:
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            if draft.order.get(test.answer, -1) >= placed.position:
                yield placed, pointer, test


def _find_decided(draft: Draft, placed: PlacedCondition) -> frozenset[str]:
    """The questions that a condition shows or hides."""
    for section in draft.questionnaire.sections:
        if section.id == placed.owner and section.relevant == placed.condition:
            return frozenset(question.id for question in section.questions)
    here = {placed.owner, f"{placed.owner}.other"}
    return frozenset(
        question_id for question_id in draft.order if question_id in here or question_id.startswith(f"{placed.owner}.")
    )


def check_comparisons(draft: Draft) -> Iterator[IssueDraft]:
    """A condition compares an answer with what that answer can be."""
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            question = draft.questionnaire.by_id.get(test.answer)
            if question is not None:
                yield from (
                    IssueDraft(pointer, message, remedy) for message, remedy in find_condition_issues(test, question)
                )


def check_never_true(draft: Draft) -> Iterator[IssueDraft]:
    """Some answers lead to every section and question."""
    yield from _find_constant_conditions(
        draft, Truth.NO, "never holds: nobody would be asked", "Correct the condition, or remove it"
    )


def check_always_true(draft: Draft) -> Iterator[IssueDraft]:
    """A condition holds for some and not for others."""
    yield from _find_constant_conditions(
        draft, Truth.YES, "always holds: everybody would be asked", "Remove the condition"
    )


def _find_constant_conditions(draft: Draft, verdict: Truth, message: str, remedy: str) -> Iterator[IssueDraft]:
    if not draft.routes_soundly:
        return
    reach = draft.reach
    sections: dict[str, Condition | None] = {}
    for placed in draft.conditions:
        given = None
        if "/questions/" in placed.pointer:
            section = draft.questionnaire.sections[int(placed.pointer.split("/")[2])]
            given = section.relevant
            if given is not None and sections.setdefault(section.id, given) and reach.truth(given) is Truth.NO:
                continue
        if reach.truth(placed.condition, given) is verdict:
            yield IssueDraft(placed.pointer, f'This condition {message} "{placed.owner}".', f"{remedy}.")


CONDITIONAL_OPENINGS = {
    "fr": ("si ", "sinon", "s'", "s’", "quand ", "lorsque ", "pour ceux", "pour celles"),
    "en": ("if ", "otherwise", "when ", "for those"),
}
"""How a label says that it is not for everybody, in the languages whose wording is checked."""


def check_labels_of_conditional_questions(draft: Draft) -> Iterator[IssueDraft]:
    """A conditional question says so: browsers that cannot hide it show it to everybody."""
    for placed in draft.blocks:
        if placed.json.get("relevant") is None or placed.json["type"] == "note":
            continue
        for language, openings in CONDITIONAL_OPENINGS.items():
            label = placed.json["label"].get(language, "")
            if label and not label.lower().startswith(openings):
                example = "Si oui : ..." if language == "fr" else "If yes: ..."
                message = f"The question is not for everybody, and its {language} label does not say so."
                yield IssueDraft(
                    f"{placed.pointer}/label/{language}", message, f'Begin it with "{example}" or the like.'
                )


RULES = (
    make_error_rule("unknown-reference", check_unknown_references),
    make_error_rule("self-reference", check_self_references),
    make_error_rule("circular-reference", check_circular_references),
    make_error_rule("later-reference", check_later_references),
    make_error_rule("condition-misfit", check_comparisons),
    make_error_rule("never-asked", check_never_true),
    make_error_rule("always-asked", check_always_true),
    make_warning_rule("condition-unsaid", check_labels_of_conditional_questions),
)
