"""Random questionnaires and random answers to them, for properties that must hold of every one."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import combinations, permutations

from hypothesis import strategies as st

from boucle.core.ports import Pending
from boucle.core.questionnaire.conditions import And, Answered, Compare, Condition, Equals, In, Includes, Not, Or
from boucle.core.questionnaire.model import (
    Block,
    Closed,
    Date,
    FreeText,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Section,
    Single,
    YesNo,
)
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.values import Answer, Answers
from support import builders

MANY_FORMS = int(os.environ.get("BOUCLE_FORMS", "150"))
"""How many forms a slow test makes up; `make campaign` asks for thousands."""
OPTIONS = ("a", "b", "c")
DAYS = ("2026-01-01", "2026-02-01", "2026-03-01")


@st.composite
def forms(draw: st.DrawFn, most: int = 5) -> Questionnaire:
    """A questionnaire of up to `most` questions of any type, routed at random, perhaps with a cross-tab."""
    questions: list[Question] = []
    for number in range(draw(st.integers(2, most))):
        question = draw(_questions(f"q{number}"))
        questions.append(replace(question, relevant=draw(_perhaps_a_condition(questions))))
    return _in_two_sections(questions, draw(_crosstabs(questions)), draw)


def _in_two_sections(
    questions: list[Question], crosstabs: tuple[tuple[str, str], ...], draw: st.DrawFn
) -> Questionnaire:
    cut = draw(st.integers(1, len(questions)))
    form = builders.make_questionnaire(*questions[:cut], crosstabs=crosstabs)
    later: tuple[Block, ...] = tuple(questions[cut:])
    if not later:
        return form
    relevant = draw(_perhaps_a_condition(questions[:cut]))
    second = Section(id="second", title=builders.make_text("Second"), blocks=later, relevant=relevant)
    return replace(form, sections=(*form.sections, second))


@st.composite
def _questions(draw: st.DrawFn, id: str) -> Question:
    label, required = builders.make_text(id), draw(st.booleans())
    kinds: list[Question] = [
        YesNo(id=id, label=label, required=required, dont_know=draw(st.booleans())),
        Single(id=id, label=label, required=required, choices=builders.make_choices(*OPTIONS)),
        Rating(id=id, label=label, required=required, minimum=0, maximum=2),
        Number(id=id, label=label, required=required, minimum=0, maximum=29, bins=(0, 10, 20)),
        Date(id=id, label=label, required=required, minimum=DAYS[0], maximum="2026-03-31", bins=DAYS),
        Multiple(
            id=id,
            label=label,
            required=required,
            choices=builders.make_choices(*OPTIONS),
            max_choices=draw(_few(len(OPTIONS))),
        ),
        Ranking(
            id=id, label=label, required=required, choices=builders.make_choices(*OPTIONS), top=draw(_few(len(OPTIONS)))
        ),
        FreeText(id=id, label=label),
    ]
    return draw(st.sampled_from(kinds))


def _few(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most)


def _perhaps_a_condition(earlier: list[Question]) -> st.SearchStrategy[Condition | None]:
    # Free texts are kept apart from the other answers: nothing may hang on them.
    sources = [source for source in earlier if not isinstance(source, FreeText)]
    return st.none() | _conditions(sources) if sources else st.none()


def _conditions(sources: list[Question]) -> st.SearchStrategy[Condition]:
    tests = [_tests(question) for question in sources]
    return st.recursive(
        st.one_of(tests),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=2, max_size=2).map(lambda operands: And(tuple(operands))),
            st.lists(inner, min_size=2, max_size=2).map(lambda operands: Or(tuple(operands))),
        ),
        max_leaves=3,
    )


def _tests(question: Question) -> st.SearchStrategy[Condition]:
    id, some = question.id, answers_to(question)
    answered = st.just(Answered(id))
    operators = st.sampled_from(["<", "<=", ">", ">="])
    match question:
        case Multiple() | Ranking():
            return answered | st.sampled_from(OPTIONS).map(lambda option: Includes(id, option))
        case Number():
            # At the bounds of bins and inside them.
            return answered | st.builds(Compare, st.just(id), operators, st.sampled_from([0, 5, 10, 20, 29]))
        case Date():
            return answered | st.builds(Compare, st.just(id), operators, st.sampled_from([*DAYS, "2026-03-31"]))
        case Rating():
            return answered | st.builds(Compare, st.just(id), operators, st.integers(0, 2))
        case _:
            one = some.filter(lambda answer: not isinstance(answer, tuple))
            return (
                answered
                | one.map(lambda value: Equals(id, _scalar(value)))
                | one.map(lambda value: In(id, (_scalar(value),)))
            )


def _scalar(answer: Answer) -> str | int | float:
    if isinstance(answer, tuple):
        raise TypeError("one value is wanted")
    return answer


@st.composite
def _crosstabs(draw: st.DrawFn, questions: list[Question]) -> tuple[tuple[str, str], ...]:
    singles = [question for question in questions if isinstance(question, Closed)]
    others = [question for question in questions if isinstance(question, Closed | Multiple)]
    pairs = [(one.id, other.id) for one in singles for other in others if one.id != other.id]
    if not pairs or draw(st.booleans()):
        return ()
    first, second = draw(st.sampled_from(pairs))
    return ((second, first) if draw(st.booleans()) else (first, second),)


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    """Any valid answer to a question."""
    return st.sampled_from(every_answer_to(question))


def every_answer_to(question: Question) -> list[Answer]:
    """Every valid answer to a small question; of numbers and days, those at and around the bounds of bins."""
    match question:
        case Multiple(max_choices=most):
            return [options for size in range(1, most + 1) for options in combinations(OPTIONS, size)]
        case Ranking(top=top):
            return list(permutations(OPTIONS, top))
        case Number():
            return [0, 4, 5, 9, 10, 19, 20, 29]
        case Date():
            return [*DAYS, "2026-01-31", "2026-02-28", "2026-03-31"]
        case Closed():
            return list(question.values)
        case _:
            return ["words"]


@st.composite
def raw_answers(draw: st.DrawFn, form: Questionnaire) -> Answers:
    """What one person would answer to every question; routing then takes what counts."""
    answers: dict[str, Answer] = {}
    for question in form.questions:
        if question.required or draw(st.integers(0, 3)):
            answers[question.id] = draw(answers_to(question))
    return answers


def to_pending(form: Questionnaire, answers: Answers) -> Pending:
    """A response as the seal reads it: closed answers on the path."""
    kept = path(form, answers).answers
    texts = {question.id for question in form.questions if isinstance(question, FreeText)}
    closed = {id: answer for id, answer in kept.items() if id not in texts}
    return Pending(version=form.version, mode="self", answers=closed)
