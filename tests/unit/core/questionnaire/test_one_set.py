"""For any questionnaire and any answers, what is shown, stored and counted is one and the same set of questions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.ports import Pending
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import Special
from boucle.core.privacy.tally import tabulate
from boucle.core.questionnaire.conditions import And, Answered, Compare, Condition, Equals, In, Includes, Not, Or
from boucle.core.questionnaire.model import Multiple, Question, Questionnaire, Rating, Section, Single, YesNo
from boucle.core.questionnaire.validation import settle
from boucle.core.questionnaire.values import Answer
from boucle.languages.catalogues import translator_for
from boucle.pages.forms.answers import read_back
from support.builders import make_choices, make_questionnaire, make_text

KINDS = ("yes_no", "single", "multiple", "rating")


def comparisons(kind: str, id: str) -> st.SearchStrategy[Condition]:
    """What a condition may ask of a question of this kind."""
    fitting: dict[str, Sequence[Condition]] = {
        "yes_no": [Equals(id, "yes"), Equals(id, "no")],
        "single": [Equals(id, "a"), In(id, ("a", "b"))],
        "multiple": [Includes(id, "a"), Includes(id, "c")],
        "rating": [Compare(id, ">=", 2), Equals(id, 0)],
    }
    return st.sampled_from([*fitting[kind], Answered(id)])


@st.composite
def conditions(draw: st.DrawFn, earlier: Sequence[tuple[str, str]]) -> Condition | None:
    if not earlier or draw(st.booleans()):
        return None
    leaves = st.sampled_from(earlier).flatmap(lambda source: comparisons(*source))
    return draw(
        st.recursive(
            leaves,
            lambda inner: st.one_of(
                st.builds(Not, inner),
                st.builds(lambda a, b: And((a, b)), inner, inner),
                st.builds(lambda a, b: Or((a, b)), inner, inner),
            ),
            max_leaves=3,
        )
    )


def question(kind: str, id: str, relevant: Condition | None) -> Question:
    match kind:
        case "yes_no":
            return YesNo(id=id, label=make_text(id), relevant=relevant)
        case "single":
            return Single(id=id, label=make_text(id), relevant=relevant, choices=make_choices("a", "b", "c"))
        case "multiple":
            return Multiple(
                id=id, label=make_text(id), relevant=relevant, choices=make_choices("a", "b", "c"), max_choices=2
            )
        case _:
            return Rating(id=id, label=make_text(id), relevant=relevant, minimum=0, maximum=3)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=7))
    earlier: list[tuple[str, str]] = []
    questions: list[Question] = []
    for index, kind in enumerate(kinds):
        questions.append(question(kind, f"q{index}", draw(conditions(earlier))))
        earlier.append((kind, f"q{index}"))
    split = draw(st.integers(1, len(questions) - 1))
    whole = draw(conditions(earlier[:split]))
    second = Section(id="s2", title=make_text("2"), relevant=whole, blocks=tuple(questions[split:]))
    first = make_questionnaire(*questions[:split])
    return Questionnaire(
        id=first.id,
        version=first.version,
        languages=first.languages,
        title=first.title,
        sections=(*first.sections, second),
    )


@st.composite
def answer_anything(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Answer]]:
    """Answers to any of the questions, off the path too."""
    version = draw(questionnaires())
    possible: dict[str, st.SearchStrategy[Answer | None]] = {}
    for one_question in version.questions:
        match one_question:
            case Multiple():
                possible[one_question.id] = st.sampled_from([None, ("a",), ("b", "c"), ("a", "c")])
            case _:
                possible[one_question.id] = st.sampled_from([None, *getattr(one_question, "values", ())])
    drawn = draw(st.fixed_dictionaries(possible))
    return version, {id: answer for id, answer in drawn.items() if answer is not None}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(answer_anything())
def test_what_is_shown_stored_and_counted_is_one_set(given_answers: tuple[Questionnaire, dict[str, Answer]]) -> None:
    version, answers = given_answers
    taken, _ = settle(version, answers, ())
    shown = [
        str(line.question) for section in read_back(version, taken, {}, translator_for("fr")) for line in section.lines
    ]
    assert shown == list(taken.asked)
    assert set(taken.answers) == set(taken.asked) & set(answers)
    assert find_counted_as_asked(version, answers) == set(taken.asked)
    assert find_counted_as_asked(version, dict(taken.answers)) == set(taken.asked)


def find_counted_as_asked(version: Questionnaire, answers: dict[str, Answer]) -> set[str]:
    """The questions that a tally of this one response does not count as "not asked"."""
    planned = plan([version])
    counts = tabulate(
        planned, {version.version: version}, [Pending(version=version.version, mode="self", answers=answers)]
    )
    found = set()
    for table, row in zip(planned.tables, counts.counts, strict=True):
        cells = [cell for cell, count in zip(table.cells, row, strict=True) if count]
        found |= {id for cell in cells for id, outcome in zip(table.questions, cell, strict=True) if is_asked(outcome)}
    return found & set(version.by_id)


def is_asked(outcome: object) -> bool:
    return outcome is not Special.NOT_ASKED
