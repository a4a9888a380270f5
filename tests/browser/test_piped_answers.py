"""A text that says an earlier answer again follows it while one answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from boucle.core.questionnaire.model import Choice, Date, Multiple, Number, Questionnaire, Section, Single
from boucle.pages.common import addresses, scripts
from boucle.pages.forms import fragments
from boucle.pages.forms.renderer import PageRenderer
from support.builders import make_rating, make_study, make_yes_no

pytestmark = pytest.mark.browser

ORIGIN = "http://boucle.example"
CHOICES = (
    Choice(value="bus", label={"fr": "Le bus", "ar": "الحافلة"}, hint={"fr": "ou le car", "ar": "أو الحافلة"}),
    Choice(value="pied", label={"fr": "À pied & *vite*", "ar": "مشيا"}),
)
AGAIN = "Donc : {answer:how} ; {answer:by} ; {answer:kids} ; {answer:since} ; {answer:mark}."


def _make_questionnaire() -> Questionnaire:
    def make_text(fr: str) -> dict[str, str]:
        return {"fr": fr, "ar": fr}

    return Questionnaire(
        id="q",
        version="1.0.0",
        languages=("fr", "ar"),
        title=make_text("Trajets"),
        sections=(
            Section(
                id="one",
                title=make_text("Un"),
                blocks=(
                    Single(id="how", label=make_text("Comment ?"), choices=CHOICES),
                    Multiple(id="by", label=make_text("Quand ?"), choices=CHOICES, max_choices=2),
                    Number(
                        id="kids",
                        label=make_text("Combien ?"),
                        minimum=0,
                        maximum=20,
                        bins=(0,),
                        unit=make_text("enfants"),
                    ),
                    Date(id="since", label=make_text("Depuis ?"), minimum="2020-01-01", maximum="2026-12-31", bins=()),
                    replace(make_rating("mark"), label=make_text("Note ?")),
                    replace(make_yes_no("last", required=True), label=make_text(AGAIN)),
                ),
            ),
        ),
    )


ASKED = _make_questionnaire()
STUDY = replace(make_study(ASKED), languages=("fr", "ar"))


@pytest.fixture
def piping(browser: Browser) -> Iterator[Page]:
    """The form and its files on an origin of their own."""
    words = {
        addresses.sending(STUDY, "q", language): fragments.render_sending(STUDY, ASKED, language)
        for language in ASKED.languages
    }
    pages = {
        addresses.form(STUDY, "q", language): PageRenderer().render_form(
            STUDY, ASKED, language, typed={}, issues=(), mode="self"
        )
        for language in ASKED.languages
    }
    files = {**{f"/{name}": content for name, content in scripts.read_scripts().items()}, **words, **pages}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
        route.fulfill(status=200 if path in files else 404, content_type=kind, body=str(files.get(path, "")))

    context = browser.new_context()
    context.set_default_timeout(8000)
    context.route("**/*", answer)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(ORIGIN + addresses.form(STUDY, "q", "fr"))
    tab.wait_for_function("() => typeof Sending !== 'undefined' && !!document.getElementById('_shared')")
    yield tab
    context.close()
    assert wrong == []


def legend(tab: Page) -> str:
    """What the last question says, in its own language."""
    said: str = tab.evaluate(
        """() => { const copy = document.querySelector('#last').closest('fieldset').firstElementChild.cloneNode(true);
        copy.querySelectorAll('.also, .may').forEach((each) => each.remove()); return copy.textContent.trim(); }"""
    )
    return said


def test_each_kind_of_answer_is_said_again_as_it_is_given(piping: Page) -> None:
    assert legend(piping).startswith("Donc : votre réponse à «\u202fComment ?\u202f» ;")
    piping.locator('[name=how][value="pied"]').check()
    piping.locator('[name=by][value="bus"]').check()
    piping.locator('[name=by][value="pied"]').check()
    piping.locator("#kids").fill("3")
    piping.locator("#since").fill("2024-02-01")
    piping.locator('[name=mark][value="7"]').check()
    assert legend(piping) == "Donc : À pied & vite ; Le bus, À pied & vite ; 3 enfants ; 01/02/2024 ; 7."


def test_an_answer_that_is_taken_back_or_wrong_is_not_said(piping: Page) -> None:
    piping.locator("#kids").fill("3")
    assert "3 enfants" in legend(piping)
    piping.locator("#kids").fill("300")
    assert "votre réponse à «\u202fCombien ?\u202f»" in legend(piping)


def test_in_two_languages_each_says_it_in_its_own(piping: Page) -> None:
    piping.locator("[data-tool=together]").click()
    piping.locator('[name=how][value="bus"]').check()
    also = piping.locator("legend", has=piping.locator("[data-answer=how]")).locator(".also")
    expect(also.locator("[data-answer=how]")).to_have_text("الحافلة")
    assert legend(piping).startswith("Donc : Le bus ;")


def test_what_is_wrong_names_the_question_as_it_reads_now(piping: Page) -> None:
    piping.locator('[name=how][value="bus"]').check()
    piping.locator("#_form [type=submit]").click()
    expect(piping.locator("#_errors a span").first).to_contain_text("Donc : Le bus ;")


def test_a_draft_that_comes_back_is_said_again(piping: Page) -> None:
    piping.locator('[name=how][value="bus"]').check()
    piping.reload()
    assert legend(piping).startswith("Donc : Le bus ;")
