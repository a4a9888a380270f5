"""Rules of conditions: they look back, at questions that exist, in a way that fits, and they decide something."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from boucle.authoring.lint.drafts import Draft, PlacedCondition
from boucle.authoring.lint.fitting import misfits
from boucle.authoring.lint.issues import Flaw, error, warning
from boucle.authoring.lint.reach import Reach
from boucle.core.questionnaire.conditions import Condition, Test, Truth
from boucle.core.questionnaire.model import Grid
from boucle.core.questionnaire.routing import dependents

LOOK_BACK = "Conditions look at earlier questions only: move one of the two, or drop the condition."


def unknown_references(draft: Draft) -> Iterator[Flaw]:
    """A condition looks at a question that exists."""
    grids = {placed.block.id: placed.block for placed in draft.blocks if isinstance(placed.block, Grid)}
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            if test.answer in grids:
                rows = ", ".join(row.id for row in grids[test.answer].rows)
                yield Flaw(pointer, f'"{test.answer}" is a grid: each row has its answer.', f"Name a row: {rows}.")
            elif test.answer not in draft.order:
                yield Flaw(pointer, f'No question is called "{test.answer}".', _known(test.answer, draft))


def _known(name: str, draft: Draft) -> str:
    close = get_close_matches(name, draft.order, n=1)
    return f'Did you mean "{close[0]}"?' if close else "Name an earlier question."


def self_references(draft: Draft) -> Iterator[Flaw]:
    """No question decides whether it is asked itself."""
    for placed, pointer, test in _later(draft):
        if test.answer in _decided(draft, placed):
            yield Flaw(pointer, f'"{placed.owner}" looks at "{test.answer}", which it decides about.', LOOK_BACK)


def circular_references(draft: Draft) -> Iterator[Flaw]:
    """No two questions wait for each other."""
    for placed, pointer, test in _later(draft):
        decided = _decided(draft, placed)
        if test.answer not in decided and any(test.answer in dependents(draft.questionnaire)[each] for each in decided):
            yield Flaw(pointer, f'"{placed.owner}" and "{test.answer}" wait for each other.', LOOK_BACK)


def later_references(draft: Draft) -> Iterator[Flaw]:
    """A condition looks at a question that was asked before."""
    for placed, pointer, test in _later(draft):
        decided = _decided(draft, placed)
        if not any(test.answer in {each, *dependents(draft.questionnaire)[each]} for each in decided):
            yield Flaw(pointer, f'"{test.answer}" is asked after "{placed.owner}".', LOOK_BACK)


def _later(draft: Draft) -> Iterator[tuple[PlacedCondition, str, Test]]:
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            if draft.order.get(test.answer, -1) >= placed.position:
                yield placed, pointer, test


def _decided(draft: Draft, placed: PlacedCondition) -> frozenset[str]:
    """The questions that a condition shows or hides."""
    for section in draft.questionnaire.sections:
        if section.id == placed.owner and section.relevant == placed.condition:
            return frozenset(question.id for question in section.questions)
    here = {placed.owner, f"{placed.owner}.other"}
    return frozenset(each for each in draft.order if each in here or each.startswith(f"{placed.owner}."))


def misfitting(draft: Draft) -> Iterator[Flaw]:
    """A condition compares an answer with what that answer can be."""
    for placed in draft.conditions:
        for pointer, test in placed.tests:
            question = draft.questionnaire.by_id.get(test.answer)
            if question is not None:
                yield from (Flaw(pointer, message, remedy) for message, remedy in misfits(test, question))


def never_true(draft: Draft) -> Iterator[Flaw]:
    """Some answers lead to every section and question."""
    yield from _verdicts(draft, Truth.NO, "never holds: nobody would be asked", "Correct the condition, or remove it")


def always_true(draft: Draft) -> Iterator[Flaw]:
    """A condition holds for some and not for others."""
    yield from _verdicts(draft, Truth.YES, "always holds: everybody would be asked", "Remove the condition")


def _verdicts(draft: Draft, verdict: Truth, message: str, remedy: str) -> Iterator[Flaw]:
    if not draft.routes_soundly:
        return
    reach = Reach(draft.questionnaire)
    sections: dict[str, Condition | None] = {}
    for placed in draft.conditions:
        given = None
        if "/questions/" in placed.pointer:
            section = draft.questionnaire.sections[int(placed.pointer.split("/")[2])]
            given = section.relevant
            if given is not None and sections.setdefault(section.id, given) and reach.truth(given) is Truth.NO:
                continue
        if reach.truth(placed.condition, given) is verdict:
            yield Flaw(placed.pointer, f'This condition {message} "{placed.owner}".', f"{remedy}.")


SAID = {
    "fr": ("si ", "sinon", "s'", "s’", "quand ", "lorsque ", "pour ceux", "pour celles"),
    "en": ("if ", "otherwise", "when ", "for those"),
}
"""How a label says that it is not for everybody, in the languages whose wording is checked."""


def unsaid_conditions(draft: Draft) -> Iterator[Flaw]:
    """A conditional question says so: browsers that cannot hide it show it to everybody."""
    for placed in draft.blocks:
        if placed.json.get("relevant") is None or placed.json["type"] == "note":
            continue
        for language, openings in SAID.items():
            label = placed.json["label"].get(language, "")
            if label and not label.lower().startswith(openings):
                example = "Si oui : ..." if language == "fr" else "If yes: ..."
                message = f"The question is not for everybody, and its {language} label does not say so."
                yield Flaw(f"{placed.pointer}/label/{language}", message, f'Begin it with "{example}" or the like.')


RULES = (
    error("unknown-reference", unknown_references),
    error("self-reference", self_references),
    error("circular-reference", circular_references),
    error("later-reference", later_references),
    error("condition-misfit", misfitting),
    error("never-asked", never_true),
    error("always-asked", always_true),
    warning("condition-unsaid", unsaid_conditions),
)
