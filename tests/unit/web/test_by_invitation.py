"""Answering where it is by invitation: as a program, as a form without script, and what is never said or lost."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from boucle.core.identity.invitations import Invitations, key_of_used_invitation
from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.core.study.model import Study
from boucle.pages.forms import fragments
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from boucle.submissions.quick_reader import QuickReader
from support.api import EVERY_TYPE, STUDY, ApiInstallation, address, error_codes, make_id, make_submission
from support.documents.html_forms import read_post_forms

INVITING = replace(STUDY, waves=tuple(replace(wave, invited={"candidats": 50}) for wave in STUDY.waves))
ONE, OTHER = str(make_id(1)), str(make_id(2))


@pytest.fixture
def here() -> ApiInstallation:
    return ApiInstallation(INVITING)


@pytest.fixture
def code(here: ApiInstallation) -> str:
    return invitations(here).make_code(1)


def invitations(here: ApiInstallation) -> Invitations:
    return Invitations(here.keyring.derive_invitation_key("etude", "candidats", "2026"))


def test_a_code_admits_one_submission_and_the_same_one_again(here: ApiInstallation, code: str) -> None:
    first, again = (here.send(id=ONE, invitation=code) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(here.store.responses) == len(here.used_invitations.codes) == 1


def test_a_code_typed_by_hand_is_the_same_code(here: ApiInstallation, code: str) -> None:
    assert here.send(id=ONE, invitation=code).status_code == 201
    assert here.send(id=ONE, invitation=f" {code.lower().replace('-', ' ')} ").status_code == 200


def test_another_submission_with_the_same_code_is_refused_and_not_stored(here: ApiInstallation, code: str) -> None:
    """Two devices, or two tabs."""
    here.send(id=ONE, invitation=code)
    refused = here.send(id=OTHER, invitation=code)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert error_codes(refused) == {"invitation": "invitation_spent"}
    assert len(here.store.responses) == 1


@pytest.mark.parametrize(
    ("sent", "error_code"),
    [
        ({}, "invitation_missing"),
        ({"invitation": ""}, "invitation_missing"),
        ({"invitation": " - "}, "invitation_unknown"),
        ({"invitation": "K7QF-2M9T-XW4C"}, "invitation_unknown"),
        ({"invitation": "é" * 12}, "invitation_unknown"),
        ({"invitation": 12}, "wrong_type"),
        ({"invitation": None}, "wrong_type"),
        ({"invitation": "0" * 101}, "too_long"),
    ],
)
def test_without_a_code_of_ours_nothing_is_stored_nor_spent(
    here: ApiInstallation, sent: dict[str, Any], error_code: str
) -> None:
    refused = here.send(**sent)
    assert (refused.status_code, error_codes(refused)) == (422, {"invitation": error_code})
    assert not here.store.responses
    assert not here.used_invitations.codes


def test_every_error_is_said_at_once(here: ApiInstallation) -> None:
    assert error_codes(here.send({"enfants": 99})) == {
        "invitation": "invitation_missing",
        "accompagne": "required",
        "enfants": "out_of_range",
    }


def test_answers_that_break_the_questionnaire_spend_nothing(here: ApiInstallation, code: str) -> None:
    assert here.send({"note": 99}, invitation=code).status_code == 422
    assert not here.used_invitations.codes


def test_stopped_between_the_two_writes_the_repeat_passes_and_nobody_else(here: ApiInstallation, code: str) -> None:
    here.store.away = True
    assert here.send(id=ONE, invitation=code).status_code == 503
    here.store.away = False
    assert here.send(id=OTHER, invitation=code).status_code == 422
    assert here.send(id=ONE, invitation=code).status_code == 201


def test_while_used_codes_cannot_be_written_no_answer_is_stored(here: ApiInstallation, code: str) -> None:
    class Away:
        def redeem(self, invitation: object) -> bool:
            raise StoreUnavailable("told to be away")

    elsewhere = ApiInstallation(INVITING, used_invitations=Away())
    refused = elsewhere.send(invitation=code)
    assert (refused.status_code, elsewhere.store.responses) == (503, {})
    assert "Retry-After" in refused.headers


def test_a_withdrawal_frees_no_code(here: ApiInstallation, code: str) -> None:
    """To free it, somebody would have to know which code came with which answers."""
    receipt = here.send(id=ONE, invitation=code).json["receipt"]  # type: ignore[index]
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
    assert here.client.post("/api/withdrawals", json=asked).status_code == 204
    assert error_codes(here.send(id=OTHER, invitation=code)) == {"invitation": "invitation_spent"}
    assert here.send(id=ONE, invitation=code).status_code == 410


def test_reading_pages_spends_no_code(here: ApiInstallation, code: str) -> None:
    """A mail scanner opens every link, as often as it likes; the code is not even in what it asks for."""
    for _ in range(10):
        assert here.client.get(f"{address()}#i={code}").status_code == 303
        assert here.client.get(f"{address()}?i={code}").status_code == 303
    assert not here.used_invitations.codes


def test_a_wave_that_is_prolonged_after_its_end_takes_no_code_twice(code: str, tmp_path: Path) -> None:
    """What was used is forgotten with the answers, not the day on which nothing more is taken."""
    [wave] = INVITING.waves
    with closing(SqliteUsedInvitations(tmp_path / "spent.sqlite3")) as spent:
        assert ApiInstallation(INVITING, used_invitations=spent).send(id=ONE, invitation=code).status_code == 201
        spent.expire(wave.over)
        longer = replace(wave, closes=wave.over + timedelta(days=30))
        later = ApiInstallation(replace(INVITING, waves=(longer,)), used_invitations=spent)
        later.clock.time = datetime.combine(wave.over, time(), UTC)
        newest = wave.openings["candidats"][-1].version
        refused = later.send(id=OTHER, invitation=code, version=newest)
        assert (refused.status_code, error_codes(refused)) == (422, {"invitation": "invitation_spent"})
        assert spent.expire(INVITING.expiry(wave)) == 1


def test_what_is_kept_of_a_code_is_one_way_and_expires_with_the_answers(here: ApiInstallation, code: str) -> None:
    here.send(id=ONE, invitation=code)
    [spent] = here.used_invitations.codes.values()
    assert spent.key == key_of_used_invitation("etude", "candidats", "2026", code)
    assert code not in repr(spent)
    assert ONE not in repr(spent)
    [stored] = here.store.responses.values()
    assert spent.expires == stored.expires


def test_nothing_of_a_code_is_kept_with_the_answers(here: ApiInstallation, code: str) -> None:
    """Stored with a code or without, a response is the same."""
    free = ApiInstallation(STUDY)
    free.send(id=ONE)
    here.send(id=ONE, invitation=code)
    assert here.store.responses == free.store.responses


def test_a_code_is_of_its_wave(here: ApiInstallation, code: str) -> None:
    last, following = INVITING.waves[0], date(2027, 6, 1)
    openings = {"candidats": tuple(replace(opening, opens=following) for opening in last.openings["candidats"][-1:])}
    later = replace(last, id="2027", opens=following, closes=date(2027, 12, 31), openings=openings)
    both = ApiInstallation(replace(INVITING, waves=(last, later)))
    both.clock.time = datetime(2027, 7, 1, tzinfo=UTC)
    assert error_codes(both.send(version="3.0.0", invitation=code)) == {"invitation": "invitation_unknown"}


def test_where_nobody_is_invited_the_field_is_unknown(code: str) -> None:
    assert error_codes(ApiInstallation(STUDY).send(invitation=code)) == {"invitation": "unknown_field"}


def test_the_short_way_in_takes_nobody_past_an_invitation(here: ApiInstallation, code: str) -> None:
    body = json.dumps(make_submission()).encode()
    assert QuickReader(EVERY_TYPE).read(body) is not None
    assert here.app.fast_path.readers == {}
    assert ApiInstallation(STUDY).app.fast_path.readers != {}


# --- the form without script


TYPED = {"_language": "fr", "_mode": "self", "accompagne": "no", "message": "Bonjour"}


def confirm(here: ApiInstallation, fields: dict[str, str]) -> TestResponse:
    """Fill the form, then confirm on the page that reads it back."""
    checked = here.fill(fields)
    assert checked.status_code == 200, checked.text
    form = read_post_forms(checked.text)[0]
    return here.client.post(form.action, data=form.encode(), content_type="application/x-www-form-urlencoded")


def test_a_form_with_a_code_leads_to_a_receipt_and_spends_it_at_the_end_only(here: ApiInstallation, code: str) -> None:
    here.fill({**TYPED, "_invitation": code})
    assert not here.used_invitations.codes
    assert "vos réponses sont enregistrées" in confirm(here, {**TYPED, "_invitation": code}).text
    assert len(here.store.responses) == len(here.used_invitations.codes) == 1


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Saisissez le code"), ("K7QF-2M9T-XW4C", "Ce n’est pas le code d’une invitation")]
)
def test_a_form_without_a_code_of_ours_comes_again_with_all_that_was_typed(
    here: ApiInstallation, typed: str, said: str
) -> None:
    page = here.fill({**TYPED, "_invitation": typed})
    assert page.status_code == 422
    assert f'<a href="#_invitation"><span>Le code de votre invitation</span> {said}' in page.text
    assert 'id="_invitation--error"' in page.text
    fields = dict(read_post_forms(page.text)[0].fields)
    assert {name: fields[name] for name in TYPED} == TYPED
    assert fields["_invitation"] == typed


def test_a_code_that_served_meanwhile_is_said_beside_it_and_nothing_typed_is_lost(
    here: ApiInstallation, code: str
) -> None:
    here.send(invitation=code)
    page = confirm(here, {**TYPED, "_invitation": code})
    assert page.status_code == 422
    assert "Ce code a déjà servi" in page.text
    assert dict(read_post_forms(page.text)[0].fields)["message"] == "Bonjour"
    assert len(here.store.responses) == 1


def test_confirming_twice_stores_once(here: ApiInstallation, code: str) -> None:
    form = read_post_forms(here.fill({**TYPED, "_invitation": code}).text)[0]
    pages = [
        here.client.post(form.action, data=form.encode(), content_type="application/x-www-form-urlencoded").text
        for _ in range(2)
    ]
    assert pages[0] == pages[1]
    assert len(here.store.responses) == 1


def test_changing_keeps_the_code(here: ApiInstallation, code: str) -> None:
    change = read_post_forms(here.fill({**TYPED, "_invitation": code}).text)[1]
    page = here.client.post(change.action, data=change.encode(), content_type="application/x-www-form-urlencoded")
    assert dict(read_post_forms(page.text)[0].fields)["_invitation"] == code


def test_where_nobody_is_invited_the_form_asks_for_no_code() -> None:
    page = ApiInstallation(STUDY).fill({"_language": "fr"})
    assert "_invitation" not in page.text
    assert "invitation.js" not in page.text


def test_an_answer_that_was_taken_says_so_whatever_the_store_calls_it(here: ApiInstallation, code: str) -> None:
    here.send(id=ONE, invitation=code)
    assert PutOutcome.CONFLICT.value in codes_of(here.send({"accompagne": "yes", "note": 3}, id=ONE, invitation=code))


def codes_of(response: TestResponse) -> str:
    return str((response.json or {}).get("code"))


def test_a_code_never_stands_in_an_address_that_we_write(here: ApiInstallation, code: str) -> None:
    for page in (here.fill({**TYPED, "_invitation": code}), here.fill({"_language": "fr", "_invitation": code})):
        assert code in page.text
        assert not [part for part in page.text.split('"') if code in part and "/" in part and "<" not in part]


@pytest.mark.parametrize("study", [INVITING, STUDY], ids=["invited", "free"])
def test_whoever_withdraws_is_told_that_an_invitation_does_not_come_back(study: Study) -> None:
    here = ApiInstallation(study)
    code = Invitations(here.keyring.derive_invitation_key("etude", "candidats", "2026")).make_code(1)
    sent = {"invitation": code} if study is INVITING else {}
    receipt = (here.send(**sent).json or {})["receipt"]
    asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
    for page in (here.client.post("/api/receipts", data=asked).text, fragments.render_codes_page(study, "fr").content):
        assert ("elle ne peut plus servir" in page) is (study is INVITING)


@pytest.mark.parametrize("step", ["answers that differ", "a withdrawal"])
@pytest.mark.parametrize("study", [INVITING, STUDY], ids=["invited", "free"])
def test_nobody_is_told_to_answer_anew_with_an_invitation_that_has_served(study: Study, step: str) -> None:
    here = ApiInstallation(study)
    code = Invitations(here.keyring.derive_invitation_key("etude", "candidats", "2026")).make_code(1)
    form = read_post_forms(here.fill({**TYPED, "_invitation": code}).text)[0]
    sent = {"content_type": "application/x-www-form-urlencoded"}
    page = here.client.post(form.action, data=form.encode(), **sent).text
    [receipt] = re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page)[:1]
    if step == "a withdrawal":
        asked = {"study": "etude", "questionnaire": "candidats", "receipt": receipt}
        here.client.post("/api/withdrawals", json=asked)
    other = form.encode().replace(b"Bonjour", b"Bonsoir")
    again = here.client.post(form.action, data=other, **sent)
    assert again.status_code == (410 if step == "a withdrawal" else 409)
    assert ("demandez-en une autre" in again.text) is (study is INVITING)
    assert ("de nouveau depuis" in again.text or "puis répondez" in again.text) is (study is STUDY)
