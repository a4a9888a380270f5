"""The page of actions: figures before and after, what they cannot tell, and what other sites take from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from boucle.content.surveys import read_study
from boucle.core.ports import Waiting
from boucle.core.study.actions import Action, Decision, Finding, Shipped
from boucle.core.study.model import Series, Study
from boucle.pages.actions.files import render_actions_files
from boucle.pages.actions.page import render_actions, render_actions_pages
from boucle.pages.forms import fragments
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.free_texts import NO_FREE_TEXTS
from support import builders
from support.documents.pages_read import Element, find_objections, read_page
from support.release_samples import make_release

TODAY = date(2026, 11, 1)
BEFORE = Series("parcours-de-qualite", "candidats", 1, "2025")
AFTER = Series("parcours-de-qualite", "candidats", 1, "2026")


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(builders.SURVEYS / builders.DEMONSTRATION)


def two_waves(study: Study) -> Study:
    """The demonstration after a wave 2025, with one action measured again in 2026."""
    earlier = replace(study.waves[0], id="2025", opens=date(2025, 1, 6), closes=date(2025, 12, 31))
    action = Action(
        id="iae",
        said={"fr": "On ne connaissait pas l'IAE."},
        heard=date(2025, 3, 1),
        finding=Finding(questionnaire="candidats", wave="2025", question="connait_iae", value="no"),
        team="parcours",
        decision=Decision(day=date(2025, 4, 1), accepted=True, text={"fr": "Expliquer."}),
        shipped=Shipped(day=date(2025, 6, 1), text={"fr": "C'est expliqué."}),
        remeasured="2026",
    )
    return replace(study, waves=(earlier, *study.waves), actions=replace(study.actions, listed=(action,)))


def releases(study: Study, before: int, after: int, respondents: int = 582) -> Mapping[Series, bytes]:
    return {
        series: make_release(
            study, "candidats", respondents, {"connait_iae": {"yes": 100 - share, "no": share}}, wave=series.wave
        )
        for series, share in ((BEFORE, before), (AFTER, after))
    }


def render_change(study: Study, documents: Mapping[Series, bytes]) -> str:
    page = read_page(render_actions(study, "fr", documents, TODAY).content)
    return page.one("article").all("section")[2].text


def test_a_clear_change_is_said_with_the_interval_of_the_difference(demonstration: Study) -> None:
    study = two_waves(demonstration)
    said = render_change(study, releases(study, before=52, after=37))
    assert "En baisse" in said
    assert "−15 points" in said
    assert "ne prouvent pas la cause" in said


def test_a_small_change_is_said_to_be_maybe_chance(demonstration: Study) -> None:
    study = two_waves(demonstration)
    said = render_change(study, releases(study, before=38, after=37))
    assert "On ne peut pas dire" in said
    assert "hasard" in said


def test_figures_of_a_question_that_changed_are_not_compared(demonstration: Study) -> None:
    study = two_waves(demonstration)
    documents = dict(releases(study, before=52, after=37))
    moved = make_release(study, "candidats", 582, {"connait_iae": {"yes": 63, "no": 37}}, wave="2026", major=2)
    documents[replace(AFTER, major=2)] = moved
    del documents[AFTER]
    assert "ne se comparent pas" in render_change(study, documents)


def test_a_second_measure_that_too_few_gave_is_said_to_be_one(demonstration: Study) -> None:
    study = two_waves(demonstration)
    documents = dict(releases(study, before=52, after=37))
    document = json.loads(documents[AFTER])
    asked = next(question for question in document["questions"] if question["id"] == "connait_iae")
    asked["cells"] = [
        cell if cell["value"] != "no" else {"value": "no", "status": "below_threshold", "below": 2}
        for cell in asked["cells"]
    ]
    documents[AFTER] = json.dumps(document).encode()
    assert "trop peu de personnes" in render_change(study, documents)


def test_a_figure_that_is_withheld_is_said_not_to_be_published(demonstration: Study) -> None:
    study = two_waves(demonstration)
    page = read_page(render_actions(study, "fr", {}, TODAY).content)
    assert "Le chiffre n’est pas publié." in page.one("article").text
    assert "Pas encore mesuré" in page.one("article").text


def test_the_demonstration_shows_its_figure_its_late_promise_and_its_refusal(demonstration: Study) -> None:
    page = read_page(
        render_actions(demonstration, "fr", {AFTER: make_release(demonstration, "candidats")}, TODAY).content
    )
    stories = {article.attributes["id"]: article for article in page.all("article")}
    assert "37 %" in stories["expliquer-l-iae"].text.replace("\u202f", " ")
    assert "En retard" in stories["ne-plus-redire"].text
    assert "parce qu" in stories["un-seul-outil"].text
    assert "entretiens" in stories["se-parler-chaque-mois"].text
    assert "D’une réponse lue à une décision" in page.text


def test_a_promise_gets_late_without_any_release(demonstration: Study) -> None:
    def state(day: date) -> str:
        page = read_page(render_actions(demonstration, "fr", {}, day).content)
        story: Element = next(
            article for article in page.all("article") if article.attributes["id"] == "ne-plus-redire"
        )
        return story.all("p")[0].text

    assert state(date(2026, 9, 30)) == "Décidé"
    assert state(date(2026, 10, 1)).startswith("En retard")


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_page_is_sound_in_every_language(demonstration: Study, language: str) -> None:
    pages = render_actions_pages(
        PageRenderer(), demonstration, {AFTER: make_release(demonstration, "candidats")}, NO_FREE_TEXTS, TODAY
    )
    prefix = "" if language == "fr" else f"{language}/"
    page = pages[f"{prefix}parcours-de-qualite/actions/index.html"].decode()
    assert find_objections(page) == []
    assert len(read_page(page).all("h1")) == 1


def test_a_study_without_actions_has_no_such_page() -> None:
    study = builders.make_study(builders.make_questionnaire(builders.make_yes_no("aide")))
    assert render_actions_pages(PageRenderer(), study, {}, NO_FREE_TEXTS, TODAY) == {}
    assert render_actions_files(study) == {}


def test_the_feed_has_one_entry_an_action_dated_by_what_last_happened(demonstration: Study) -> None:
    feed = ElementTree.fromstring(render_actions_files(demonstration)["parcours-de-qualite/actions/feed.atom"].encode())  # noqa: S314  our own
    atom = "{http://www.w3.org/2005/Atom}"
    days = [str(entry.findtext(f"{atom}updated"))[:10] for entry in feed.iter(f"{atom}entry")]
    assert days == ["2026-06-12", "2026-05-20", "2026-04-07", "2026-03-16"]
    assert len({entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")}) == 4


def test_a_badge_counts_what_a_team_accepted_and_did(demonstration: Study) -> None:
    svg = render_actions_files(demonstration)["parcours-de-qualite/actions/badge-parcours.svg"]
    badge = ElementTree.fromstring(svg)  # noqa: S314  our own
    assert [text_element.text for text_element in badge.iter("{http://www.w3.org/2000/svg}text")][1] == "1/2"
    assert "1 actions acceptées sur 2" in str(badge.findtext("{http://www.w3.org/2000/svg}title"))


def test_a_receipt_shows_every_decision_whatever_was_answered(demonstration: Study) -> None:
    shown = [
        fragments.render_standing(demonstration, questionnaire, "fr", "CODE", Waiting()).content
        for questionnaire in demonstration.questionnaire_ids
    ]
    decided = [action for action in demonstration.actions.listed if action.decision]
    for page in shown:
        links = [link.attributes.get("href", "") for link in read_page(page).all("a")]
        assert [link for link in links if "#" in link] == [
            f"/parcours-de-qualite/actions/#{action.id}" for action in decided
        ]


def test_the_files_of_the_demonstration_are_where_the_page_says(demonstration: Study, tmp_path: Path) -> None:
    page = read_page(render_actions(demonstration, "ar", {}, TODAY).content)
    named = [image.attributes["src"].lstrip("/") for image in page.all("img")]
    assert set(named) < set(render_actions_files(demonstration))
