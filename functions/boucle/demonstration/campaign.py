"""A campaign: sends invented respondents through the HTTP API, as browsers would."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import urlsplit

from boucle.core.addresses import HEALTH
from boucle.core.errors import BoucleError
from boucle.demonstration.respondents import Respondent

SENDER_THREADS = 8
ACCEPTED_STATUSES = (200, 201)
START_TIMEOUT_SECONDS = 60
POLL_INTERVAL_SECONDS = 0.1


class CampaignFailed(BoucleError):
    """The server did not take an invented answer."""


class Campaign:
    """Sends submissions to one server over a few kept-open connections."""

    def __init__(self, origin: str) -> None:
        self._host = urlsplit(origin).netloc
        self._local = threading.local()

    def wait_until_up(self) -> None:
        """Wait for the server to answer its health check; raises CampaignFailed when it does not within a minute."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                if self._request("GET", HEALTH, None)[0] == http.client.OK:
                    return
            except OSError:
                self._forget_connection()
            time.sleep(POLL_INTERVAL_SECONDS)
        raise CampaignFailed(f"the server at {self._host} did not start within {START_TIMEOUT_SECONDS} seconds")

    def send(self, address: str, respondents: Iterable[Respondent], on_sent: Callable[[int], None]) -> None:
        """Send each submission once; `on_sent` is told of each. Sending somebody again changes nothing.

        Raises CampaignFailed when one is not accepted, and OSError when the server is not there.
        """
        with ThreadPoolExecutor(SENDER_THREADS) as senders:
            for _ in senders.map(lambda person: self._submit(address, person), respondents):
                on_sent(1)

    def _submit(self, address: str, person: Respondent) -> None:
        body = {
            "id": person.id,
            "language": person.language,
            "mode": person.mode,
            "answers": {name: _to_json_value(answer) for name, answer in person.answers.items()},
            "consent": person.consents,
        }
        status, content = self._request("POST", address, json.dumps(body).encode())
        if status not in ACCEPTED_STATUSES:
            raise CampaignFailed(f"{address} answered {status} to an invented respondent: {content.decode()[:500]}")

    def _request(self, method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._open_connection()
        connection.request(method, address, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()

    def _open_connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._host, timeout=30)
        connection: http.client.HTTPConnection = self._local.connection
        return connection

    def _forget_connection(self) -> None:
        self._open_connection().close()
        del self._local.connection


def _to_json_value(answer: object) -> object:
    return list(answer) if isinstance(answer, tuple) else answer


def split_into_batches(people: Sequence[Respondent], count: int) -> list[Sequence[Respondent]]:
    """The people in `count` batches as equal as can be."""
    bounds = [round(len(people) * at / count) for at in range(count + 1)]
    return [people[start:end] for start, end in pairwise(bounds)]
