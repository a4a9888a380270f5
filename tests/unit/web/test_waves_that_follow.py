"""A wave that follows another: each answer in its own, and one submission is one response, whichever way it comes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from boucle.core.identity.invitations import Invitations
from boucle.core.ports import NewResponse
from support.api import ApiInstallation, address, error_codes, make_id, make_submission
from support.documents.html_forms import read_post_forms
from support.following_waves import SPRING, SUMMER, make_following_study

ONE = str(make_id(1))
TYPED = {"accompagne": "no", "message": "Bonjour", "_language": "fr"}
LAST, FIRST, GRACE, AFTER = (datetime(2026, *day, 12, tzinfo=UTC) for day in ((6, 30), (7, 1), (7, 7), (7, 8)))
LONG_AFTER = datetime(2026, 10, 8, 12, tzinfo=UTC)
OPEN: dict[str, Any] = {}
INVITED: dict[str, Any] = {"invited": {"candidats": None}}


@pytest.fixture
def here() -> ApiInstallation:
    return ApiInstallation(make_following_study())


def send(here: ApiInstallation, day: datetime, **fields: Any) -> tuple[int, str | None]:
    """The status, and the receipt or the code of the refusal."""
    here.clock.time = day
    answer = here.send(**fields)
    said = answer.json or {}
    return answer.status_code, said.get("receipt") or said.get("code")


def count_by_wave(here: ApiInstallation) -> Counter[str]:
    return Counter(response.series.wave for response in here.store.responses.values())


def code_of(here: ApiInstallation, wave: str, number: int = 1) -> str:
    return Invitations(here.keyring.derive_invitation_key("etude", "candidats", wave)).make_code(number)


def test_in_the_days_of_grace_the_forms_wave_decides_and_programs_answer_the_open_one(here: ApiInstallation) -> None:
    for day in (FIRST, GRACE):
        assert [send(here, day, **named)[0] for named in ({"wave": SPRING}, {"wave": SUMMER}, {}, {"wave": ""})] == [
            201
        ] * 4
    assert count_by_wave(here) == {SPRING: 2, SUMMER: 6}


def test_receipts_are_those_of_the_wave(here: ApiInstallation) -> None:
    assert send(here, FIRST, id=ONE, wave=SPRING) == (201, here.keyring.make_receipt("etude", SPRING, ONE))


@pytest.mark.parametrize("named", [SPRING, "no such wave", "x" * 100])
def test_a_wave_that_is_over_or_is_none_is_refused_by_name(here: ApiInstallation, named: str) -> None:
    assert send(here, AFTER, wave=named) == (410, "wave_over")
    assert send(here, LONG_AFTER, wave=named) == (410, "closed")
    assert not here.store.responses


def test_a_wave_that_is_to_come_is_not_open(here: ApiInstallation) -> None:
    assert send(here, LAST, wave=SUMMER) == (404, "not_open")


@pytest.mark.parametrize(("wrong", "code"), [(5, "wrong_type"), (None, "wrong_type"), ("x" * 101, "too_long")])
def test_what_cannot_be_the_name_of_a_wave_is_a_field_to_mend(here: ApiInstallation, wrong: object, code: str) -> None:
    answer = here.send(wave=wrong)
    assert (answer.status_code, error_codes(answer)) == (422, {"wave": code})


@pytest.mark.parametrize("again", [FIRST, GRACE, AFTER, LONG_AFTER])
@pytest.mark.parametrize("named", [{}, {"wave": SPRING}], ids=["a program", "a form"])
def test_a_repeat_is_one_response_with_one_receipt_however_late_it_comes(
    here: ApiInstallation, named: dict[str, str], again: datetime
) -> None:
    first = send(here, LAST, id=ONE, **named)
    assert first[0] == 201
    assert send(here, again, id=ONE, **named) == (200, first[1])
    assert count_by_wave(here) == {SPRING: 1}


@pytest.mark.parametrize(("first", "second"), [(SPRING, SUMMER), (SUMMER, SPRING), (SUMMER, None), (SPRING, None)])
def test_one_id_under_two_waves_is_one_response(here: ApiInstallation, first: str, second: str | None) -> None:
    receipt = send(here, GRACE, id=ONE, wave=first)[1]
    assert send(here, GRACE, id=ONE, **({"wave": second} if second else {})) == (200, receipt)
    assert count_by_wave(here) == {first: 1}


def test_other_answers_under_the_same_id_are_a_conflict_across_waves(here: ApiInstallation) -> None:
    send(here, LAST, id=ONE)
    for day in (FIRST, AFTER, LONG_AFTER):
        assert send(here, day, id=ONE, answers={"accompagne": "yes", "note": 3}) == (409, "conflict")
    assert count_by_wave(here) == {SPRING: 1}


def test_what_was_withdrawn_in_the_earlier_wave_does_not_come_back_in_the_later_one(here: ApiInstallation) -> None:
    receipt = send(here, LAST, id=ONE)[1]
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
    assert here.client.post("/api/withdrawals", json=asked).status_code == 204
    for day in (FIRST, AFTER, LONG_AFTER):
        assert send(here, day, id=ONE) == (410, "withdrawn")


def test_receipts_of_both_waves_are_found_and_withdrawn(here: ApiInstallation) -> None:
    for wave in (SPRING, SUMMER):
        asked = {"study": "etude", "questionnaire": "candidats", "receipt": send(here, FIRST, wave=wave)[1]}
        assert here.client.post("/api/receipts", json=asked).json == {"status": "waiting"}
        assert here.client.post("/api/withdrawals", json=asked).status_code == 204
        assert here.client.post("/api/receipts", json=asked).json == {"status": "withdrawn"}


def test_a_repeat_puts_the_texts_again_that_were_missing(here: ApiInstallation) -> None:
    answers = {"accompagne": "no", "message": "Bonjour"}
    send(here, LAST, id=ONE, answers=answers)
    [key] = here.store.texts
    here.store.texts.clear()
    send(here, AFTER, id=ONE, answers=answers)
    assert list(here.store.texts) == [key]


def test_invitations_are_those_of_the_wave_that_the_answer_goes_to() -> None:
    here = ApiInstallation(make_following_study(INVITED, INVITED))
    own, later = code_of(here, SPRING), code_of(here, SUMMER)
    assert send(here, FIRST, wave=SPRING, invitation=later) == (422, "invalid")
    assert send(here, FIRST, invitation=own) == (422, "invalid")
    assert send(here, FIRST, wave=SPRING, invitation=own)[0] == send(here, FIRST, invitation=later)[0] == 201
    assert count_by_wave(here) == {SPRING: 1, SUMMER: 1}


def test_a_form_of_an_open_wave_needs_no_code_of_the_next_and_the_other_way_round() -> None:
    here = ApiInstallation(make_following_study(OPEN, INVITED))
    assert send(here, FIRST, wave=SPRING)[0] == 201
    assert send(here, FIRST) == (422, "invalid")
    there = ApiInstallation(make_following_study(INVITED, OPEN))
    assert send(there, FIRST, wave=SPRING) == (422, "invalid")
    assert send(there, FIRST)[0] == 201


@pytest.mark.parametrize("spring", [OPEN, INVITED], ids=["open before", "invited before"])
def test_a_repeat_uses_up_no_invitation_of_the_later_wave(spring: dict[str, Any]) -> None:
    here = ApiInstallation(make_following_study(spring, INVITED))
    sent = {"invitation": code_of(here, SPRING)} if spring else {}
    receipt = send(here, LAST, id=ONE, **sent)[1]
    used = len(here.used_invitations.codes)
    assert send(here, FIRST, id=ONE, invitation=code_of(here, SUMMER)) == (200, receipt)
    assert send(here, AFTER, id=ONE) == (200, receipt)
    assert len(here.used_invitations.codes) == used
    assert send(here, AFTER, invitation=code_of(here, SUMMER))[0] == 201


def test_one_code_serves_once_whatever_wave_is_named() -> None:
    here = ApiInstallation(make_following_study(INVITED, INVITED))
    code = code_of(here, SPRING)
    assert send(here, LAST, invitation=code)[0] == 201
    for named in ({"wave": SPRING}, {"wave": SUMMER}, {}):
        assert send(here, FIRST, invitation=code, **named) == (422, "invalid")
    assert len(here.store.responses) == 1


def test_the_work_to_prove_is_that_of_the_wave_that_the_answer_goes_to() -> None:
    here = ApiInstallation(make_following_study(OPEN, {"proof_of_work": 18}))
    receipt = send(here, LAST, id=ONE)[1]
    assert send(here, FIRST, wave=SPRING)[0] == 201
    assert send(here, FIRST) == (422, "invalid")
    assert send(here, FIRST, id=ONE) == (200, receipt), "a repeat proves nothing anew"


def test_of_two_at_the_same_instant_on_either_side_of_the_switch_one_is_stored(here: ApiInstallation) -> None:
    """The second is put between the look for the first and its put, which a store takes as one."""
    put = here.store.put
    received: list[tuple[int, str | None]] = []

    def put_late(response: NewResponse, texts: Any) -> object:
        here.store.put = put  # type: ignore[method-assign]  # once
        received.append(send(here, FIRST, id=ONE))
        return put(response, texts)

    here.store.put = put_late  # type: ignore[method-assign,assignment]  # somebody is quicker
    received.append(send(here, LAST, id=ONE))
    assert sorted(status for status, _ in received) == [200, 201]
    assert len({receipt for _, receipt in received}) == 1
    assert count_by_wave(here) == {SUMMER: 1}


@pytest.mark.parametrize(
    ("day", "named", "wave"),
    [
        (LAST, {}, SPRING),
        (FIRST, {}, SUMMER),
        (FIRST, {"wave": SPRING}, SPRING),
        (AFTER, {"wave": SUMMER}, SUMMER),
        (AFTER, {"wave": SPRING}, None),
        (LAST, {"wave": SUMMER}, None),
        (FIRST, {"wave": "no such wave"}, None),
    ],
)
def test_the_fast_path_knows_where_an_answer_goes_and_leaves_refusals_to_flask(
    here: ApiInstallation, day: datetime, named: dict[str, str], wave: str | None
) -> None:
    here.clock.time = day
    body = json.dumps(make_submission(**named)).encode()
    prepared = here.app.fast_path.prepare(address(), "application/json", None, "localhost", body)
    assert (prepared.response.series.wave if prepared else None) == wave


def test_what_one_wave_alone_can_have_is_sought_nowhere_else() -> None:
    here = ApiInstallation()
    body = json.dumps(make_submission(wave="2026")).encode()
    prepared = here.app.fast_path.prepare(address(), "application/json", None, "localhost", body)
    assert prepared is not None
    assert (prepared.response.other_keys, prepared.response.is_contested) == ((), False)


def follow(here: ApiInstallation, page: TestResponse, form: int = 0) -> TestResponse:
    """Press a button of a page."""
    sent = read_post_forms(page.text)[form]
    return here.client.post(sent.action, data=sent.encode(), content_type="application/x-www-form-urlencoded")


def fill(here: ApiInstallation, day: datetime, **more: str) -> TestResponse:
    here.clock.time = day
    return here.fill({**TYPED, **more})


def wave_of(page: TestResponse, form: int = 0) -> str:
    return dict(read_post_forms(page.text)[form].fields)["_wave"]


def test_a_form_without_script_and_its_check_page_carry_the_wave(here: ApiInstallation) -> None:
    check = fill(here, LAST, _wave=SPRING)
    assert (wave_of(check), wave_of(check, 1)) == (SPRING, SPRING)
    here.clock.time = GRACE
    changed = follow(here, check, 1)
    assert wave_of(changed) == SPRING
    assert "vos réponses sont enregistrées" in follow(here, follow(here, changed)).text
    assert "vos réponses sont enregistrées" in follow(here, fill(here, GRACE)).text
    assert count_by_wave(here) == {SPRING: 1, SUMMER: 1}


def test_a_check_page_that_is_sent_once_more_after_the_grace_shows_the_same_receipt(here: ApiInstallation) -> None:
    check = fill(here, LAST, _wave=SPRING)
    first = follow(here, check)
    for day in (FIRST, AFTER, LONG_AFTER):
        here.clock.time = day
        assert follow(here, check).text == first.text
    assert count_by_wave(here) == {SPRING: 1}


@pytest.mark.parametrize("page", [0, 1], ids=["confirmed", "changed"])
def test_past_the_grace_the_form_comes_again_for_the_open_wave_with_what_was_typed(
    here: ApiInstallation, page: int
) -> None:
    check = fill(here, GRACE, _wave=SPRING)
    here.clock.time = AFTER
    again = follow(here, check, page)
    assert again.status_code == 422
    assert "Vous aviez commencé dans une enquête qui est terminée." in again.text
    assert wave_of(again) == SUMMER
    assert dict(read_post_forms(again.text)[0].fields)["message"] == "Bonjour"
    assert not here.store.responses
    assert "vos réponses sont enregistrées" in follow(here, follow(here, again)).text
    assert count_by_wave(here) == {SUMMER: 1}


def test_a_form_that_was_opened_before_it_named_its_wave_goes_to_the_open_one(here: ApiInstallation) -> None:
    assert wave_of(fill(here, FIRST)) == SUMMER


def test_past_every_wave_a_form_is_told_that_all_is_closed(here: ApiInstallation) -> None:
    page = fill(here, LONG_AFTER, _wave=SPRING)
    assert page.status_code == 410
    assert "Ce questionnaire est clos" in page.text


def test_a_form_asks_for_a_code_where_its_own_wave_does() -> None:
    here = ApiInstallation(make_following_study(OPEN, INVITED))
    assert "vos réponses sont enregistrées" in follow(here, fill(here, FIRST, _wave=SPRING)).text
    assert 'id="_invitation--error"' in fill(here, FIRST, _wave=SUMMER).text
    assert 'id="_invitation"' in fill(here, AFTER, _wave=SPRING).text, "the form of the open wave"
