"""Pages of themes: every side's figures, the texts that may be quoted, the actions; quotes can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from boucle.content.surveys import read_study
from boucle.core.questionnaire.model import FreeText
from boucle.core.study.model import Series, Study
from boucle.core.study.themes import Theme
from boucle.jobs.publish import data_address, write_changed
from boucle.jobs.quotes import build_verbatims_document
from boucle.jobs.scheduled import Job
from boucle.moderation.ports import PublishedQuote
from boucle.pages.common.shells import TITLE
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.columns import Releases
from boucle.pages.results.free_texts import NO_FREE_TEXTS, VERBATIMS, FreeTextDocuments
from boucle.pages.results.page import render_results
from boucle.pages.study.site_pages import pages_of
from boucle.pages.themes.page import INDEX, MAX_FIRST_QUOTES, render_theme_fragments, render_themes_pages
from boucle.storage.memory import MemorySink
from boucle.storage.published.folder import FolderSink
from support import builders
from support.cohorts import SealingInstallation
from support.documents.pages_read import Element, find_objections, read_page
from support.release_samples import make_release, series_of

TODAY = date(2026, 3, 1)
PAGE = f"{builders.DEMONSTRATION}/themes/continuite/index.html"


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(builders.SURVEYS / builders.DEMONSTRATION)


def both(study: Study) -> Releases:
    sizes = {"candidats": 669, "professionnels": 367}
    return {
        series_of(study, questionnaire_id): make_release(study, questionnaire_id, size)
        for questionnaire_id, size in sizes.items()
    }


def make_quoted(study: Study, *quotes: PublishedQuote) -> FreeTextDocuments:
    series = series_of(study, "candidats")
    quotes_file = json.dumps(build_verbatims_document(study, series, quotes)).encode()
    return replace(NO_FREE_TEXTS, quotes={series: quotes_file})


def make_quote(text: str, *themes: str, language: str = "fr") -> PublishedQuote:
    return PublishedQuote("piece_manquante", language, text, themes)


def page(study: Study, theme: str, *quotes: PublishedQuote, language: str = "fr") -> Element:
    return read_page(
        render_theme_fragments(study, language, both(study), make_quoted(study, *quotes), TODAY)[theme].content
    )


def anchors(tree: Element) -> set[str]:
    return {
        section.attributes["id"] for section in tree.all("section") if "figure" in section.attributes.get("class", "")
    }


def test_each_theme_shows_the_figures_of_its_questions_and_of_no_other(demonstration: Study) -> None:
    shown = {theme.id: anchors(page(demonstration, theme.id)) for theme in demonstration.themes}
    closed = {
        f"{version.id}-{question.id}": question.theme
        for version in demonstration.questionnaires
        for question in version.questions
        if question.theme and not isinstance(question, FreeText)
    }
    assert {"candidats-referent", "professionnels-referent"} <= shown["continuite"]
    for theme, found in shown.items():
        whole = {anchor for anchor in found if anchor in closed}
        assert {closed[anchor] for anchor in whole} <= {theme}
        grids = {anchor for anchor in found if anchor not in closed}
        expected = {anchor for anchor, about in closed.items() if about == theme}
        assert expected - whole == {
            question_id for question_id in expected if any(question_id.startswith(f"{grid}.") for grid in grids)
        }


def test_a_figure_says_there_what_it_says_among_the_results(demonstration: Study) -> None:
    results = read_page(render_results(demonstration, "fr", both(demonstration)).content)
    tables = [
        tree.one("section", id="candidats-referent").one("table").text
        for tree in (results, page(demonstration, "continuite"))
    ]
    assert tables[0] == tables[1]
    link = page(demonstration, "continuite").one("section", id="candidats-referent").all("a")[0]
    assert link.attributes["href"] == "/parcours-de-qualite/results/#candidats-referent"


def test_points_of_view_on_one_concept_stand_side_by_side_with_their_gap(demonstration: Study) -> None:
    shown = page(demonstration, "orientation")
    assert {"candidats-connait_iae", "professionnels-connait_dispositifs"} <= anchors(shown)
    assert any(division.attributes.get("class") == "gap" for division in page(demonstration, "information").all("div"))


def test_texts_stand_under_their_themes_in_their_own_language(demonstration: Study) -> None:
    arabic = make_quote("لا أحد يتابع ملفي", "continuite", language="ar")
    shown = page(
        demonstration,
        "continuite",
        make_quote("On m'a suivi.", "continuite", "ecoute"),
        arabic,
        make_quote("Rien.", "reseau"),
    )
    quotes = shown.all("blockquote")
    assert [(quote.text, quote.attributes["lang"], quote.attributes["dir"]) for quote in quotes] == [
        ("On m'a suivi.", "fr", "ltr"),
        ("لا أحد يتابع ملفي", "ar", "rtl"),
    ]
    assert page(demonstration, "information", make_quote("On m'a suivi.", "continuite")).all("blockquote") == []


def test_what_somebody_wrote_stays_text(demonstration: Study) -> None:
    shown = render_theme_fragments(
        demonstration, "fr", both(demonstration), make_quoted(demonstration, make_quote("<img src=x>", "ecoute")), TODAY
    )
    assert "<img" not in shown["ecoute"].content
    assert "&lt;img src=x&gt;" in shown["ecoute"].content


def test_many_texts_are_folded_and_all_are_there(demonstration: Study) -> None:
    texts = [make_quote(f"texte {number}", "ecoute") for number in range(MAX_FIRST_QUOTES + 14)]
    section = page(demonstration, "ecoute", *texts).one("section", id="words")
    assert len(section.all("blockquote")) == MAX_FIRST_QUOTES + 14
    assert len(section.one("details").all("blockquote")) == 14
    assert "Autres textes : 14" in section.text.replace("\u202f", " ")


def test_the_actions_of_a_theme_link_to_their_story(demonstration: Study) -> None:
    section = page(demonstration, "reseau").one("section", id="actions")
    mine = [action for action in demonstration.actions.listed if action.theme == "reseau"]
    assert [link.attributes["href"] for link in section.all("a")] == [
        f"/parcours-de-qualite/actions/#{action.id}" for action in mine
    ]


def test_the_index_lists_every_theme_and_its_page_in_each_language(demonstration: Study) -> None:
    pages = render_themes_pages(PageRenderer(), demonstration, both(demonstration), NO_FREE_TEXTS, TODAY)
    assert len(pages) == 3 * (1 + len(demonstration.themes))
    for language, prefix in (("fr", ""), ("en", "en/"), ("ar", "ar/")):
        index = read_page(pages[f"{prefix}{builders.DEMONSTRATION}/themes/index.html"].decode())
        links = {link.attributes["href"].lstrip("/") + "index.html" for link in index.one("ol").all("a")}
        assert links == {
            address for address in pages if address.startswith(f"{prefix}{builders.DEMONSTRATION}/themes/")
        } - {f"{prefix}{builders.DEMONSTRATION}/themes/index.html"}
        assert index.one("html").attributes["lang"] == language


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_pages_have_nothing_that_a_careful_reviewer_objects_to(demonstration: Study, language: str) -> None:
    voices = make_quoted(demonstration, make_quote("On m'a suivi.", "continuite"))
    pages = render_themes_pages(PageRenderer(), demonstration, both(demonstration), voices, TODAY)
    prefix = "" if language == "fr" else f"{language}/"
    for name in (INDEX, "continuite/", "orientation/", "reseau/"):
        assert find_objections(pages[f"{prefix}{builders.DEMONSTRATION}/themes/{name}index.html"].decode()) == []


def test_before_a_first_release_the_built_site_has_pages_that_say_so(demonstration: Study) -> None:
    assert render_themes_pages(PageRenderer(), demonstration, {}, NO_FREE_TEXTS, TODAY) == {}
    built = {site_page.address: site_page.fragment.content for site_page in pages_of([demonstration], TODAY)}
    assert "Rien n’est encore publié" in built["/parcours-de-qualite/themes/continuite/"]
    assert "/ar/parcours-de-qualite/themes/" in built


def test_a_study_without_themes_has_no_such_pages(demonstration: Study) -> None:
    bare = replace(demonstration, themes=())
    assert render_themes_pages(PageRenderer(), bare, both(demonstration), NO_FREE_TEXTS, TODAY) == {}
    assert not any("/themes/" in site_page.address for site_page in pages_of([bare], TODAY))


def test_pages_are_written_again_only_when_a_release_the_shell_the_quotes_or_the_actions_changed(
    demonstration: Study, tmp_path: Path
) -> None:
    sink = FolderSink(tmp_path)

    def write(
        study: Study, *quotes: PublishedQuote, renderer: PageRenderer | None = None, number: int = 3
    ) -> tuple[str, ...]:
        releases = {series_of(study, "candidats"): make_release(study, "candidats", 600 + number, number=number)}
        return write_changed(
            sink, render_themes_pages(renderer or PageRenderer(), study, releases, make_quoted(study, *quotes), TODAY)
        )

    assert PAGE in write(demonstration)
    assert write(demonstration) == ()
    assert PAGE in write(demonstration, make_quote("On m'a suivi.", "continuite"))
    assert set(write(demonstration, make_quote("On m'a suivi.", "continuite"), make_quote("Seul.", "reseau"))) == {
        f"{prefix}{builders.DEMONSTRATION}/themes/{name}index.html"
        for prefix in ("", "en/", "ar/")
        for name in ("", "reseau/")
    }
    assert PAGE in write(demonstration, number=4)
    other = PageRenderer(lambda study, language: f"<html><head><title>{TITLE}</title></head>@@boucle-content@@</html>")
    assert PAGE in write(demonstration, renderer=other, number=4)
    without = replace(demonstration, actions=replace(demonstration.actions, listed=()))
    assert f"{builders.DEMONSTRATION}/themes/reseau/index.html" in write(without, renderer=other, number=4)


@dataclass
class Newsdesk:
    """Publishes what may be quoted, like the part of the job that does: into the sink, at each run."""

    sink: MemorySink
    series: Series
    texts: list[str]

    def publish(self, study: Study) -> Iterable[str]:
        document = build_verbatims_document(study, self.series, [make_quote(text, "suivi") for text in self.texts])
        self.sink.files[data_address(self.series, VERBATIMS)] = json.dumps(document).encode()
        return ()


def test_a_text_that_is_withdrawn_leaves_the_page_in_the_run_that_takes_it_back() -> None:
    form = builders.make_questionnaire(builders.make_yes_no("suivi", theme="suivi"))
    study = replace(
        builders.make_study(form), themes=(Theme(id="suivi", label=builders.make_text("Le suivi"), definition={}),)
    )
    installation = SealingInstallation(study=study)
    installation.receive([{"suivi": "yes"}] * 40)
    installation.clock.pass_by()
    desk = Newsdesk(installation.sink, installation.series, ["On m'a suivi.", "On m'a oublié."])
    job = Job(
        studies={study.id: study},
        store=installation.store,
        ledger=installation.ledger,
        vault=installation.vault,
        sink=installation.sink,
        clock=installation.clock,
        bits=installation.bits,
        renderer=PageRenderer(),
        publish_free_texts=desk.publish,
    )
    shown = partial(installation.sink.files.get, "etude/themes/suivi/index.html")
    assert job.run().alarms == ()
    assert b"On m&#39;a oubli\xc3\xa9." in (shown() or b"")
    desk.texts.remove("On m'a oublié.")
    assert job.run().alarms == ()
    assert b"oubli" not in (shown() or b"oubli")
    assert b"On m&#39;a suivi." in (shown() or b"")
