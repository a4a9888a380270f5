"""The form without script, step by step, with the pages that respondents get."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from boucle.core.identity.free_text import Verbatim, unpadded
from boucle.core.identity.receipts import ALPHABET, Keyring
from support.api import Installation, address, submission
from support.html_forms import Form, post_forms

FORM = "application/x-www-form-urlencoded"
TYPED = {
    "_language": "fr",
    "_mode": "assisted",
    "accompagne": "yes",
    "note": "7",
    "freins": ["langue", "transport"],
    "contact": "other",
    "contact.other": 'Ma sœur & "moi" <ensemble>',
    "grille.suivi": "mal",
    "enfants": "3",
    "distance": "12,5",
    "debut": "2020-02-29",
    "ordre.c": "1",
    "ordre.a": "2",
    "message": "\r\n Un\r\n\r\ndeux\t</textarea> ",
    "_consent.message": "yes",
}
STORED = {
    "accompagne": "yes",
    "note": 7,
    "freins": ("transport", "langue"),
    "contact": "other",
    "grille.suivi": "mal",
    "enfants": 3,
    "distance": 12.5,
    "debut": "2020-02-29",
    "ordre": ("c", "a"),
}


@pytest.fixture
def here() -> Installation:
    return Installation()


def press(here: Installation, form: Form) -> TestResponse:
    return here.client.post(form.action, data=form.encoded(), content_type=FORM)


def confirmation(here: Installation, fields: dict[str, object] | None = None) -> Form:
    """The form of the check page that confirms."""
    return post_forms(here.fill(TYPED if fields is None else fields).text)[0]


def receipt_of(page: str) -> str:
    (code,) = set(re.findall(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}\b", page))
    return str(code)


def test_a_first_post_stores_nothing_and_asks_to_check(here: Installation) -> None:
    answer = here.fill(TYPED)
    assert (answer.status_code, answer.mimetype, here.desk.responses) == (200, "text/html", {})
    assert "Relisez vos réponses" in answer.text


def test_the_confirmation_is_the_first_form_and_has_one_button(here: Installation) -> None:
    confirm, change = post_forms(here.fill(TYPED).text)
    assert (confirm.buttons, dict(confirm.fields)["_step"]) == (1, "confirm")
    assert (change.buttons, dict(change.fields)["_step"]) == (1, "change")


def test_confirming_stores_what_was_typed_and_shows_the_receipt(here: Installation) -> None:
    answer = press(here, confirmation(here))
    (stored,) = here.desk.responses.values()
    assert (answer.status_code, stored.answers, stored.mode) == (200, STORED, "assisted")
    texts = {each.question: unpadded(each.payload[::-1]) for each in here.desk.texts.values()}
    assert texts == {
        "message": Verbatim("\n Un\n\ndeux\t</textarea> ", "fr", True),
        "contact.other": Verbatim('Ma sœur & "moi" <ensemble>', "fr", False),
    }
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt_of(answer.text)}
    assert here.client.post("/api/receipts", json=asked).json == {"status": "waiting"}


def test_confirming_again_shows_the_same_receipt_and_stores_nothing_more(here: Installation) -> None:
    form = confirmation(here)
    pages = [press(here, form) for _ in range(3)]
    assert ({each.status_code for each in pages}, len({each.text for each in pages})) == ({200}, 1)
    assert len(here.desk.responses) == 1


def test_two_confirmations_at_once_are_stored_once(here: Installation) -> None:
    form, ready = confirmation(here), Barrier(2)

    def confirm(_: int) -> str:
        ready.wait()
        return receipt_of(press(here, form).text)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(confirm, range(2))
    assert (first, len(here.desk.responses)) == (second, 1)


def test_a_form_and_a_program_store_the_same(here: Installation) -> None:
    press(here, confirmation(here))
    answers = {**STORED, "freins": ["langue", "transport"], "ordre": ["c", "a"]}
    here.send(answers, mode="assisted")
    first, second = (each.answers for each in here.desk.responses.values())
    assert first == second


def test_what_was_typed_comes_back_with_every_error(here: Installation) -> None:
    wrong = TYPED | {"note": "", "enfants": "trois", "ordre.a": "1", "message": "\r\nx"}
    answer = here.fill(wrong)
    (form,) = post_forms(answer.text)
    shown = {name: [value for each, value in form.fields if each == name] for name, _ in form.fields}
    typed = {name: value if isinstance(value, list) else [value] for name, value in wrong.items()}
    typed |= {"message": ["\nx"], "freins": ["transport", "langue"]}
    assert (answer.status_code, here.desk.responses) == (422, {})
    assert {name: shown.get(name) for name in typed if typed[name] != [""]} == {
        name: values for name, values in typed.items() if values != [""]
    }
    assert all(f'href="#{each}' in answer.text for each in ("note", "enfants", "ordre", "message"))


def test_a_corrected_form_goes_on(here: Installation) -> None:
    (form,) = post_forms(here.fill({"_language": "fr"}).text)
    form.fields.append(("accompagne", "no"))
    assert press(here, post_forms(press(here, form).text)[0]).status_code == 200
    assert [each.answers for each in here.desk.responses.values()] == [{"accompagne": "no"}]


def test_change_shows_the_filled_form_without_errors(here: Installation) -> None:
    change = post_forms(here.fill(TYPED).text)[1]
    answer = press(here, change)
    (form,) = post_forms(answer.text)
    assert (answer.status_code, here.desk.responses) == (200, {})
    assert {("note", "7"), ("freins", "langue"), ("ordre.c", "1"), ("_consent.message", "yes")} <= set(form.fields)


def test_answers_tampered_with_on_the_way_are_checked_again(here: Installation) -> None:
    form = confirmation(here)
    form.fields = [(name, "12" if name == "note" else value) for name, value in form.fields]
    assert (press(here, form).status_code, here.desk.responses) == (422, {})


def test_a_confirmation_with_other_answers_is_a_conflict(here: Installation) -> None:
    form = confirmation(here)
    press(here, form)
    form.fields = [(name, "8" if name == "note" else value) for name, value in form.fields]
    answer = press(here, form)
    assert (answer.status_code, answer.mimetype, len(here.desk.responses)) == (409, "text/html", 1)
    assert "déjà été envoyées" in answer.text


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11",
        "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11.00",
        "é.é",
        pytest.param(f"x.{'1' * 5000}.{'0' * 5001}", id="a time of thousands of digits"),
    ],
)
def test_an_id_that_we_did_not_sign_asks_to_check_again(here: Installation, token: str) -> None:
    answer = here.fill(TYPED | {"_step": "confirm", "_id": token})
    assert (answer.status_code, here.desk.responses) == (200, {})
    assert press(here, post_forms(answer.text)[0]).status_code == 200
    assert len(here.desk.responses) == 1


def test_a_signed_id_is_good_for_its_version_and_its_installation_only(here: Installation) -> None:
    token = dict(confirmation(here).fields)["_id"]
    here.clock.time = datetime(2026, 6, 3, tzinfo=UTC)
    here.fill(TYPED | {"_step": "confirm", "_id": token}, version="2.0.0")
    Installation(keyring=Keyring(b"1" * 32), desk=here.desk).fill(TYPED | {"_step": "confirm", "_id": token})
    assert here.desk.responses == {}


def test_a_withdrawn_confirmation_has_its_page(here: Installation) -> None:
    form = confirmation(here)
    code = receipt_of(press(here, form).text)
    withdrawn = here.client.post("/api/withdrawals", data=named(code))
    again = press(here, form)
    assert (withdrawn.status_code, again.status_code, again.mimetype) == (200, 410, "text/html")
    assert here.desk.texts == {}


@pytest.mark.parametrize("language", ["de", "../fr"])
def test_a_language_or_a_mode_that_is_none_is_refused(here: Installation, language: str) -> None:
    assert here.fill(TYPED | {"_language": language}).status_code == 422
    assert here.fill(TYPED | {"_mode": "interview"}).status_code == 422


def test_without_language_and_mode_the_form_is_french_and_ones_own(here: Installation) -> None:
    form = confirmation(here, {"accompagne": "no"})
    press(here, form)
    assert [(each.language, each.mode) for each in here.desk.responses.values()] == [("fr", "self")]


def test_a_field_that_is_no_question_is_an_error(here: Installation) -> None:
    assert here.fill(TYPED | {"inconnue": "1"}).status_code == 422
    assert here.fill(TYPED | {"_utm": "1"}).status_code == 200


def test_a_closed_an_unopened_and_an_unknown_questionnaire_have_pages(here: Installation) -> None:
    early = here.fill(TYPED, version="2.0.0")
    unknown = here.fill(TYPED, version="9.0.0")
    here.clock.time = datetime(2027, 2, 1, tzinfo=UTC)
    closed = here.fill(TYPED)
    assert [each.status_code for each in (early, unknown, closed)] == [404, 404, 410]
    assert {each.mimetype for each in (early, unknown, closed)} == {"text/html"}


def test_every_other_refusal_has_a_page(here: Installation) -> None:
    foreign = here.fill(TYPED, headers={"Origin": "null"})
    too_large = here.fill({"message": "x" * 70_000})
    garbled = here.client.post(address(), data=b"accompagne=%ff", content_type=FORM)
    crowded = here.client.post(address(), data=b"a=1&" * 3000, content_type=FORM)
    upload = here.client.post(
        address(), data=b"--x--", content_type="multipart/form-data; boundary=x", headers={"Accept": "text/html"}
    )
    form = confirmation(here, {"accompagne": "no"})
    here.desk.away = True
    away = press(here, form)
    answers = [foreign, too_large, garbled, crowded, upload, away]
    assert [each.status_code for each in answers] == [403, 413, 400, 400, 415, 503]
    assert {each.mimetype for each in answers} == {"text/html"}
    assert "Retry-After" in away.headers


def test_a_browser_that_reloads_is_sent_to_the_form(here: Installation) -> None:
    answer = here.client.get(address())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/etude/candidats/")


def test_a_browser_on_an_unknown_address_gets_a_page(here: Installation) -> None:
    answer = here.client.get(address("9.9.9"), headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_pages_of_the_flow_are_kept_by_nobody(here: Installation) -> None:
    pages = [here.fill({"_language": "fr"}), here.fill(TYPED), press(here, confirmation(here))]
    assert {each.headers["Cache-Control"] for each in pages} == {"no-store"}
    assert {each.headers["Referrer-Policy"] for each in pages} == {"same-origin"}
    assert all("style-src 'sha256-" in each.headers["Content-Security-Policy"] for each in pages)


def test_a_code_is_asked_after_and_withdrawn_with_forms(here: Installation) -> None:
    code = receipt_of(press(here, confirmation(here)).text)
    standing = here.client.post("/api/receipts", data=named(code.lower()))
    (withdraw,) = post_forms(standing.text)
    done = press(here, withdraw)
    after = here.client.post("/api/receipts", data=named(code))
    assert [each.status_code for each in (standing, done, after)] == [200, 200, 200]
    assert code in standing.text
    assert post_forms(after.text) == []
    assert withdraw.action == "/api/withdrawals"


@pytest.mark.parametrize("path", ["/api/receipts", "/api/withdrawals"])
def test_an_unknown_code_is_asked_for_again(here: Installation, path: str) -> None:
    answer = here.client.post(path, data=named("<b>rien"))
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<b>rien" not in answer.text


def test_a_request_about_a_code_with_a_field_missing_has_a_page(here: Installation) -> None:
    answer = here.client.post("/api/receipts", data={"study": "etude"})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def named(receipt: str) -> dict[str, str]:
    return {"study": "etude", "questionnaire": "candidats", "receipt": receipt, "_language": "fr"}


def test_the_same_id_by_both_ways_in_is_one_submission(here: Installation) -> None:
    form = confirmation(here, {"accompagne": "no"})
    press(here, form)
    submission_id = dict(form.fields)["_id"].partition(".")[0]
    assert here.client.post(address(), json=submission(id=submission_id)).status_code == 200
