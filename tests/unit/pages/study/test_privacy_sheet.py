"""The anonymity sheet: every stored attribute, every question with its guarantee, in every language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from boucle.content.surveys import read_study
from boucle.core.privacy.guarantee import best_guess
from boucle.core.privacy.plan import plan
from boucle.core.questionnaire.model import FreeText
from boucle.core.study.model import Mechanism, Study
from boucle.pages.study.privacy import render_privacy_sheet
from boucle.pages.study.stored import STORED
from support import builders
from support.builders import DEMONSTRATION, SURVEYS
from support.cohorts import FORM


def sheet(study: Study, language: str = "fr") -> str:
    return str(render_privacy_sheet(study, language).content)


def row(page: str, label: str) -> list[str]:
    """The cells beside a label."""
    found = page.partition(f'<th scope="row">{label}</th>')[2].partition("</tr>")[0]
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found)]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_every_attribute_that_a_store_may_hold_stands_on_it_by_name(language: str) -> None:
    page = sheet(read_study(SURVEYS / DEMONSTRATION), language)
    named = re.findall(r"<code>(.*?)</code>", page)
    assert named == [f"{kind}.{name}" for kind, attributes in STORED.items() for name in attributes]


@pytest.mark.parametrize("scale", [1, 2])
def test_each_question_has_its_distance_its_budget_and_the_best_guess(scale: int) -> None:
    study = builders.make_study(FORM, scale=scale)
    page = sheet(study, "en")
    for question in plan([FORM]).questions:
        if question.id in FORM.by_id:
            _, distance, budget, success = row(page, question.id)
            assert distance == f"D = {question.sensitivity}"
            assert budget == f"ε = {question.sensitivity / scale:g}"
            assert success == f"{100 * best_guess(question.sensitivity, scale):.0f}%"


def test_the_methodologys_own_question_moves_tables_by_eight() -> None:
    assert row(sheet(builders.make_study(FORM)), "accompagne")[1:3] == ["D = 8", "ε = 8"]


def test_a_whole_response_has_the_sum() -> None:
    whole = plan([FORM]).sensitivity
    assert row(sheet(builders.make_study(FORM), "en"), "A whole response")[1:3] == [f"D = {whole}", f"ε = {whole}"]


def test_it_says_when_groups_are_counted_and_when_all_is_erased() -> None:
    study = builders.make_study(FORM)
    closing = replace(study, mechanism=Mechanism(mode="close_only"))
    assert "30 people at least" in sheet(study, "en")
    assert "counted once, when the collection is over" in sheet(closing, "en")
    expiry = study.expiry(study.waves[0])
    assert f"{expiry:%d/%m/%Y}" in sheet(study, "fr")


def test_what_happens_to_texts_depends_on_what_the_study_publishes() -> None:
    text = FreeText(id="mot", label=builders.make_text("mot"))
    kept = sheet(builders.make_study(builders.make_questionnaire(text)), "en")
    quoted = sheet(builders.make_study(builders.make_questionnaire(text, verbatims="moderated")), "en")
    assert row(kept, "mot") == ["your text is never published"]
    assert row(quoted, "mot") == ["your text is published only if you agree, and after it has been read"]


def test_a_label_cannot_bring_markup_into_the_sheet() -> None:
    sly = builders.make_single("<script>", "a", "b")
    assert "<script>" not in sheet(builders.make_study(builders.make_questionnaire(sly)))
