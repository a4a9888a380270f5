"""Rules against recognising somebody: what the expected number of answers leaves in each cell.

Answers are taken to spread evenly, which is kind: real answers leave some cells emptier. A cell that is too small even
so will not be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_warning_rule
from boucle.authoring.lint.spread import even_share
from boucle.core.questionnaire.model import Closed, Multiple, Question
from boucle.core.questionnaire.values import Value
from boucle.core.release.cells import MIN_BASE, MIN_COUNT

FEW_ANSWERS = 100

ANSWERING_SHARE = 10
"""One person in so many is taken to answer an open invitation, when the author expects nothing else."""

MAX_NAMED = 4


@dataclass(frozen=True, slots=True)
class ExpectedAnswers:
    """How many answers a version can expect in a wave, and where that is said."""

    draft: Draft
    pointer: str
    answers: int


def check_few_answers(draft: StudyDraft) -> Iterator[IssueDraft]:
    """With few answers, one publication at the close says more than several along the way."""
    if draft.json.get("publication", {}).get("mode", "live") == "live":
        for expected in _find_expected(draft):
            if expected.answers < FEW_ANSWERS:
                name = expected.draft.questionnaire.id
                message = (
                    f"About {expected.answers} answers to {name} are expected: live cohorts would be mostly noise."
                )
                yield IssueDraft(expected.pointer, message, 'Set "publication": {"mode": "close_only"}.')


def check_small_bases(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A question is expected to reach enough people to be shown."""
    for expected in _find_expected(draft):
        reached = expected.draft.shares_asked
        for question in expected.draft.questionnaire.questions:
            base = expected.answers * reached.get(question.id, 1.0)
            if isinstance(question, (Closed, Multiple)) and base < MIN_BASE:
                message = f'About {base:.0f} of {expected.answers} people are expected to be asked "{question.id}".'
                remedy = f"It is shown from {MIN_BASE} on: widen its condition, or ask it of everybody."
                yield IssueDraft(expected.draft.places[question.id], message, remedy, expected.draft.file)


def check_small_crosstab_cells(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A cross-tab is expected to fill its cells."""
    for expected in _find_expected(draft):
        questionnaire = expected.draft.questionnaire
        for index, pair in enumerate(questionnaire.publication.crosstabs):
            questions = [questionnaire.by_id[name] for name in pair if name in questionnaire.by_id]
            if len(questions) == 2:
                yield from _check_small_cells(expected, f"/publication/crosstabs/{index}", questions)


def _check_small_cells(expected: ExpectedAnswers, pointer: str, questions: list[Question]) -> Iterator[IssueDraft]:
    reached = expected.draft.shares_asked
    base = expected.answers * min(reached.get(question.id, 1.0) for question in questions)
    count = base * prod(even_share(question) for question in questions)
    if count < MIN_COUNT:
        first, second = ([str(value) for value in _values(question)] for question in questions)
        named = [f"{a} x {b}" for a in first for b in second]
        more = f" and {len(named) - MAX_NAMED} more" if len(named) > MAX_NAMED else ""
        message = (
            f"About {count:.1f} answers are expected in each cell of {questions[0].id} x {questions[1].id}: "
            f"{', '.join(named[:MAX_NAMED])}{more}."
        )
        remedy = f"A cell is shown from {MIN_COUNT} on: merge choices, or publish the questions apart."
        yield IssueDraft(pointer, message, remedy, expected.draft.file)


def check_recognisable_people(draft: StudyDraft) -> Iterator[IssueDraft]:
    """What describes people, taken together, describes several of them."""
    for expected in _find_expected(draft):
        describing = [question for question in expected.draft.questionnaire.questions if question.quasi_identifier]
        combinations = prod(len(_values(question)) for question in describing)
        alike = expected.answers / combinations
        if len(describing) > 1 and alike < MIN_COUNT:
            names = " x ".join(question.id for question in describing)
            message = (
                f"{names} make {combinations} descriptions: about {alike:.1f} people fit each of them, "
                f"such as {', '.join(str(_values(question)[0]) for question in describing)}."
            )
            remedy = f"Merge choices or drop a question, so that {MIN_COUNT} people or more fit each."
            place = expected.draft.places[describing[-1].id]
            yield IssueDraft(place, message, remedy, expected.draft.file)


def check_crossed_descriptions(draft: StudyDraft) -> Iterator[IssueDraft]:
    """What describes people is not published crossed with what describes them too."""
    for version in draft.readable:
        for index, pair in enumerate(version.questionnaire.publication.crosstabs):
            questions = [version.questionnaire.by_id[name] for name in pair if name in version.questionnaire.by_id]
            if len(questions) == 2 and all(question.quasi_identifier for question in questions):
                message = f"{pair[0]} and {pair[1]} both help to recognise people, and are published together."
                yield IssueDraft(f"/publication/crosstabs/{index}", message, "Publish them apart.", version.file)


def _find_expected(draft: StudyDraft) -> Iterator[ExpectedAnswers]:
    """For each version, the first wave that opens it and says how many people it is meant for."""
    seen: set[tuple[str, str]] = set()
    for index, wave in enumerate(draft.json["waves"]):
        for name, openings in wave["questionnaires"].items():
            said = "expected" if name in wave.get("expected", {}) else "population"
            if name in wave.get(said, {}):
                answers = wave[said][name] if said == "expected" else -(-wave[said][name] // ANSWERING_SHARE)
                for version in (opening["version"] for opening in openings):
                    if (name, version) in draft.by_version and (name, version) not in seen:
                        seen.add((name, version))
                        yield ExpectedAnswers(draft.by_version[name, version], f"/waves/{index}/{said}/{name}", answers)


def _values(question: Question) -> tuple[Value, ...]:
    return tuple(question.values) if isinstance(question, (Closed, Multiple)) else ()


RULES = (
    make_warning_rule("few-answers", check_few_answers),
    make_warning_rule("small-base", check_small_bases),
    make_warning_rule("small-cells", check_small_crosstab_cells),
    make_warning_rule("recognisable-people", check_recognisable_people),
    make_warning_rule("crossed-descriptions", check_crossed_descriptions),
)
