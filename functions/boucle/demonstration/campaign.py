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

from boucle.core.errors import Refusal
from boucle.demonstration.respondents import Respondent

SENDERS = 8
TAKEN = (200, 201)
START_WITHIN_SECONDS = 60
ASK_EVERY_SECONDS = 0.1


class CampaignFailed(Refusal):
    """The server did not take an invented answer."""


class Campaign:
    """Sends submissions to one server over a few kept-open connections."""

    def __init__(self, origin: str) -> None:
        self._host = urlsplit(origin).netloc
        self._local = threading.local()

    def wait_until_up(self) -> None:
        """Wait for the server to answer its health check; raises CampaignFailed when it does not within a minute."""
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < deadline:
            try:
                if self._request("GET", "/api/health", None)[0] == http.client.OK:
                    return
            except OSError:
                self._forget_connection()
            time.sleep(ASK_EVERY_SECONDS)
        raise CampaignFailed(f"the server at {self._host} did not start within {START_WITHIN_SECONDS} seconds")

    def send(self, address: str, respondents: Iterable[Respondent], sent: Callable[[int], None]) -> None:
        """Send each submission once; `sent` is told of each. Sending somebody again changes nothing."""
        with ThreadPoolExecutor(SENDERS) as senders:
            for _ in senders.map(lambda person: self._submit(address, person), respondents):
                sent(1)

    def _submit(self, address: str, person: Respondent) -> None:
        body = {
            "id": person.id,
            "language": person.language,
            "mode": person.mode,
            "answers": {name: _plain(answer) for name, answer in person.answers.items()},
            "consent": person.consents,
        }
        status, content = self._request("POST", address, json.dumps(body).encode())
        if status not in TAKEN:
            raise CampaignFailed(f"{address} answered {status} to an invented respondent: {content.decode()[:500]}")

    def _request(self, method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connection()
        connection.request(method, address, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._host, timeout=30)
        connection: http.client.HTTPConnection = self._local.connection
        return connection

    def _forget_connection(self) -> None:
        self._connection().close()
        del self._local.connection


def _plain(answer: object) -> object:
    return list(answer) if isinstance(answer, tuple) else answer


def batches(people: Sequence[Respondent], count: int) -> list[Sequence[Respondent]]:
    """The people in `count` batches as equal as can be."""
    bounds = [round(len(people) * at / count) for at in range(count + 1)]
    return [people[start:end] for start, end in pairwise(bounds)]
