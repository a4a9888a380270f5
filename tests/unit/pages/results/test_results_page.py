"""Promises of the results page: every published figure with its base and margin, and silence said in words."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace

import pytest

from boucle.content.surveys import read_study
from boucle.core.questionnaire.model import Date, Grid, Number, Ranking
from boucle.core.release.document import read_release
from boucle.core.release.members import UnreadableRelease
from boucle.core.study.model import Study
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.columns import Releases
from boucle.pages.results.labels import UnknownLabel
from boucle.pages.results.page import render_results, render_results_pages
from support import every_type
from support.builders import (
    DEMONSTRATION,
    SURVEYS,
    make_choices,
    make_multiple,
    make_questionnaire,
    make_single,
    make_study,
    make_text,
    make_wave,
    make_yes_no,
)
from support.release_samples import PUBLISHED, make_release, series_of

PAGE = f"{DEMONSTRATION}/results/index.html"
ADDRESSES = {"fr": PAGE, "en": f"en/{PAGE}", "ar": f"ar/{PAGE}"}


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


def both(demonstration: Study) -> Releases:
    sizes = {"candidats": 669, "professionnels": 367}
    return {
        series_of(demonstration, questionnaire_id): make_release(demonstration, questionnaire_id, size)
        for questionnaire_id, size in sizes.items()
    }


def alone(asked: Study, document: bytes, language: str = "fr") -> str:
    """The content of the page of a study with one release, narrow spaces made plain."""
    shown = render_results(asked, language, {series_of(asked, "candidats"): document})
    return shown.content.replace("\u202f", " ")


def row(page: str, label: str) -> str:
    found = re.search(rf'<tr[^>]*><th scope="row">{re.escape(label)}<.*?</tr>', page)
    assert found, label
    return re.sub(r"<svg.*?</svg>", "", found[0])


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_a_whole_page_of_two_questionnaires_weighs_less_than_15_kb(demonstration: Study, language: str) -> None:
    page = render_results_pages(PageRenderer(), demonstration, both(demonstration))[ADDRESSES[language]]
    assert len(gzip.compress(page)) < 15_000
    assert b"<script" not in page
    assert b"style=" not in page


def test_rendering_twice_gives_the_same_bytes(demonstration: Study) -> None:
    pages = {
        render_results_pages(PageRenderer(), demonstration, both(demonstration))[ADDRESSES["fr"]] for _ in range(2)
    }
    assert len(pages) == 1


def test_every_question_has_an_address_that_the_table_of_contents_links_to(demonstration: Study) -> None:
    page = render_results(demonstration, "fr", both(demonstration)).content
    anchors = re.findall(r'<section class="figure[^"]*" id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert {"candidats-accompagne", "professionnels-criteres", "candidats-_mode"} <= set(anchors)
    assert set(re.findall(r'<li><a href="#([^"]+)"', page)) <= set(anchors)


def test_a_row_says_share_margin_and_count() -> None:
    asked = make_study(make_questionnaire(make_yes_no("aide")))
    page = alone(asked, make_release(asked, "candidats", 600, {"aide": {"yes": 77, "no": 23}}))
    assert row(page, "Oui").endswith("<td><b>77 %</b></td><td>± 4</td><td>462</td></tr>")
    assert "<caption>Base : 600 personnes</caption>" in page


def test_a_count_under_five_is_said_to_be_less_than_a_share_and_is_never_zero() -> None:
    asked = make_study(make_questionnaire(make_single("age", "jeune", "aine")))
    page = alone(asked, make_release(asked, "candidats", 100, {"age": {"jeune": 98, "aine": 2}}))
    assert row(page, "aine") == '<tr><th scope="row">aine</th><td colspan="3">moins de 5 %</td></tr>'


def test_a_question_with_too_small_a_base_shows_words_and_no_table() -> None:
    asked = make_study(make_questionnaire(make_yes_no("aide")))
    page = alone(asked, make_release(asked, "candidats", 12))
    assert "Trop peu de réponses pour être montré" in page
    assert "<table>" not in page


def test_criteria_come_largest_first_with_none_then_no_answer_last() -> None:
    asked = make_study(make_questionnaire(make_multiple("freins", "a", "b", "rien", exclusive="rien")))
    page = alone(asked, make_release(asked, "candidats", 600, {"freins": {"a": 20, None: 70, "rien": 60, "b": 40}}))
    figure = page.partition('id="candidats-freins"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">(.*?)<', figure) == ["b", "a", "rien", "Pas de réponse"]


def test_a_crossed_question_shows_shares_among_those_who_gave_the_same_answer(demonstration: Study) -> None:
    page = render_results(demonstration, "en", both(demonstration)).content
    figure = page.partition('id="candidats-accompagne-freins"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="rowgroup" colspan="4">(.*?)<span>(.*?)</span>', figure) == [
        ("Yes", "Base: 388 people"),
        ("No", "Base: 261 people"),
    ]
    assert "Nobody follows my situation regularly" in figure


def test_items_of_a_ranking_stand_in_the_order_in_which_they_came_first() -> None:
    asked = make_study(
        make_questionnaire(Ranking(id="ordre", label={"fr": "ordre"}, choices=make_choices("a", "b"), top=2))
    )
    page = alone(asked, make_release(asked, "candidats", shares={"ordre": {"a": 30, "b": 70}}))
    assert re.findall(r'<th scope="rowgroup" colspan="4">(.*?)</th>', page) == ["b", "a"]
    assert [
        heading for heading in re.findall(r'<th scope="row">(.*?)<', page) if "ang" in heading or "class" in heading
    ] == [
        "Au rang 1",
        "Au rang 2",
        "Pas classé",
    ] * 2


def test_a_choice_that_came_later_says_its_own_base() -> None:
    asked = make_study(make_questionnaire(make_single("age", "jeune", "aine")))
    document = json.loads(make_release(asked, "candidats"))
    document["questions"][0]["cells"][1]["base"] = 120
    page = alone(asked, json.dumps(document).encode())
    assert row(page, "aine (base : 120)")


def test_rows_of_a_grid_stand_in_one_table_with_an_address_each() -> None:
    rows = tuple(make_single(f"avis.{row_id}", "oui", "non", grid="avis") for row_id in ("a", "b"))
    asked = make_study(make_questionnaire(Grid(id="avis", label={"fr": "Votre avis"}, rows=rows)))
    page = alone(asked, make_release(asked, "candidats"))
    figure = page.partition('id="candidats-avis"')[2].partition("</section>")[0]
    assert re.findall(r'<tbody id="([^"]+)"', figure) == ["candidats-avis.a", "candidats-avis.b"]
    assert figure.count("<table>") == 1


def test_questions_of_one_concept_stand_side_by_side() -> None:
    asked = make_study(
        make_questionnaire(make_yes_no("a", concept="suivi"), make_yes_no("b")),
        make_questionnaire(make_yes_no("c"), make_yes_no("d", concept="suivi"), id="professionnels"),
    )
    documents = {
        series_of(asked, questionnaire_id): make_release(asked, questionnaire_id)
        for questionnaire_id in ("candidats", "professionnels")
    }
    page = render_results(asked, "fr", documents).content
    face = page.partition('id="face"')[2].partition('id="own"')[0]
    assert re.findall(r'id="([^"]+)"', face) == ["candidats-a", "professionnels-d"]


@pytest.mark.parametrize(
    ("invited", "says"),
    [
        (900, "By invitation only, one answer for each: 74% of the 900 people invited."),
        (None, "By invitation only, one answer for each. Response rate: 13% of about 5,000 people."),
    ],
)
def test_answering_by_invitation_is_said_and_against_whom_was_invited(
    demonstration: Study, invited: int | None, says: str
) -> None:
    waves = tuple(replace(one_wave, invited={"candidats": invited}) for one_wave in demonstration.waves)
    asked = replace(demonstration, waves=waves)
    assert says in render_results(asked, "en", both(asked)).content


def test_the_response_rate_is_said_against_the_population(demonstration: Study) -> None:
    page = render_results(demonstration, "en", both(demonstration)).content
    assert "Response rate: 13% of about 5,000 people." in page


def test_a_demonstration_says_so_and_real_answers_do_not() -> None:
    asked = make_study(make_questionnaire(make_yes_no("aide")))
    assert "ces réponses ont été inventées" in alone(asked, make_release(asked, "candidats"))
    real = alone(asked, make_release(asked, "candidats", demonstration=False))
    assert "inventées" not in real
    assert "10\u00a0février 2026 ;" in real
    assert "simulé" not in real


def test_a_series_without_a_release_says_how_it_will_get_one(demonstration: Study) -> None:
    page = render_results(demonstration, "fr", {}).content
    assert page.count("Rien n’est encore publié") == 2
    assert "au moins 30 réponses" in page
    assert "<table>" not in page


def test_the_newest_wave_is_shown_and_earlier_ones_are_linked() -> None:
    opening = ("candidats", "1.0.0", "2026-01-05")
    waves = (make_wave(opening, id="2025"), make_wave(opening, id="2026"))
    asked = make_study(make_questionnaire(make_yes_no("aide")), waves=waves)
    older, newer = asked.series
    documents = {older: make_release(asked, "candidats"), newer: make_release(asked, "candidats", 40, wave="2026")}
    page = render_results(asked, "fr", documents).content
    assert "/etude/data/candidats/v1/2025/latest.json" in page.partition('id="reading"')[2]
    assert "<b>40</b>" in page


def test_a_release_that_names_an_unknown_choice_is_refused() -> None:
    asked = make_study(make_questionnaire(make_single("age", "jeune")))
    with pytest.raises(UnknownLabel, match="'age' has no choice 'disparu'"):
        alone(asked, make_release(asked, "candidats", shares={"age": {"disparu": 50}}))


def test_a_release_of_a_version_that_is_not_in_the_folder_is_refused() -> None:
    asked = make_study(make_questionnaire(make_yes_no("aide")))
    with pytest.raises(UnknownLabel, match=r"counts versions 1\.0\.0, 1\.1\.0"):
        alone(asked, make_release(asked, "candidats", versions=["1.0.0", "1.1.0"]))


def test_bytes_that_are_no_release_are_refused_with_what_is_missing() -> None:
    with pytest.raises(UnreadableRelease, match="'study'"):
        read_release(b"{}")
    with pytest.raises(UnreadableRelease, match="publish it again"):
        read_release(b"not json")


def test_the_published_figures_of_the_study_stand_on_its_page(demonstration: Study) -> None:
    page = render_results(demonstration, "fr", both(demonstration)).content.replace("\u202f", " ")
    for share in PUBLISHED["criteres"].values():
        assert f"<b>{share} %</b>" in page


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_every_type_of_question_has_its_figure(language: str) -> None:
    id = every_type.QUESTIONNAIRE.id
    documents = {series_of(every_type.STUDY, id): make_release(every_type.STUDY, id)}
    page = render_results(every_type.STUDY, language, documents).content
    published = json.loads(next(iter(documents.values())))["questions"]
    assert all(f'id="{id}-{question["id"]}"' in page for question in published)
    assert {question["type"] for question in published} >= {"single", "multiple", "ranking", "yes_no", "rating"}


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("fr", "De 18 à 39"),
        ("en", "From 18 to 39"),
        ("fr", "Depuis le 1\xa0janvier 2025"),
        ("en", "Since 1 January 2025"),
    ],
)
def test_numbers_and_dates_are_shown_by_their_bins(language: str, named: str) -> None:
    age = Number(id="age", label=make_text("age"), minimum=18, maximum=99, bins=(18, 40))
    day = Date(id="jour", label=make_text("jour"), minimum="2024-01-01", maximum="2026-01-01",
               bins=("2024-01-01", "2025-01-01"))  # fmt: skip
    asked = make_study(make_questionnaire(age, day))
    page = render_results(asked, language, {series_of(asked, "candidats"): make_release(asked, "candidats")}).content
    assert f'<th scope="row">{named}<' in page


def test_a_crossed_answer_that_too_few_gave_is_said_in_one_line() -> None:
    asked = make_study(make_questionnaire(make_yes_no("a"), make_yes_no("b"), crosstabs=(("a", "b"),)))
    document = json.loads(make_release(asked, "candidats"))
    hidden = [{"values": ["no", value], "status": "base_too_small"} for value in ("yes", "no")]
    shown = [cell for cell in document["crosstabs"][0]["cells"] if cell["values"][0] == "yes"]
    document["crosstabs"][0]["cells"] = [*shown, *hidden]
    page = alone(asked, json.dumps(document).encode()).partition('id="candidats-a-b"')[2].partition("</section>")[0]
    assert "Non<span>Trop peu de réponses pour être montré</span>" in page
    assert page.count('<th scope="row">') == len(shown)
