"""Promises of the paper form: every question, in the languages asked for, and the way back to the online form."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.cli import main
from boucle.content.surveys import read_surveys
from boucle.pages.exports.paper import draw_qr_code, render_paper_form
from support.builders import DEMONSTRATION, SURVEYS
from support.documents.pages_read import Element, find_objections, read_page
from support.every_type import QUESTIONNAIRE, STUDY

ORIGIN = "https://enquete.example.org"


def print_form(*languages: str) -> Element:
    return read_page(render_paper_form(STUDY, QUESTIONNAIRE, languages, ORIGIN))


@pytest.mark.parametrize("languages", [("fr",), ("ar", "fr")])
def test_every_question_and_choice_is_on_paper_in_every_language_asked_for(languages: tuple[str, ...]) -> None:
    text = print_form(*languages).text
    labels = [label[language] for language in languages for label in _labels()]
    assert [label_text for label_text in labels if label_text not in text] == []


def test_nobody_can_object_to_the_page() -> None:
    study = read_surveys(SURVEYS)[DEMONSTRATION]
    for questionnaire in study.questionnaires:
        assert find_objections(render_paper_form(study, questionnaire, ("ar", "fr"), ORIGIN)) == []


def test_who_answers_for_the_data_and_on_which_basis_stands_on_the_paper() -> None:
    controller = STUDY.controller
    text = print_form("fr").text
    assert all(value in text for value in (controller.name, controller.dpo, controller.legal_basis["fr"]))


def test_the_choices_stand_in_the_order_in_which_keys_pick_them() -> None:
    first = next(ordered_list for ordered_list in print_form("en").all("ol") if "bus" in ordered_list.text)
    assert [item.text for item in first.all("li")] == ["bus (en)", "language (en)", "other (en)", "nothing (en)"]


def test_the_drawing_says_the_address_that_is_written_beside_it() -> None:
    page = render_paper_form(STUDY, QUESTIONNAIRE, ("en",), ORIGIN)
    address = f"{ORIGIN}/en/paths/people/"
    assert read_page(page).one("span", class_="address").text == address.removeprefix("https://")
    assert str(draw_qr_code(address)) in page
    assert str(draw_qr_code(f"{ORIGIN}/paths/people/")) not in page


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    file = tmp_path / "paper.html"
    words = ["--origin", ORIGIN, "--surveys", str(SURVEYS), "export", "paper", DEMONSTRATION, "candidats", str(file)]
    assert CliRunner().invoke(main, [*words, "-l", "fr", "-l", "ar"]).exit_code == 0
    assert "enquete.example.org/parcours-de-qualite/candidats/" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["elsewhere", "candidats"], "There is no study elsewhere"),
        ([DEMONSTRATION, "nobody"], "has no nobody"),
        ([DEMONSTRATION, "candidats", "-l", "de"], "speaks fr, en, ar, not de"),
    ],
)
def test_a_wrong_name_is_said_with_the_right_ones(tmp_path: Path, words: list[str], said: str) -> None:
    asked = ["--origin", ORIGIN, "--surveys", str(SURVEYS), "export", "paper", *words, str(tmp_path / "paper.html")]
    ran = CliRunner().invoke(main, asked)
    assert (ran.exit_code, said in ran.output) == (2, True)


def test_without_a_public_address_the_command_asks_for_one(tmp_path: Path) -> None:
    asked = ["--surveys", str(SURVEYS), "export", "paper", DEMONSTRATION, "candidats", str(tmp_path / "paper.html")]
    ran = CliRunner().invoke(main, asked)
    assert (ran.exit_code, "--origin" in ran.output) == (2, True)


def _labels() -> list[dict[str, str]]:
    choices = [choice for question in QUESTIONNAIRE.questions for choice in getattr(question, "choices", ())]
    return [dict(labelled.label) for labelled in (*QUESTIONNAIRE.questions, *choices)]
