"""The API for programs: every row of its table."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from boucle.core.identity.free_text import FreeTextAnswer, unpad
from boucle.core.identity.receipts import ALPHABET
from boucle.core.ports import NewResponse
from support.api import MINIMAL_ANSWERS, ApiInstallation, address, error_codes, make_submission

ID = "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11"
PROBLEM = "application/problem+json"


@pytest.fixture
def here() -> ApiInstallation:
    return ApiInstallation()


def test_a_first_submission_is_stored_and_gets_a_receipt(here: ApiInstallation) -> None:
    answer = here.send()
    assert (answer.status_code, len(here.store.responses)) == (201, 1)
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", answer.json["receipt"])  # type: ignore[index]


def test_the_same_again_gets_the_same_receipt_and_is_stored_once(here: ApiInstallation) -> None:
    first, second = here.send(id=ID), here.send(id=ID)
    assert (second.status_code, second.json, len(here.store.responses)) == (200, first.json, 1)


def test_an_id_in_capitals_is_the_same_id(here: ApiInstallation) -> None:
    assert [here.send(id=submission_id).status_code for submission_id in (ID, ID.upper())] == [201, 200]


@pytest.mark.parametrize(
    "other",
    [
        {"answers": {"accompagne": "yes", "note": 3}},
        {"mode": "paper"},
        {"answers": {**MINIMAL_ANSWERS, "message": "Bonjour"}},
    ],
)
def test_the_same_id_with_another_body_is_a_conflict(here: ApiInstallation, other: dict[str, object]) -> None:
    here.send(id=ID)
    answer = here.client.post(address(), json=make_submission() | {"id": ID} | other)
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (409, PROBLEM, "conflict")  # type: ignore[index]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"freins": ["langue", "transport"]}, {"freins": ["transport", "langue"]}),
        ({"enfants": 3}, {"enfants": 3.0}),
        ({"note": 4}, {}),
        ({"message": ""}, {}),
    ],
    ids=["order of ticking", "writing of a number", "off the path", "blank"],
)
def test_what_does_not_count_makes_no_other_body(
    here: ApiInstallation, first: dict[str, object], second: dict[str, object]
) -> None:
    assert [here.send({**MINIMAL_ANSWERS, **changes}, id=ID).status_code for changes in (first, second)] == [201, 200]


def test_two_copies_at_once_are_stored_once() -> None:
    here = ApiInstallation()
    ready = Barrier(2)

    def send(_: int) -> tuple[int, object]:
        ready.wait()
        answer = here.send(id=ID)
        return answer.status_code, answer.json

    with ThreadPoolExecutor(2) as pool:
        (one, receipt), (other, same) = pool.map(send, range(2))
    assert ({one, other}, receipt, len(here.store.responses)) == ({200, 201}, same, 1)


def test_a_replay_after_a_withdrawal_is_gone(here: ApiInstallation) -> None:
    receipt = here.send(id=ID).json["receipt"]  # type: ignore[index]
    here.client.post("/api/withdrawals", json=name_receipt(receipt))
    answer = here.send(id=ID)
    assert (answer.status_code, answer.json["code"]) == (410, "withdrawn")  # type: ignore[index]


def test_every_error_is_told_by_question_in_the_order_asked(here: ApiInstallation) -> None:
    answer = here.send({"freins": ["aucun", "langue"], "avis": 9, "message": 5, "inconnue": 1})
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert list(error_codes(answer).items())[::-1] == [
        ("accompagne", "required"),
        ("avis", "out_of_range"),
        ("freins", "exclusive_choice"),
        ("message", "wrong_type"),
        ("inconnue", "unknown_question"),
    ]


def test_an_error_says_its_limits_and_its_words_in_the_submissions_language(here: ApiInstallation) -> None:
    answer = here.send({**MINIMAL_ANSWERS, "avis": 9})
    assert answer.json["errors"] == [  # type: ignore[index]
        {
            "question": "avis",
            "code": "out_of_range",
            "minimum": 1,
            "maximum": 5,
            "detail": "Donnez une valeur de 1 à 5.",
        }
    ]
    assert answer.json["detail"] == "Certaines réponses sont à revoir."  # type: ignore[index]
    assert answer.content_language.to_header() == "fr"


def test_errors_off_the_path_are_dropped_with_their_answers(here: ApiInstallation) -> None:
    assert here.send({"accompagne": "no", "note": "beaucoup"}).status_code == 201


def test_a_required_question_on_the_path_is_missed(here: ApiInstallation) -> None:
    assert error_codes(here.send({"accompagne": "yes"})) == {"note": "required"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id", "0b8f7bd0-6d6e-1c3e-9b7a-0e3c8d3f5a11", "not_a_uuid4"),
        ("id", "{0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11}", "not_a_uuid4"),
        ("id", 5, "wrong_type"),
        ("language", "de", "not_a_choice"),
        ("language", ["fr"], "wrong_type"),
        ("mode", "interview", "not_a_choice"),
        ("mode", None, "wrong_type"),
        ("answers", [], "wrong_type"),
        ("answers", None, "wrong_type"),
        ("consent", ["accompagne"], "not_a_choice"),
        ("consent", "message", "wrong_type"),
        ("more", 1, "unknown_field"),
    ],
)
def test_a_field_of_the_envelope_is_checked_too(here: ApiInstallation, field: str, value: object, code: str) -> None:
    answer = here.client.post(address(), json=make_submission() | {field: value})
    assert (answer.status_code, error_codes(answer)) == (422, {field: code})


def test_all_fields_that_are_missing_are_told_at_once(here: ApiInstallation) -> None:
    answer = here.client.post(address(), json={})
    assert error_codes(answer) == dict.fromkeys(("answers", "id", "language", "mode"), "required")


def test_an_unknown_study_questionnaire_or_version_is_not_found(here: ApiInstallation) -> None:
    for unknown in ("autre/candidats/1.0.0", "etude/autre/1.0.0", "etude/candidats/1.0.1"):
        answer = here.client.post(f"/api/responses/{unknown}", json=make_submission())
        assert (answer.status_code, answer.json["code"]) == (404, "unknown")  # type: ignore[index]


@pytest.mark.parametrize(
    ("version", "day", "status", "code"),
    [
        ("2.0.0", (2026, 5, 31), 404, "not_open"),
        ("1.0.0", (2026, 6, 8), 201, None),
        ("1.0.0", (2026, 6, 9), 410, "closed"),
        ("3.0.0", (2027, 1, 7), 201, None),
        ("3.0.0", (2027, 1, 8), 410, "closed"),
    ],
    ids=["before it opens", "in its grace", "after its grace", "in the wave's grace", "after the wave's grace"],
)
def test_a_version_is_taken_while_it_is_open(
    here: ApiInstallation, version: str, day: tuple[int, int, int], status: int, code: str | None
) -> None:
    here.clock.time = datetime(*day, 23, 59, tzinfo=UTC)
    answer = here.send(version=version)
    assert (answer.status_code, (answer.json or {}).get("code")) == (status, code)


def test_the_day_of_arrival_is_all_that_is_kept_of_the_time(here: ApiInstallation) -> None:
    here.send()
    (stored,) = here.store.responses.values()
    assert (str(stored.window), str(stored.expires)) == ("2026-03-01", "2028-01-07")


def test_only_closed_answers_on_the_path_stand_in_the_response(here: ApiInstallation) -> None:
    here.send({"accompagne": "no", "note": 3, "contact": "other", "contact.other": "Ma sœur", "message": "Merci !"})
    (stored,) = here.store.responses.values()
    assert stored.answers == {"accompagne": "no", "contact": "other"}


def test_a_free_text_is_stored_apart_sealed_with_its_consent(here: ApiInstallation) -> None:
    here.send(
        {**MINIMAL_ANSWERS, "message": " Merci\tà vous ", "contact": "other", "contact.other": "Ma sœur"},
        consent=["message"],
    )
    texts = {stored_text.question: unpad(stored_text.payload[::-1]) for stored_text in here.store.texts.values()}
    assert texts == {
        "message": FreeTextAnswer(" Merci\tà vous ", "fr", True),
        "contact.other": FreeTextAnswer("Ma sœur", "fr", False),
    }
    assert {len(stored_text.payload) for stored_text in here.store.texts.values()} == {1024}


def test_grid_rows_and_rankings_are_answers_like_others(here: ApiInstallation) -> None:
    here.send({**MINIMAL_ANSWERS, "grille.suivi": "mal", "ordre": ["c", "a"]})
    (stored,) = here.store.responses.values()
    assert stored.answers == {"accompagne": "no", "grille.suivi": "mal", "ordre": ("c", "a")}


def test_a_body_over_64_kb_is_too_large(here: ApiInstallation) -> None:
    body = json.dumps(make_submission()).encode()
    fits = here.client.post(address(), data=body.ljust(64 * 1024), content_type="application/json")
    over = here.client.post(address(), data=body.ljust(64 * 1024 + 1), content_type="application/json")
    assert (fits.status_code, over.status_code, over.json["code"]) == (201, 413, "too_large")  # type: ignore[index]


def test_another_media_type_is_unsupported(here: ApiInstallation) -> None:
    for media in ("text/plain", "multipart/form-data; boundary=x", "application/xml", ""):
        answer = here.client.post(address(), data=b"{}", content_type=media)
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported")  # type: ignore[index]


def test_a_store_that_is_away_says_when_to_come_back(here: ApiInstallation) -> None:
    here.store.away = True
    answer = here.send()
    assert (answer.status_code, answer.json["code"]) == (503, "store_away")  # type: ignore[index]
    assert int(answer.headers["Retry-After"]) > 0


def test_too_many_requests_at_once_are_refused_and_places_come_back() -> None:
    here = ApiInstallation(max_in_flight=1)
    inside: list[int] = []

    class Curious:
        """A store during whose work somebody else sends answers."""

        def put(self, response: NewResponse, texts: object) -> object:
            inside.append(here.send().status_code)
            return here.store.put(response, [])

    here = ApiInstallation(max_in_flight=1, store=Curious())
    statuses = [here.send().status_code, here.send().status_code]
    assert (statuses, inside) == ([201, 201], [429, 429])


@pytest.mark.parametrize(
    "origin", ["https://ailleurs.example", "null", "http://localhost.evil", "http://localhost:81", ""]
)
def test_another_sites_pages_cannot_send(here: ApiInstallation, origin: str) -> None:
    answer = here.client.post(address(), json=make_submission(), headers={"Origin": origin})
    assert (answer.status_code, answer.json["code"], here.store.responses) == (403, "foreign_origin", {})  # type: ignore[index]


def test_our_own_pages_can_send(here: ApiInstallation) -> None:
    assert (
        here.client.post(address(), json=make_submission(), headers={"Origin": "http://localhost"}).status_code == 201
    )


def test_a_configured_origin_is_the_only_one() -> None:
    here = ApiInstallation(public_origin="https://enquete.example")
    origins = ("https://enquete.example", "http://localhost", "http://enquete.example")
    statuses = [
        here.client.post(address(), json=make_submission(), headers={"Origin": origin}).status_code
        for origin in origins
    ]
    assert statuses == [201, 403, 403]


def test_a_receipt_tells_where_a_response_stands(here: ApiInstallation) -> None:
    receipt = here.send().json["receipt"]  # type: ignore[index]
    assert ask(here, receipt) == {"status": "waiting"}
    ((series,),) = [{stored.series for stored in here.store.responses.values()}]
    here.store.mark_sealed(series, here.clock.now().date(), 3)
    assert ask(here, receipt) == {"status": "counted", "release": 3}
    here.client.post("/api/withdrawals", json=name_receipt(receipt))
    assert ask(here, receipt) == {"status": "withdrawn"}


def test_a_receipt_is_forgiven_its_writing(here: ApiInstallation) -> None:
    receipt = here.send().json["receipt"]  # type: ignore[index]
    typed = receipt.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert ask(here, typed) == {"status": "waiting"}


@pytest.mark.parametrize("path", ["/api/receipts", "/api/withdrawals"])
def test_an_unknown_receipt_is_not_found(here: ApiInstallation, path: str) -> None:
    for receipt in ("K7QF-2M9T-XW4C-3B8N", "rien"):
        answer = here.client.post(path, json=name_receipt(receipt))
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_receipt")  # type: ignore[index]


@pytest.mark.parametrize("path", ["/api/receipts", "/api/withdrawals"])
def test_a_request_about_a_receipt_is_checked(here: ApiInstallation, path: str) -> None:
    answer = here.client.post(path, json={"study": "etude", "questionnaire": 5, "autre": "", "receipt": "x" * 101})
    assert (answer.status_code, error_codes(answer)) == (
        422,
        {"questionnaire": "wrong_type", "autre": "unknown_field", "receipt": "too_long"},
    )
    assert here.client.post(path, json=name_receipt("rien") | {"questionnaire": "autre"}).status_code == 404


def test_a_withdrawal_may_be_said_again_and_removes_the_texts(here: ApiInstallation) -> None:
    receipt = here.send({**MINIMAL_ANSWERS, "message": "Merci"}).json["receipt"]  # type: ignore[index]
    answers = [here.client.post("/api/withdrawals", json=name_receipt(receipt)) for _ in range(2)]
    assert [(reply.status_code, reply.data) for reply in answers] == [(204, b"")] * 2
    assert here.store.texts == {}


def test_health_follows_the_store(here: ApiInstallation) -> None:
    well = here.client.get("/api/health")
    here.store.away = True
    ill = here.client.get("/api/health")
    assert (well.status_code, well.json["status"], ill.status_code) == (200, "ok", 503)  # type: ignore[index]


def test_another_method_is_refused_with_the_methods_allowed(here: ApiInstallation) -> None:
    answer = here.client.delete(address())
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")  # type: ignore[index]
    assert "POST" in answer.headers["Allow"]


def test_nothing_is_found_elsewhere(here: ApiInstallation) -> None:
    for path in ("/api/", "/api/responses/etude/candidats/1.0.0/", "/api//health", "/api/responses/etude"):
        assert here.client.get(path).status_code == 404, path


def ask(here: ApiInstallation, receipt: str) -> object:
    return here.client.post("/api/receipts", json=name_receipt(receipt)).json


def name_receipt(receipt: str) -> dict[str, str]:
    return {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
