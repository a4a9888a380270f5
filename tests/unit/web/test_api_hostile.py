"""Bodies sent to do harm, and what the log must never hold."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.questionnaire.model import FreeText
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.validation import settle
from boucle.core.questionnaire.values import Answers
from boucle.submissions.envelope import EnvelopeReader
from support.api import EVERY_TYPE, MINIMAL_ANSWERS, ApiInstallation, address, make_submission
from support.documents.html_forms import read_post_forms

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODY = json.dumps(make_submission())


def replace_answers(answers: str) -> bytes:
    """A submission whose answers are written like this."""
    return BODY.replace(json.dumps(dict(MINIMAL_ANSWERS)), answers).encode("utf-8", "surrogatepass")


HOSTILE_JSON: Mapping[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "half": (BODY[:-1].encode(), 400),
    "two documents": ((BODY + BODY).encode(), 400),
    "not UTF-8": (b'{"id": "\xff"}', 400),
    "UTF-16": (BODY.encode("utf-16"), 400),
    "a form": (b"accompagne=no", 400),
    "HTML": (b"<script>", 400),
    "NaN": (replace_answers('{"enfants": NaN}'), 400),
    "infinity": (replace_answers('{"distance": -Infinity}'), 400),
    "beyond a double": (replace_answers('{"distance": 1e999}'), 400),
    "a huge integer": (replace_answers(f'{{"note": {"9" * 5000}}}'), 400),
    "a key twice": (replace_answers('{"accompagne": "no", "accompagne": "yes"}'), 400),
    "deep arrays": (b"[" * 30_000, 400),
    "deep objects": (replace_answers('{"a":' * 200 + "1" + "}" * 200), 400),
    "an endless string": (b'"' + b'\\"' * 30_000, 400),
    "NUL": (replace_answers('{"message": "abc\\u0000"}'), 400),
    "half a surrogate pair": (replace_answers('{"message": "abc\\ud83d"}'), 400),
    "a raw surrogate": (replace_answers('{"message": "abc\ud83d"}'), 400),
    "a comment": (replace_answers('{/* x */"accompagne": "no"}'), 400),
    "a number": (b"5", 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "a list of submissions": (f"[{BODY}]".encode(), 422),
    "answers as text": (replace_answers('"accompagne=no"'), 422),
    "the names of the machinery": (replace_answers('{"_schema": 1, "q0": "no", "Meta": 1, "__class__": 1}'), 422),
    "an object as an answer": (replace_answers('{"accompagne": {"$ne": null}}'), 422),
    "a nested grid": (replace_answers('{"accompagne": "no", "grille": {"suivi": "bien"}}'), 422),
    "a path as an answer": (replace_answers('{"accompagne": "../../etc/passwd"}'), 422),
    "an escape sequence": (replace_answers('{"accompagne": "no", "message": "\\u001b[2Jabc"}'), 422),
    "many unknown questions": (replace_answers(json.dumps({f"q{at}": at for at in range(2000)})), 422),
    "many choices": (replace_answers(json.dumps({"accompagne": "no", "freins": ["langue"] * 3000})), 422),
    "a long list of lists": (replace_answers(json.dumps({"freins": [[]] * 3000})), 422),
    "a raw command": (b'{"raw_command": "import os"}', 422),
    "too much": (b" " * 65_537, 413),
}
HOSTILE_FORMS: Mapping[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "only separators": (b"&&==&", 422),
    "JSON": (BODY.encode(), 422),
    "not UTF-8": (b"message=%ff%fe", 400),
    "raw bytes": (b"message=\xff", 400),
    "half a surrogate pair": (b"message=%ed%a0%bd", 400),
    "NUL": (b"accompagne=no%00", 422),
    "a NUL in a text": (b"accompagne=no&message=abc%00", 422),
    "many fields": (b"a=1&" * 5000, 400),
    "one field many times": (b"freins=langue&" * 1500, 422),
    "a name that is none": (b"<script>=1", 422),
    "a forged id": (b"accompagne=no&_step=confirm&_id=" + b"x" * 1000, 200),
    "another step": (b"accompagne=no&_step=store", 200),
    "many digits": (b"accompagne=no&enfants=" + b"9" * 60_000, 422),
    "a rank with many digits": (b"accompagne=no&ordre.a=" + b"1" * 60_000, 422),
    "too much": (b"message=" + b"x" * 65_536, 413),
}


@pytest.mark.parametrize(("body", "status"), HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_a_hostile_document_is_refused_with_a_problem(body: bytes, status: int) -> None:
    here = ApiInstallation()
    answer = here.client.post(address(), data=body, content_type=JSON)
    assert (answer.status_code, answer.mimetype, here.store.responses) == (status, "application/problem+json", {})
    assert answer.json is not None
    assert answer.json["status"] == status


@pytest.mark.parametrize(("body", "status"), HOSTILE_FORMS.values(), ids=HOSTILE_FORMS)
def test_a_hostile_form_stores_nothing_and_gets_a_page(body: bytes, status: int) -> None:
    here = ApiInstallation()
    answer = here.client.post(address(), data=body, content_type=FORM)
    assert (answer.status_code, answer.mimetype, here.store.responses) == (status, "text/html", {})


def test_a_document_that_is_not_standard_says_where() -> None:
    answer = ApiInstallation().client.post(address(), data=replace_answers('{"note": NaN}'), content_type=JSON)
    assert answer.json is not None
    assert answer.json["where"] == "NaN and Infinity are no JSON numbers, at /answers/note"


def test_a_body_whose_length_is_not_announced_is_bounded_too() -> None:
    here = ApiInstallation()

    def send(body: bytes) -> int:
        unannounced: dict[str, Any] = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        environ = {"wsgi.input": io.BytesIO(body), "HTTP_TRANSFER_ENCODING": "chunked", **unannounced}
        return here.client.post(address(), content_type=JSON, environ_overrides=environ).status_code

    assert [send(BODY.encode()), send(BODY.encode().ljust(64 * 1024 + 1))] == [201, 413]


class Failing:
    """A collaborator whose every call fails, with what it was given in its message."""

    def __getattr__(self, name: str) -> Any:
        def fail(*given: object, **more: object) -> object:
            raise RuntimeError(f"{given} {more}")

        return fail


def test_a_failure_is_a_plain_problem_and_a_page() -> None:
    here = ApiInstallation(store=Failing())
    problem = here.send()
    form = read_post_forms(here.fill({"accompagne": "no"}).text)[0]
    page = here.client.post(address(), data=form.encode(), content_type=FORM)
    assert (problem.status_code, problem.json["code"]) == (500, "failed")  # type: ignore[index]
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "RuntimeError" not in problem.text + page.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_a_failure_to_make_pages_still_gets_an_answer() -> None:
    class NoPages(Failing):
        def csp(self) -> str:
            return "default-src 'none'"

    answer = ApiInstallation(renderer=NoPages()).fill({"accompagne": "no"})
    assert (answer.status_code, answer.text) == (500, "Something went wrong on our side")


def test_a_failure_to_find_words_still_gets_an_answer() -> None:
    def mute(language: str) -> Any:
        raise RuntimeError(language)

    answer = ApiInstallation(translator_for=mute).send({"accompagne": "oui"})
    assert (answer.status_code, answer.text) == (500, "Something went wrong on our side")


SECRETS = ("Confidence", "203.0.113.9", "Mozilla/9", "confidentielle", "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11")


def test_the_log_holds_no_answer_no_address_and_no_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    codes = [code for failing in (False, True) for code in drive_everything(failing)]
    assert any("RuntimeError at test_api_hostile.py" in log_record.getMessage() for log_record in caplog.records)
    assert [secret for secret in (*SECRETS, *codes) if secret in caplog.text] == []


def drive_everything(failing: bool) -> list[str]:
    """Use every route in every way, with secrets in every place; the codes that were given."""
    here = ApiInstallation(store=Failing()) if failing else ApiInstallation()
    client = here.client
    client.environ_base |= {"REMOTE_ADDR": "203.0.113.9", "HTTP_USER_AGENT": "Mozilla/9"}
    secret = make_submission({"accompagne": "no", "message": "Confidence"}, id=SECRETS[-1])
    answers = [client.post(address(), json=json_body) for json_body in (secret, secret, secret | {"mode": "paper"})]
    form = {"accompagne": "no", "message": "Confidence"}
    answers += [client.post(address(), data=fields) for fields in (form, form | {"note": "Confidence"}, {})]
    for body, kind in (
        (b"Confidence", JSON),
        (b"Confidence=%ff", FORM),
        (b"Confidence" * 9000, JSON),
        (b"Confidence", ""),
    ):
        client.post(address(), data=body, content_type=kind)
    client.post(address(), json=secret, headers={"Origin": "https://confidentielle.example"})
    client.get("/api/confidentielle")
    client.delete(address("confidentielle"))
    given = [reply.json["receipt"] for reply in answers if reply.json and "receipt" in reply.json]
    for code in [*given, "Confidence"]:
        named = {"study": "etude", "questionnaire": "candidats", "receipt": code}
        for route in ("/api/receipts", "/api/withdrawals"):
            client.post(route, json=named)
            client.post(route, data=named)
    here.clock.time = datetime(2027, 6, 1, tzinfo=UTC)
    client.post(address(), json=secret)
    client.get("/api/health")
    client.get("/api/openapi.json")
    return given


def test_no_answer_ever_sets_a_cookie() -> None:
    here = ApiInstallation()
    answers = [here.send(), here.fill({"accompagne": "no"}), here.client.get("/api/health"), here.client.get("/api/x")]
    assert all("Set-Cookie" not in reply.headers for reply in answers)
    assert {reply.headers["X-Content-Type-Options"] for reply in answers} == {"nosniff"}


HERE = ApiInstallation()
READER = EnvelopeReader("etude", EVERY_TYPE)
# A NUL is refused before it is an answer.
TYPED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "accompagne": st.sampled_from(["yes", "no", "peut-être", 1]),
        "note": st.integers(-1, 11) | TYPED,
        "avis": st.integers(0, 6) | st.just("dont_know"),
        "freins": st.lists(st.sampled_from(["transport", "langue", "aucun", "avion"]), max_size=3),
        "contact": st.sampled_from(["un", "plusieurs", "other"]),
        "contact.other": TYPED,
        "enfants": st.integers(-1, 21) | st.floats(allow_nan=False, allow_infinity=False),
        "ordre": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
        "message": TYPED,
    },
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_what_is_stored_is_exactly_what_was_settled(sent: dict[str, Any]) -> None:
    HERE.store.responses.clear()
    answer = HERE.send(sent)
    envelope = READER.read({"answers": sent})
    taken, problems = settle(EVERY_TYPE, envelope.answers, envelope.malformed)
    assert path(EVERY_TYPE, taken.answers) == taken
    assert (answer.status_code == 201) == (not problems)
    assert [stored.answers for stored in HERE.store.responses.values()] == (
        [] if problems else [select_closed(taken.answers)]
    )


def select_closed(answers: Answers) -> Answers:
    return {
        question_id: answer
        for question_id, answer in answers.items()
        if not isinstance(EVERY_TYPE.by_id[question_id], FreeText)
    }
