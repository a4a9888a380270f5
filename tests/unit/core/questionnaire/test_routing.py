"""Routing: one function decides what is shown, counted and stored."""

from dataclasses import replace

from boucle.core.questionnaire.conditions import Equals, Includes, Not, Test, Truth
from boucle.core.questionnaire.routing import dependents, may_be_asked, path
from support.builders import make_multiple, make_questionnaire, make_single, make_yes_no

SUPPORT = make_questionnaire(
    make_yes_no("accompagne"),
    make_yes_no("referent", relevant=Equals("accompagne", "yes")),
    make_single("contact", "un", "plusieurs", relevant=Equals("referent", "yes")),
    make_yes_no("seul", relevant=Not(Equals("accompagne", "yes"))),
)


def test_a_question_is_asked_when_its_condition_holds() -> None:
    assert path(SUPPORT, {"accompagne": "yes"}).asked == ("accompagne", "referent")


def test_an_unanswered_question_makes_a_comparison_false_and_its_negation_true() -> None:
    assert path(SUPPORT, {}).asked == ("accompagne", "seul")


def test_an_answer_off_the_path_is_dropped_and_steers_nothing() -> None:
    taken = path(SUPPORT, {"accompagne": "no", "referent": "yes", "contact": "un"})
    assert (taken.asked, taken.answers) == (("accompagne", "seul"), {"accompagne": "no"})


def test_a_section_that_does_not_apply_hides_its_questions() -> None:
    closed = replace(
        SUPPORT.sections[0], id="suite", relevant=Equals("accompagne", "no"), blocks=(make_yes_no("apres"),)
    )
    both = replace(SUPPORT, sections=(*SUPPORT.sections, closed))
    assert path(both, {"accompagne": "no"}).asked == ("accompagne", "seul", "apres")
    assert "apres" not in path(both, {"accompagne": "yes"}).asked


def test_dependents_are_found_through_other_dependents() -> None:
    assert dependents(SUPPORT)["accompagne"] == {"referent", "contact", "seul"}
    assert dependents(SUPPORT)["referent"] == {"contact"}


def test_a_choice_among_several_can_route() -> None:
    asked = make_questionnaire(
        make_multiple("freins", "transport", "langue"), make_yes_no("permis", relevant=Includes("freins", "a"))
    )
    assert path(asked, {"freins": ("transport",)}).asked == ("freins",)
    assert path(asked, {"freins": ("a", "transport")}).asked == ("freins", "permis")


def test_what_is_known_of_one_answer_bounds_what_is_asked() -> None:
    def evaluate_accompanied(test: Test) -> Truth:
        return Truth.of(test == Equals("accompagne", "yes")) if test.answer == "accompagne" else Truth.MAYBE

    verdicts = [may_be_asked(SUPPORT, question, evaluate_accompanied) for question in SUPPORT.questions]
    assert verdicts == [Truth.YES, Truth.YES, Truth.MAYBE, Truth.NO]
