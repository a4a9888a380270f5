"""Promises of the pages that the API answers with."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping

import pytest

from boucle.content.surveys import read_surveys
from boucle.core.ports import Counted, Standing, Waiting, Withdrawn
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.questionnaire.values import Answer
from boucle.core.study.model import Series
from boucle.pages.common import styles
from boucle.pages.forms.notices import NOTICES
from boucle.pages.forms.renderer import PageRenderer
from support.builders import DEMONSTRATION, SURVEYS
from support.documents.pages_read import Element, find_objections, read_page
from support.every_type import QUESTIONNAIRE, STUDY

RENDERER = PageRenderer()
HOSTILE = '"><script>alert(1)</script>\n@@boucle-title@@ @@boucle-content@@ {{ 7*7 }}'
CODE = "K7QF-2M9T-XW4C-3B8N"
ANSWERS: Mapping[str, Answer] = {
    "supported": "yes",
    "mark": 8,
    "blocks": ("bus", "other"),
    "blocks.other": "rain",
    "story": HOSTILE,
    "age": 30,
    "since": "2024-02-29",
    "ranks": ("people", "pay"),
    "follow.calls": "often",
}
TAKEN = Path(tuple(QUESTIONNAIRE.by_id), ANSWERS)


def form(
    language: str = "fr", typed: Mapping[str, tuple[str, ...]] | None = None, issues: tuple[AnswerIssue, ...] = ()
) -> str:
    return RENDERER.render_form(
        STUDY, QUESTIONNAIRE, language, typed=typed or {}, issues=issues, mode="self", wave=STUDY.waves[0]
    )


def check(typed: Mapping[str, tuple[str, ...]] | None = None) -> str:
    return RENDERER.render_check(
        STUDY, QUESTIONNAIRE, "en", path=TAKEN, typed=typed or {}, token="signed", mode="paper", wave=STUDY.waves[0]
    )


def standing(found: Standing | None) -> str:
    return RENDERER.render_standing(STUDY, "people", "en", CODE, found)


def every_page(language: str) -> list[str]:
    """Each kind of page once."""
    wrong = tuple(AnswerIssue(question.id, "required") for question in QUESTIONNAIRE.questions)
    return [
        form(language),
        form(language, {"story": (HOSTILE,)}, wrong),
        check({"story": (HOSTILE,), "blocks": ("bus", "other")}),
        RENDERER.render_receipt(STUDY, QUESTIONNAIRE, language, CODE),
        *(
            standing(state)
            for state in (None, Waiting(), Counted(Series("paths", "people", 1, "2026"), 3), Withdrawn())
        ),
        *(RENDERER.render_notice(study, language, kind) for kind in NOTICES for study in (STUDY, None)),
    ]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_no_page_has_anything_to_object_to(language: str) -> None:
    assert [find_objections(page) for page in every_page(language)] == [[]] * len(every_page(language))


def test_every_question_of_the_demonstration_is_on_its_form_in_every_language() -> None:
    study = read_surveys(SURVEYS)[DEMONSTRATION]
    for questionnaire in study.questionnaires:
        for language in questionnaire.languages:
            page = RENDERER.render_form(study, questionnaire, language, typed={}, issues=[], mode="self")
            named = {element.attributes.get("name") for element in read_page(page).below()}
            assert (set(questionnaire.by_id) - named, find_objections(page)) == (set(), [])


def test_a_form_of_twelve_questions_fits_in_its_budgets() -> None:
    study = read_surveys(SURVEYS)[DEMONSTRATION]
    for questionnaire in study.questionnaires:
        page = RENDERER.render_form(study, questionnaire, "fr", typed={}, issues=[], mode="self")
        bare = page
        for sheet in styles.read_sheets().values():
            bare = bare.replace(sheet, "")
        css = styles.read_sheets()["page"] + styles.read_sheets()["form"]
        assert len(gzip.compress(bare.encode())) <= 5 * 1024 * max(1.0, len(questionnaire.questions) / 12)
        assert len(gzip.compress(css.encode())) <= 3 * 1024


def test_the_policy_knows_every_style_that_is_inlined() -> None:
    for page in every_page("fr"):
        for style in read_page(page).all("style"):
            digest = base64.b64encode(hashlib.sha256("".join(map(str, style.children)).encode()).digest()).decode()
            assert f"'sha256-{digest}'" in RENDERER.csp()


def test_a_page_says_its_language_and_its_direction() -> None:
    html = [read_page(form(language)).one("html").attributes for language in ("fr", "ar")]
    assert html == [{"lang": "fr", "dir": "ltr"}, {"lang": "ar", "dir": "rtl"}]


def test_a_form_without_script_posts_to_the_address_of_its_version() -> None:
    sent = read_page(form()).one("form", method="post")
    assert sent.attributes["action"] == "/api/responses/paths/people/1.0.0"
    assert "novalidate" in sent.attributes
    hidden = {field.attributes["name"]: field.attributes["value"] for field in sent.all("input", type="hidden")}
    assert hidden == {"_language": "fr", "_wave": "2026"}


def test_nothing_is_chosen_beforehand_but_the_mode() -> None:
    assert [field.attributes["name"] for field in read_page(form()).all("input", checked="")] == ["_mode"]


def test_what_was_typed_comes_back_as_it_was() -> None:
    typed = {
        "supported": ("yes",),
        "mark": ("8",),
        "blocks": ("bus", "other"),
        "story": (f"\n{HOSTILE}",),
        "_consent.story": ("yes",),
        "age": ("trente",),
        "ranks.pay": ("2",),
    }
    page = read_page(form(typed=typed))
    ticked = [(field.attributes["name"], field.attributes["value"]) for field in page.all("input", checked="")]
    assert ticked[1:] == [
        ("supported", "yes"), ("mark", "8"), ("blocks", "bus"), ("blocks", "other"), ("_consent.story", "yes")
    ]  # fmt: skip
    assert page.one("textarea").children == [f"\n\n{HOSTILE}"]
    assert page.one("input", id="age").attributes["value"] == "trente"
    assert [option.text for option in page.one("select", name="ranks.pay").all("option", selected="")] == ["2"]


def test_a_problem_is_said_in_the_same_words_above_and_beside_and_in_the_title() -> None:
    page = read_page(form(issues=(AnswerIssue("blocks", "too_many_choices", {"maximum": 2}),)))
    link = page.one(id="_errors").one("a")
    beside = page.one(id="blocks--error").text
    assert page.one("title").text.startswith("Erreur\u202f: ")
    assert beside == "Erreur\u202f: Choisissez-en 2 au maximum."
    assert beside.removeprefix("Erreur\u202f: ") in link.text
    assert link.attributes["href"] == "#blocks"
    assert page.one(id="blocks").tag == "input"
    assert (
        "blocks--error"
        in page.one("fieldset", aria_describedby="blocks--hint blocks--error").attributes["aria-describedby"]
    )


def test_the_summary_stands_above_the_heading() -> None:
    page = form(issues=(AnswerIssue("age", "wrong_type"),))
    assert page.index('id="_errors"') < page.index("<h1")


def test_a_field_that_is_no_question_is_said_without_a_link() -> None:
    summary = read_page(form(issues=(AnswerIssue("stranger", "unknown_question"),))).one(id="_errors")
    assert summary.all("a") == []
    assert "Rouvrez le questionnaire." in summary.text


def test_the_exclusive_choice_stands_last_after_an_or() -> None:
    group = next(
        fieldset for fieldset in read_page(form("en")).all("fieldset") if fieldset.text.startswith("What blocks you?")
    )
    assert [field.attributes["value"] for field in group.all("input")] == ["bus", "language", "other", "nothing"]
    assert group.text.index(" or ") < group.text.index("nothing (en)")


def test_a_conditional_question_is_revealed_by_the_inputs_that_decide() -> None:
    page = read_page(form())
    (mark,) = page.one("input", name="supported", value="yes").attributes["class"].split()
    revealed = next(
        ancestor
        for ancestor in page.one("input", id="mark").above()
        if ancestor.attributes.get("class", "").startswith("q ")
    )
    assert (mark[0], f"d{mark[1:]}" in revealed.attributes["class"].split()) == ("c", True)
    assert f"form:not(:has(.{mark}:checked)) .d{mark[1:]}{{display:none}}" in styles.read_sheets()["form"]


def test_the_confirmation_is_the_first_form_and_has_one_button() -> None:
    confirm, change = read_page(check({"story": (HOSTILE,)})).all("form", method="post")
    assert [_read_hidden(reply_form)["_step"] for reply_form in (confirm, change)] == ["confirm", "change"]
    assert [len(reply_form.all("button")) for reply_form in (confirm, change)] == [1, 1]
    assert _read_hidden(confirm) == {
        "_language": "en", "_mode": "paper", "_step": "confirm", "_id": "signed", "_wave": "2026", "story": HOSTILE
    }  # fmt: skip


def test_the_check_page_reads_answers_back_in_words() -> None:
    page = read_page(check({"_consent.story": ("yes",)}))
    told: dict[str, list[str]] = {}
    for element in page.all():
        if element.tag == "dt":
            told[element.text.removesuffix(" (en)")] = []
        elif element.tag == "dd":
            told[list(told)[-1]].append(element.text)
    assert told["Supported?"] == ["Yes"]
    assert told["Which mark?"] == ["8"]
    assert told["Where?"] == ["No answer"]
    assert told["What blocks you?"] == ["bus (en)", "other (en)"]
    assert told["Tell us"][1:] == ["May be quoted, without your name."]
    assert told["Age?"] == ["30 years (en)"]
    assert told["Since when?"] == ["29/02/2024"]
    assert told["Rank"] == ["people (en) pay (en)"]
    assert told["calls"] == ["often (en)"]


def test_a_question_that_was_not_asked_is_not_read_back() -> None:
    page = RENDERER.render_check(
        STUDY,
        QUESTIONNAIRE,
        "en",
        path=Path(("supported",), {"supported": "no"}),
        typed={},
        token="t",
        mode="self",
        wave=STUDY.waves[0],
    )
    assert [element.text for element in read_page(page).all("dt")] == ["Supported? (en)"]


def test_a_code_is_shown_with_the_way_back_to_it() -> None:
    page = read_page(RENDERER.render_receipt(STUDY, QUESTIONNAIRE, "en", CODE))
    assert page.one("p", class_="code").text == CODE
    assert "/en/paths/receipt/" in [link.attributes["href"] for link in page.all("a")]


def test_each_standing_has_its_words_and_only_what_can_be_withdrawn_offers_it() -> None:
    counted = Counted(Series("paths", "people", 1, "2026"), 3)
    pages = [read_page(standing(state)) for state in (Waiting(), counted, Withdrawn(), None)]
    actions = [[reply_form.attributes["action"] for reply_form in page.all("form")] for page in pages]
    assert actions == [["/api/withdrawals"], ["/api/withdrawals"], [], ["/api/receipts"]]
    assert "release 3" in pages[1].text


def test_a_built_shell_is_filled_and_keeps_what_people_typed_as_text() -> None:
    shell = "<html><head><title>@@boucle-title@@</title></head><body>@@boucle-content@@</body></html>"
    renderer = PageRenderer(lambda study, language: shell)
    page = read_page(
        renderer.render_form(STUDY, QUESTIONNAIRE, "fr", typed={"story": (HOSTILE,)}, issues=[], mode="self")
    )
    assert page.one("title").text == "Your path (fr)"
    assert page.one("textarea").text == HOSTILE.replace("\n", " ")


def test_a_demonstration_says_so_on_the_plain_page_too() -> None:
    page = PageRenderer(demonstration=True).render_notice(STUDY, "fr", "closed")
    assert "réponses sont inventées" in page


def _read_hidden(form: Element) -> dict[str, str]:
    return {field.attributes["name"]: field.attributes["value"] for field in form.all("input", type="hidden")}
