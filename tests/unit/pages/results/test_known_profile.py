"""Who answered, beside what is known of the population: said in plain words, and only as far as margins allow."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from boucle.content.surveys import read_study
from boucle.core.study.model import KnownProfile, Study
from boucle.pages.results.page import render_results
from support.builders import DEMONSTRATION, SURVEYS, make_questionnaire, make_single, make_study, make_text
from support.documents.pages_read import Element, read_page
from support.release_samples import Shares, make_release, series_of

KNOWN = {"jeune": 30.0, "moyen": 50.0, "aine": 20.0}


def make_known(shares: dict[str, float] | None = None) -> Study:
    asked = make_study(make_questionnaire(make_single("age", "jeune", "moyen", "aine", profile=True)))
    profile = KnownProfile(source=make_text("recensement de 2025."), shares={"age": shares or KNOWN})
    return replace(asked, waves=(replace(asked.waves[0], known_profiles={"candidats": profile}),))


def figure(asked: Study, shares: Shares, respondents: int = 600) -> Element:
    return draw(asked, make_release(asked, "candidats", respondents, {"age": shares}))


def draw(asked: Study, document: bytes) -> Element:
    page = read_page(render_results(asked, "fr", {series_of(asked, "candidats"): document}).content)
    return page.one("section", id="candidats-age")


def read_text(element: Element) -> str:
    return element.text.replace("\u202f", " ")


def test_each_answer_stands_beside_the_share_of_the_population() -> None:
    shown = figure(make_known(), {"jeune": 29, "moyen": 51, "aine": 20})
    rows = [read_text(row.one("small")) for row in shown.one("tbody").all("tr")]
    assert rows == ["Population : 30 %", "Population : 50 %", "Population : 20 %"]
    assert "Population : recensement de 2025." in read_text(shown)


def test_a_distance_within_the_margin_is_not_claimed() -> None:
    assert "rien ne montre que" in read_text(figure(make_known(), {"jeune": 28, "moyen": 51, "aine": 21}))


def test_the_widest_distance_beyond_its_margin_is_said() -> None:
    said = read_text(figure(make_known(), {"jeune": 15, "moyen": 52, "aine": 33}))
    assert "« jeune » : 15 % de celles et ceux qui l’ont dit ici, 30 % de la population" in said
    assert "rien ne montre que" not in said


def test_those_who_did_not_say_are_left_out_of_the_comparison() -> None:
    """24, 40 and 16 % of the base are 30, 50 and 20 % of those who gave an answer."""
    shown = figure(make_known(), {"jeune": 24, "moyen": 40, "aine": 16, None: 20}, respondents=6000)
    assert "rien ne montre que" in read_text(shown)
    assert shown.one("tbody").all("tr")[-1].all("small") == []


def test_where_nearly_nobody_said_it_nothing_is_compared() -> None:
    """18 answers of 6,000 make a share of 0 %, and those who gave none one of 100 %."""
    asked = make_known()
    document = json.loads(make_release(asked, "candidats", 6000, {"age": {"jeune": 50, None: 50}}))
    few, nobody = document["questions"][0]["cells"]
    few.update(count=18, share=0)
    nobody.update(count=5982, share=100)
    shown = draw(asked, json.dumps(document).encode())
    assert [cell.text for cell in shown.one("tbody").all("b")] == ["0\u202f%", "100\u202f%"]
    assert shown.all("p", class_="known") == []


def test_few_answers_claim_nothing_that_many_would() -> None:
    shares: Shares = {"jeune": 25, "moyen": 53, "aine": 22}
    assert "rien ne montre que" in read_text(figure(make_known(), shares, respondents=60))
    assert "de la population" in read_text(figure(make_known(), shares, respondents=6000))


def test_a_suppressed_answer_is_compared_with_nothing() -> None:
    shown = figure(make_known(), {"jeune": 1, "moyen": 59, "aine": 40}, respondents=100)
    assert "moins de 5 %" in read_text(shown)
    assert "« jeune »" not in read_text(shown.one("p", class_="known"))


def test_where_nothing_is_known_nothing_is_said() -> None:
    asked = make_study(make_questionnaire(make_single("age", "jeune", "moyen", "aine", profile=True)))
    assert "Population" not in read_text(figure(asked, {"jeune": 15, "moyen": 52, "aine": 33}))


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_demonstration_says_that_its_known_profile_is_made_up(language: str) -> None:
    demonstration = read_study(SURVEYS / DEMONSTRATION)
    series = series_of(demonstration, "candidats")
    page = render_results(demonstration, language, {series: make_release(demonstration, "candidats", 669)}).content
    source = demonstration.waves[0].known_profiles["candidats"].source[language]
    assert source in page
    assert {"fr": "fictif", "en": "fictional", "ar": "خيالية"}[language] in source
