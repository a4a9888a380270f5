"""Routing is walked once: twice as many questions in a chain take twice as many steps, and the answers stay exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings

from boucle.authoring.lint.reach import Reach
from boucle.authoring.lint.spread import Spread
from boucle.core.privacy import structural_zeros
from boucle.core.privacy.plan import plan
from boucle.core.questionnaire.conditions import Condition, Test, Truth
from boucle.core.questionnaire.model import Date, Number, Question, Questionnaire
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.questionnaire.routing import applies, may_be_asked, path
from boucle.core.questionnaire.values import Answer, Answers
from boucle.core.strictjson import JsonObject
from support.random_forms import MANY_FORMS, every_answer_to, forms
from support.routing_chains import make_ladder, make_rounds

MAKERS = {"rounds": make_rounds, "ladder": make_ladder}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_twice_the_chain_takes_twice_the_steps(make: Callable[[int], JsonObject]) -> None:
    assert count_steps(parse_questionnaire(make(40))) < 2.1 * count_steps(parse_questionnaire(make(20)))


def count_steps(form: Questionnaire) -> int:
    reach = Reach(form)
    for condition, around in list_conditions(form):
        reach.truth(condition, around)
    return reach.walker.steps


def list_conditions(form: Questionnaire) -> list[tuple[Condition, Condition | None]]:
    """Every condition, with that of the section around it."""
    pairs: list[tuple[Condition | None, Condition | None]] = [(section.relevant, None) for section in form.sections]
    pairs += [(block.relevant, section.relevant) for section in form.sections for block in section.blocks]
    return [(condition, around) for condition, around in pairs if condition is not None]


def everybody(form: Questionnaire) -> list[Answers]:
    """What counts of every way to answer a small form."""
    domains = [[*list_answers(question), *([] if question.required else [None])] for question in form.questions]
    combinations = (zip(form.by_id, answers, strict=True) for answers in product(*domains))
    return [path(form, {id: one for id, one in several if one is not None}).answers for several in combinations]


def list_answers(question: Question) -> list[Answer]:
    """With one between the last two numbers, and the last two days, that conditions of random forms name."""
    match question:
        case Number():
            return [*every_answer_to(question), 24]
        case Date():
            return [*every_answer_to(question), "2026-03-15"]
        case _:
            return every_answer_to(question)


@settings(max_examples=100, deadline=None)
@given(forms(most=3))
def test_never_and_always_are_said_exactly_of_any_small_form(form: Questionnaire) -> None:
    check_verdicts(form)


@pytest.mark.slow
@settings(max_examples=MANY_FORMS, deadline=None)
@given(forms(most=4))
def test_never_and_always_are_said_exactly_of_many_small_forms(form: Questionnaire) -> None:
    check_verdicts(form)


def check_verdicts(form: Questionnaire) -> None:
    reach, people = Reach(form), everybody(form)
    for condition, around in list_conditions(form):
        verdicts = {applies(condition, answers) for answers in people if applies(around, answers)}
        expected = Truth.MAYBE if len(verdicts) == 2 else Truth.of(verdicts == {True})
        assert reach.truth(condition, around) is expected


def test_a_round_is_reached_by_as_many_as_say_so_each_time() -> None:
    spread = Spread(Reach(parse_questionnaire(make_rounds(3))))
    # A third tries; of those, one in four has neither sign nor effect, and half of the others go on.
    again = 1 / 3 * 3 / 4 * 1 / 2
    assert spread.share_asked("essai_2") == pytest.approx(again)
    assert spread.share_asked("jour_3") == pytest.approx(again**2 / 3)


def test_the_end_of_a_ladder_is_reached_by_two_thirds_at_each_step() -> None:
    spread = Spread(Reach(parse_questionnaire(make_ladder(40))))
    assert spread.share_asked("marche_40") == pytest.approx((2 / 3) ** 39)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_the_plan_asks_once_of_each_question_whether_it_is_asked(
    make: Callable[[int], JsonObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[str] = []

    def count_question(form: Questionnaire, question: Question, known: Callable[[Test], Truth]) -> Truth:
        walked.append(question.id)
        return may_be_asked(form, question, known)

    monkeypatch.setattr(structural_zeros, "may_be_asked", count_question)
    form = parse_questionnaire(make(13))
    plan([form])
    assert walked == [question.id for question in form.questions]
