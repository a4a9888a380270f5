"""Wrong codes are slowed down, and nobody is known by it."""

from __future__ import annotations

import pytest

from boucle.web.errors import HttpError
from boucle.web.rate_limits import FORGIVE_SECONDS, FREE_ATTEMPTS, MAX_SENDERS, Throttle
from support import api
from support.stopwatch import Stopwatch

CODE = "K7QF-2M9T-XW4C-3B8N"


def test_after_too_many_wrong_codes_the_next_wrong_one_is_told_to_wait_and_a_right_one_is_found() -> None:
    seconds = Stopwatch()
    throttle = Throttle(seconds)
    for _ in range(FREE_ATTEMPTS):
        throttle.look_up("192.0.2.1", lambda: None)
    with pytest.raises(HttpError) as refused:
        throttle.look_up("192.0.2.1", lambda: None)
    assert throttle.look_up("192.0.2.1", lambda: "found") == "found"
    seconds.now += int(refused.value.headers["Retry-After"]) + FORGIVE_SECONDS
    assert throttle.look_up("192.0.2.1", lambda: None) is None


def test_right_codes_cost_nothing_and_others_are_not_held_up() -> None:
    throttle = Throttle(Stopwatch())
    for _ in range(10 * FREE_ATTEMPTS):
        assert throttle.look_up("192.0.2.1", lambda: True)
    for _ in range(FREE_ATTEMPTS):
        throttle.look_up("192.0.2.1", lambda: None)
    assert throttle.look_up("192.0.2.2", lambda: True)


def test_no_address_is_kept_and_everything_is_forgotten_in_time() -> None:
    seconds = Stopwatch()
    throttle = Throttle(seconds)
    throttle.look_up("192.0.2.1", lambda: None)
    assert "192" not in repr(vars(vars(throttle)["_buckets"]))
    seconds.now += FORGIVE_SECONDS
    throttle.look_up("192.0.2.2", lambda: None)
    assert throttle.known == 1


def test_a_flood_of_senders_does_not_fill_the_memory() -> None:
    throttle = Throttle(Stopwatch())
    for number in range(MAX_SENDERS + 50):
        throttle.look_up(str(number), lambda: None)
    assert throttle.known == MAX_SENDERS


@pytest.mark.parametrize("where", ["receipts", "withdrawals"])
def test_the_api_answers_429_to_a_wrong_code_and_never_to_a_right_one(where: str) -> None:
    installation = api.ApiInstallation(monotonic=Stopwatch())
    right = (installation.send().json or {})["receipt"]
    body = {"study": "etude", "questionnaire": "candidats"}
    for _ in range(FREE_ATTEMPTS):
        assert installation.client.post("/api/receipts", json={**body, "receipt": CODE}).status_code == 404
    refused = installation.client.post(f"/api/{where}", json={**body, "receipt": CODE})
    assert refused.status_code == 429
    assert (refused.json or {})["code"] == "too_many_codes"
    assert "Retry-After" in refused.headers
    assert installation.client.post(f"/api/{where}", json={**body, "receipt": right}).status_code in {200, 204}
