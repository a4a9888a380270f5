"""Promises of figures framed elsewhere, of the metadata of catalogues, and of pages that are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from boucle.content.surveys import read_study
from boucle.core.study.model import Study
from boucle.jobs.publish import write_changed
from boucle.pages.common.shells import CONTENT, TITLE
from boucle.pages.common.styles import allow_framing, content_security_policy
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.opendata.data_files import render_data_files
from boucle.pages.results.columns import Releases
from boucle.pages.results.page import render_results_pages
from boucle.storage.published.folder import FolderSink
from boucle.web.static_site import put_site_before
from support.builders import DEMONSTRATION, SURVEYS
from support.documents.pages_read import find_objections, read_page
from support.release_samples import make_release, series_of

EMBED = "_boucle/embed/parcours-de-qualite/candidats-note.ar.html"
PAGE = "parcours-de-qualite/results/index.html"


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


def make_releases(demonstration: Study, respondents: int = 669, number: int = 3) -> Releases:
    series = series_of(demonstration, "candidats")
    return {series: make_release(demonstration, "candidats", respondents, number=number)}


def test_each_figure_of_the_page_can_be_framed_in_its_language(demonstration: Study) -> None:
    pages = render_results_pages(PageRenderer(), demonstration, make_releases(demonstration))
    links = [
        link.attributes["href"] for link in read_page(pages[PAGE].decode()).all("a")
        if "/_boucle/embed/" in link.attributes["href"]
    ]  # fmt: skip
    assert len(links) > 10
    assert [link for link in links if link.lstrip("/") not in pages] == []


def test_an_embed_is_whole_light_and_says_where_it_comes_from(demonstration: Study) -> None:
    page = render_results_pages(PageRenderer(), demonstration, make_releases(demonstration))[EMBED].decode()
    tree = read_page(page)
    assert tree.one("html").attributes["dir"] == "rtl"
    assert tree.all("script") == []
    assert tree.all("a", href="/ar/parcours-de-qualite/results/#candidats-note")
    assert "Licence Ouverte 2.0" in tree.text
    assert [objection for objection in find_objections(page) if objection != "not exactly one h1"] == []
    assert len(page) < 16_000


def test_a_figure_alone_has_the_colour_that_its_audience_has_among_the_results(demonstration: Study) -> None:
    series = series_of(demonstration, "professionnels")
    pages = render_results_pages(
        PageRenderer(), demonstration, {series: make_release(demonstration, "professionnels", 367)}
    )
    embed = f"_boucle/embed/{DEMONSTRATION}/professionnels-criteres.fr.html"
    classes = [
        read_page(pages[name].decode()).one(id="professionnels-criteres").attributes["class"] for name in (PAGE, embed)
    ]
    assert classes == ["figure q2", "figure q2"]


def test_only_embeds_may_be_framed(demonstration: Study, tmp_path: Path) -> None:
    write_changed(
        FolderSink(tmp_path), render_results_pages(PageRenderer(), demonstration, make_releases(demonstration))
    )
    app = Flask(__name__)
    put_site_before(
        app,
        published=tmp_path,
        built=tmp_path,
        page_policy=content_security_policy(),
        framed_policy=allow_framing(content_security_policy()),
    )
    client = app.test_client()
    embed, page = (client.get(f"/{path}").headers for path in (EMBED, PAGE))
    assert embed["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in embed
    assert page["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert page["X-Frame-Options"] == "DENY"


def test_pages_are_written_again_only_when_the_release_or_the_shell_changed(
    demonstration: Study, tmp_path: Path
) -> None:
    sink = FolderSink(tmp_path)

    def write(renderer: PageRenderer, releases: Releases) -> tuple[str, ...]:
        return write_changed(sink, render_results_pages(renderer, demonstration, releases))

    first = make_releases(demonstration)
    assert PAGE in write(PageRenderer(), first)
    assert write(PageRenderer(), first) == ()
    other_shell = PageRenderer(lambda study, language: f"<html><head><title>{TITLE}</title></head>{CONTENT}</html>")
    assert set(write(other_shell, first)) == {PAGE, f"en/{PAGE}", f"ar/{PAGE}"}
    assert EMBED in write(other_shell, make_releases(demonstration, 700, number=4))


def test_catalogues_find_every_file_its_licence_and_that_it_is_a_demonstration(demonstration: Study) -> None:
    files = render_data_files(demonstration, [make_release(demonstration, "candidats", 669)])
    beside = {address.rpartition("/")[2]: content for address, content in files.items()}
    dataset, dcat = (json.loads(beside[name]) for name in ("dataset.jsonld", "dcat.jsonld"))
    named = {resource["contentUrl"] for resource in dataset["distribution"]}
    assert named == {resource["dcat:downloadURL"]["@id"] for resource in dcat["dcat:distribution"]}
    assert named - set(beside) == {"latest.json"}
    assert "licence-ouverte" in dataset["license"]
    assert (dataset["creativeWorkStatus"], dcat["adms:status"]) == ("demonstration", "demonstration")
    assert dataset["dateModified"] == "2026-02-10"
