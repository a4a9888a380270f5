"""The form without script, step by step, with the pages that respondents get."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from boucle.core.identity.free_text import FreeTextAnswer, unpad
from boucle.core.identity.receipts import ALPHABET, Keyring
from support.api import ApiInstallation, address, make_submission
from support.documents.html_forms import Form, read_post_forms

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
def here() -> ApiInstallation:
    return ApiInstallation()


def press(here: ApiInstallation, form: Form) -> TestResponse:
    return here.client.post(form.action, data=form.encode(), content_type=FORM)


def confirmation(here: ApiInstallation, fields: dict[str, object] | None = None) -> Form:
    """The form of the check page that confirms."""
    return read_post_forms(here.fill(TYPED if fields is None else fields).text)[0]


def receipt_of(page: str) -> str:
    (code,) = set(re.findall(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}\b", page))
    return str(code)


def test_a_first_post_stores_nothing_and_asks_to_check(here: ApiInstallation) -> None:
    answer = here.fill(TYPED)
    assert (answer.status_code, answer.mimetype, here.store.responses) == (200, "text/html", {})
    assert "Relisez vos réponses" in answer.text


def test_the_confirmation_is_the_first_form_and_has_one_button(here: ApiInstallation) -> None:
    confirm, change = read_post_forms(here.fill(TYPED).text)
    assert (confirm.buttons, dict(confirm.fields)["_step"]) == (1, "confirm")
    assert (change.buttons, dict(change.fields)["_step"]) == (1, "change")


def test_confirming_stores_what_was_typed_and_shows_the_receipt(here: ApiInstallation) -> None:
    answer = press(here, confirmation(here))
    (stored,) = here.store.responses.values()
    assert (answer.status_code, stored.answers, stored.mode) == (200, STORED, "assisted")
    texts = {stored_text.question: unpad(stored_text.payload[::-1]) for stored_text in here.store.texts.values()}
    assert texts == {
        "message": FreeTextAnswer("\n Un\n\ndeux\t</textarea> ", "fr", True),
        "contact.other": FreeTextAnswer('Ma sœur & "moi" <ensemble>', "fr", False),
    }
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt_of(answer.text)}
    assert here.client.post("/api/receipts", json=asked).json == {"status": "waiting"}


def test_confirming_again_shows_the_same_receipt_and_stores_nothing_more(here: ApiInstallation) -> None:
    form = confirmation(here)
    pages = [press(here, form) for _ in range(3)]
    assert ({reply.status_code for reply in pages}, len({reply.text for reply in pages})) == ({200}, 1)
    assert len(here.store.responses) == 1


def test_two_confirmations_at_once_are_stored_once(here: ApiInstallation) -> None:
    form, ready = confirmation(here), Barrier(2)

    def confirm(_: int) -> str:
        ready.wait()
        return receipt_of(press(here, form).text)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(confirm, range(2))
    assert (first, len(here.store.responses)) == (second, 1)


def test_a_form_and_a_program_store_the_same(here: ApiInstallation) -> None:
    press(here, confirmation(here))
    answers = {**STORED, "freins": ["langue", "transport"], "ordre": ["c", "a"]}
    here.send(answers, mode="assisted")
    first, second = (response.answers for response in here.store.responses.values())
    assert first == second


def test_what_was_typed_comes_back_with_every_error(here: ApiInstallation) -> None:
    wrong = TYPED | {"note": "", "enfants": "trois", "ordre.a": "1", "message": "\r\nx"}
    answer = here.fill(wrong)
    (form,) = read_post_forms(answer.text)
    shown = {name: [value for field_name, value in form.fields if field_name == name] for name, _ in form.fields}
    typed = {name: value if isinstance(value, list) else [value] for name, value in wrong.items()}
    typed |= {"message": ["\nx"], "freins": ["transport", "langue"]}
    assert (answer.status_code, here.store.responses) == (422, {})
    assert {name: shown.get(name) for name in typed if typed[name] != [""]} == {
        name: values for name, values in typed.items() if values != [""]
    }
    assert all(f'href="#{field_id}' in answer.text for field_id in ("note", "enfants", "ordre", "message"))


def test_a_corrected_form_goes_on(here: ApiInstallation) -> None:
    (form,) = read_post_forms(here.fill({"_language": "fr"}).text)
    form.fields.append(("accompagne", "no"))
    assert press(here, read_post_forms(press(here, form).text)[0]).status_code == 200
    assert [response.answers for response in here.store.responses.values()] == [{"accompagne": "no"}]


def test_change_shows_the_filled_form_without_errors(here: ApiInstallation) -> None:
    change = read_post_forms(here.fill(TYPED).text)[1]
    answer = press(here, change)
    (form,) = read_post_forms(answer.text)
    assert (answer.status_code, here.store.responses) == (200, {})
    assert {("note", "7"), ("freins", "langue"), ("ordre.c", "1"), ("_consent.message", "yes")} <= set(form.fields)


def test_answers_tampered_with_on_the_way_are_checked_again(here: ApiInstallation) -> None:
    form = confirmation(here)
    form.fields = [(name, "12" if name == "note" else value) for name, value in form.fields]
    assert (press(here, form).status_code, here.store.responses) == (422, {})


def test_a_confirmation_with_other_answers_is_a_conflict(here: ApiInstallation) -> None:
    form = confirmation(here)
    press(here, form)
    form.fields = [(name, "8" if name == "note" else value) for name, value in form.fields]
    answer = press(here, form)
    assert (answer.status_code, answer.mimetype, len(here.store.responses)) == (409, "text/html", 1)
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
def test_an_id_that_we_did_not_sign_asks_to_check_again(here: ApiInstallation, token: str) -> None:
    answer = here.fill(TYPED | {"_step": "confirm", "_id": token})
    assert (answer.status_code, here.store.responses) == (200, {})
    assert press(here, read_post_forms(answer.text)[0]).status_code == 200
    assert len(here.store.responses) == 1


def test_a_signed_id_is_good_for_its_version_and_its_installation_only(here: ApiInstallation) -> None:
    token = dict(confirmation(here).fields)["_id"]
    here.clock.time = datetime(2026, 6, 3, tzinfo=UTC)
    here.fill(TYPED | {"_step": "confirm", "_id": token}, version="2.0.0")
    ApiInstallation(keyring=Keyring(b"1" * 32), store=here.store).fill(TYPED | {"_step": "confirm", "_id": token})
    assert here.store.responses == {}


def test_a_withdrawn_confirmation_has_its_page(here: ApiInstallation) -> None:
    form = confirmation(here)
    code = receipt_of(press(here, form).text)
    withdrawn = here.client.post("/api/withdrawals", data=name_receipt(code))
    again = press(here, form)
    assert (withdrawn.status_code, again.status_code, again.mimetype) == (200, 410, "text/html")
    assert here.store.texts == {}


@pytest.mark.parametrize("language", ["de", "../fr"])
def test_a_language_or_a_mode_that_is_none_is_refused(here: ApiInstallation, language: str) -> None:
    assert here.fill(TYPED | {"_language": language}).status_code == 422
    assert here.fill(TYPED | {"_mode": "interview"}).status_code == 422


def test_without_language_and_mode_the_form_is_french_and_ones_own(here: ApiInstallation) -> None:
    form = confirmation(here, {"accompagne": "no"})
    press(here, form)
    assert [(response.language, response.mode) for response in here.store.responses.values()] == [("fr", "self")]


def test_a_field_that_is_no_question_is_an_error(here: ApiInstallation) -> None:
    assert here.fill(TYPED | {"inconnue": "1"}).status_code == 422
    assert here.fill(TYPED | {"_utm": "1"}).status_code == 200


def test_a_closed_an_unopened_and_an_unknown_questionnaire_have_pages(here: ApiInstallation) -> None:
    early = here.fill(TYPED, version="2.0.0")
    unknown = here.fill(TYPED, version="9.0.0")
    here.clock.time = datetime(2027, 2, 1, tzinfo=UTC)
    closed = here.fill(TYPED)
    assert [reply.status_code for reply in (early, unknown, closed)] == [404, 404, 410]
    assert {reply.mimetype for reply in (early, unknown, closed)} == {"text/html"}


def test_every_other_refusal_has_a_page(here: ApiInstallation) -> None:
    foreign = here.fill(TYPED, headers={"Origin": "null"})
    too_large = here.fill({"message": "x" * 70_000})
    garbled = here.client.post(address(), data=b"accompagne=%ff", content_type=FORM)
    crowded = here.client.post(address(), data=b"a=1&" * 3000, content_type=FORM)
    upload = here.client.post(
        address(), data=b"--x--", content_type="multipart/form-data; boundary=x", headers={"Accept": "text/html"}
    )
    form = confirmation(here, {"accompagne": "no"})
    here.store.away = True
    away = press(here, form)
    answers = [foreign, too_large, garbled, crowded, upload, away]
    assert [reply.status_code for reply in answers] == [403, 413, 400, 400, 415, 503]
    assert {reply.mimetype for reply in answers} == {"text/html"}
    assert "Retry-After" in away.headers


def test_a_browser_that_reloads_is_sent_to_the_form(here: ApiInstallation) -> None:
    answer = here.client.get(address())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/etude/candidats/")


def test_a_browser_on_an_unknown_address_gets_a_page(here: ApiInstallation) -> None:
    answer = here.client.get(address("9.9.9"), headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_pages_of_the_flow_are_kept_by_nobody(here: ApiInstallation) -> None:
    pages = [here.fill({"_language": "fr"}), here.fill(TYPED), press(here, confirmation(here))]
    assert {reply.headers["Cache-Control"] for reply in pages} == {"no-store"}
    assert {reply.headers["Referrer-Policy"] for reply in pages} == {"same-origin"}
    assert all("style-src 'sha256-" in reply.headers["Content-Security-Policy"] for reply in pages)


def test_a_code_is_asked_after_and_withdrawn_with_forms(here: ApiInstallation) -> None:
    code = receipt_of(press(here, confirmation(here)).text)
    standing = here.client.post("/api/receipts", data=name_receipt(code.lower()))
    (withdraw,) = read_post_forms(standing.text)
    done = press(here, withdraw)
    after = here.client.post("/api/receipts", data=name_receipt(code))
    assert [reply.status_code for reply in (standing, done, after)] == [200, 200, 200]
    assert code in standing.text
    assert read_post_forms(after.text) == []
    assert withdraw.action == "/api/withdrawals"


@pytest.mark.parametrize("path", ["/api/receipts", "/api/withdrawals"])
def test_an_unknown_code_is_asked_for_again(here: ApiInstallation, path: str) -> None:
    answer = here.client.post(path, data=name_receipt("<b>rien"))
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<b>rien" not in answer.text


def test_a_request_about_a_code_with_a_field_missing_has_a_page(here: ApiInstallation) -> None:
    answer = here.client.post("/api/receipts", data={"study": "etude"})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def name_receipt(receipt: str) -> dict[str, str]:
    return {"study": "etude", "questionnaire": "candidats", "receipt": receipt, "_language": "fr"}


def test_the_same_id_by_both_ways_in_is_one_submission(here: ApiInstallation) -> None:
    form = confirmation(here, {"accompagne": "no"})
    press(here, form)
    submission_id = dict(form.fields)["_id"].partition(".")[0]
    assert here.client.post(address(), json=make_submission(id=submission_id)).status_code == 200
