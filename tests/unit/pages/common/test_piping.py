"""Piping: a later text says an earlier answer again, escaped, and reads sensibly where no answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boucle.core.questionnaire.model import Choice, Date, Multiple, Number, Questionnaire, Single
from boucle.core.questionnaire.piping import find_piped_questions, pipe_answers
from boucle.core.questionnaire.routing import Path, path
from boucle.core.questionnaire.values import Answers
from boucle.languages.catalogues import translator_for
from boucle.pages.common.piped_answers import as_typed, fill_answers
from boucle.pages.forms import fragments
from boucle.pages.forms.answers import read_back
from support.builders import make_choices, make_questionnaire, make_rating, make_study, make_text, make_yes_no

HELPED = replace(make_yes_no("helped"), label={"fr": "Êtes-vous aidé ?"})
CITY = Single(id="city", label=make_text("Où ?"), choices=(Choice(value="a", label=make_text("Aix & <b>Arles</b>")),))
BLOCKS = Multiple(id="blocks", label=make_text("Quoi ?"), choices=make_choices("bus", "langue", "temps"), max_choices=3)
KIDS = Number(id="kids", label=make_text("Combien ?"), minimum=0, maximum=20, bins=(0, 1), unit=make_text("enfants"))
SINCE = Date(id="since", label=make_text("Quand ?"), minimum="2020-01-01", maximum="2026-12-31", bins=("2020-01-01",))
MARK = make_rating("mark")


def make_piped(label: str) -> Questionnaire:
    return make_questionnaire(
        HELPED, CITY, BLOCKS, KIDS, SINCE, MARK, replace(make_yes_no("last"), label=make_text(label))
    )


def render_label(label: str, answers: Answers) -> str:
    return fill_answers(label, make_piped(label), as_typed(answers), translator_for("fr"))


def test_a_text_names_the_questions_that_it_says_again() -> None:
    assert list(find_piped_questions("{answer:a} et {answer:grid.row}, pas {answer} ni {b}")) == ["a", "grid.row"]


def test_a_text_without_answers_is_left_alone() -> None:
    assert pipe_answers("Combien { de } ?", lambda id: "?") == "Combien { de } ?"


@pytest.mark.parametrize(
    ("id", "answer", "label"),
    [
        ("helped", "yes", "Oui"),
        ("city", "a", "Aix & <b>Arles</b>"),
        ("blocks", ("bus", "temps"), "bus, temps"),
        ("kids", 3, "3 enfants"),
        ("since", "2024-02-01", "01/02/2024"),
        ("mark", 8, "8"),
    ],
)
def test_each_closed_answer_is_said_by_its_label(id: str, answer: str | int | tuple[str, ...], label: str) -> None:
    assert render_label(f"Vous avez dit : {{answer:{id}}}.", {id: answer}) == f"Vous avez dit : {label}."


def test_without_an_answer_the_text_points_to_the_question() -> None:
    assert render_label("Selon {answer:helped} : pourquoi ?", {}) == (
        "Selon votre réponse à «\u202fÊtes-vous aidé ?\u202f» : pourquoi ?"
    )


@pytest.mark.parametrize("id", ["helped", "city", "blocks", "kids", "since", "mark"])
def test_what_was_typed_and_is_no_answer_is_never_said_again(id: str) -> None:
    assert "script" not in fill_answers(f"{{answer:{id}}}", make_piped(""), {id: ("<script>",)}, translator_for("fr"))


def test_the_form_says_the_answer_again_once_it_is_typed_and_escapes_it() -> None:
    asked = make_piped("À {answer:city}, quoi ?")
    blank = fragments.render_form(make_study(asked), asked, "fr", typed={}, issues=(), mode="self").content
    again = fragments.render_form(
        make_study(asked), asked, "fr", typed={"city": ("a",)}, issues=(), mode="self"
    ).content
    place = '<span data-answer="city" data-none="votre réponse à «\u202fOù ?\u202f»">'
    assert f"À {place}votre réponse à «\u202fOù ?\u202f»</span>, quoi ?" in blank
    assert f"À {place}Aix &amp; &lt;b&gt;Arles&lt;/b&gt;</span>, quoi ?" in again
    assert "<b>" not in again


def test_only_a_form_that_says_answers_again_loads_the_script_for_it() -> None:
    def find_scripts(label: str) -> list[str]:
        asked = make_piped(label)
        page = fragments.render_form(make_study(asked), asked, "fr", typed={}, issues=(), mode="self")
        return [script for script in page.scripts if "again.js" in script]

    assert len(find_scripts("À {answer:city}, quoi ?")) == 1
    assert find_scripts("Quoi ?") == []


def test_a_place_in_emphasis_is_marked_too_and_nothing_of_the_marks_is_left() -> None:
    asked = make_piped("À **{answer:city}**, quoi ?")
    content = fragments.render_form(make_study(asked), asked, "fr", typed={}, issues=(), mode="self").content
    assert '<strong><span data-answer="city"' in content
    assert not any(mark in content for mark in "\ue000\ue001\ue002")


def test_the_check_page_says_the_answers_that_count() -> None:
    asked = make_piped("À {answer:city}, quoi ?")
    taken: Path = path(asked, {"city": "a"})
    (section,) = read_back(asked, taken, {}, translator_for("fr"))
    assert "À Aix &amp; &lt;b&gt;Arles&lt;/b&gt;, quoi ?" in [str(line.question) for line in section.lines]
