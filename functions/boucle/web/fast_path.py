"""The fast path for what a campaign is made of: a whole, valid submission in JSON. All else goes through Flask.

Both ways give the same answer to the same request, headers included; this one costs a quarter of the processor time,
because it asks nothing that such a request leaves open.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from boucle.core.addresses import RESPONSES_PREFIX, responses_address
from boucle.core.ports import PutOutcome
from boucle.core.study.intake import Intake, find_intake
from boucle.core.study.model import Acceptance
from boucle.submissions.quick_reader import QuickReader
from boucle.submissions.submission import InvalidSubmission, build_submission
from boucle.submissions.submit import PreparedSubmission
from boucle.web.context import ApiContext, Version
from boucle.web.errors import SUCCESS_STATUSES, make_outcome_error
from boucle.web.requests import JSON, MAX_BODY_BYTES, SENDER
from boucle.web.security import NO_CONTENT_POLICY, is_ours, make_fixed_headers
from boucle.web.trusted_proxies import NO_PROXIES, TrustedProxies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FAILURE = "boucle.failure"
"""Present in the WSGI environment when the fast path was tried; an error met there is answered as any other."""
Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""
Intakes = Mapping[str | None, Intake]
"""Where answers go, by the wave that they name; those that go nowhere have none."""
STATUS_LINES = {200: "200 OK", 201: "201 CREATED"}


@dataclass(frozen=True, slots=True)
class FastPath:
    """Knows a submission that can be stored at once, and how to answer when it is."""

    context: ApiContext
    public_origin: str | None
    proxies: TrustedProxies = NO_PROXIES
    readers: dict[str, tuple[Version, QuickReader]] = field(default_factory=dict)
    """By path."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    intakes: dict[str, tuple[date, Intakes]] = field(default_factory=dict)
    """Of each path, and the day on which they were looked up."""

    @staticmethod
    def from_context(context: ApiContext, public_origin: str | None, proxies: TrustedProxies = NO_PROXIES) -> FastPath:
        """The fast path of every version that anybody may answer."""
        # An invitation is used up on the way in: those who need one go through Flask, and cost these nothing.
        free = {
            name: version
            for name, version in context.versions.items()
            if not version.study.invites(version.questionnaire.id)
        }
        readers = {
            responses_address(*name): (version, QuickReader(version.questionnaire)) for name, version in free.items()
        }
        answer_headers = {"Content-Type": JSON, **make_fixed_headers(public_origin)}
        answer_headers |= {"Content-Security-Policy": NO_CONTENT_POLICY, "Cache-Control": "no-store"}
        return FastPath(context, public_origin, proxies, readers, list(answer_headers.items()))

    def prepare(
        self, path: str, content_type: str, origin: str | None, host: str, body: bytes, sender: str = ""
    ) -> PreparedSubmission | None:
        """What to put for a POST of this body to this path by this sender; None: let Flask look at it.

        Nothing is stored yet. Raises whatever fails on the way, but nothing for what was sent.
        """
        found = self.readers.get(path)
        if found is None or content_type != JSON or len(body) > MAX_BODY_BYTES:
            return None
        if origin is not None and not is_ours(origin, self.public_origin, host):
            return None
        version, reader = found
        envelope = reader.read(body)
        if envelope is None or (intake := self._find_intakes(path, version).get(envelope.wave)) is None:
            return None
        study, questionnaire = version.study, version.questionnaire
        try:
            submission = build_submission(questionnaire, envelope)
            return self.context.submissions.prepare(
                study, intake.wave, questionnaire, submission, others=intake.others, sender=sender
            )
        except InvalidSubmission:
            return None

    def _find_intakes(self, path: str, version: Version) -> Intakes:
        """Where answers go today, looked up once a day."""
        today = self.context.clock.now().date()
        known = self.intakes.get(path)
        if known is None or known[0] != today:
            known = self.intakes[path] = today, _list_intakes(version, today)
        return known[1]

    def answer(self, outcome: PutOutcome, prepared: PreparedSubmission) -> Answer | None:
        """Status, headers and body for an outcome of the store; None: let Flask look for it in other waves.

        Raises HttpError where nothing was stored.
        """
        if outcome is PutOutcome.ELSEWHERE:
            return None
        status = SUCCESS_STATUSES.get(outcome)
        if status is None:
            about = self.context.studies[prepared.response.series.study], prepared.response.language
            raise make_outcome_error(outcome, about=about)
        body = f'{{"receipt": "{prepared.receipt}"}}'.encode()
        return status, [*self.headers, ("Content-Length", str(len(body)))], body


def _list_intakes(version: Version, day: date) -> Intakes:
    names = (None, *version.study.waves_by_id)
    found = {name: find_intake(version.study, version.questionnaire, day, name) for name in names}
    return {name: intake for name, intake in found.items() if intake and intake.acceptance is Acceptance.OPEN}


class FastPathMiddleware:
    """A WSGI application that takes submissions by the fast path, and sends all else to the application behind it."""

    def __init__(self, application: WSGIApplication, fast_path: FastPath, places: BoundedSemaphore) -> None:
        """One of the `places`, which the application behind shares, is held while a submission is being stored."""
        self._application = application
        self._fast_path = fast_path
        self._places = places

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        proxies = self._fast_path.proxies
        named = environ.get("HTTP_" + proxies.header.upper().replace("-", "_"))
        environ[SENDER] = proxies.find_sender(environ.get("REMOTE_ADDR", ""), [named] if named else [])
        first = FAILURE not in environ
        if first and environ["REQUEST_METHOD"] == "POST" and environ.get("PATH_INFO", "").startswith(RESPONSES_PREFIX):
            answer = self._answer_within_limit(environ)
            if answer is not None:
                status, headers, body = answer
                start_response(STATUS_LINES[status], headers)
                return [body]
        return self._application(environ, start_response)

    def _answer_within_limit(self, environ: WSGIEnvironment) -> Answer | None:
        """As `_answer`; None too where too many requests are under way, which the application behind refuses."""
        if not self._places.acquire(blocking=False):
            return None
        try:
            return self._answer(environ)
        finally:
            self._places.release()

    def _answer(self, environ: WSGIEnvironment) -> Answer | None:
        """The answer to a submission that is stored; None: the application behind has to look at the request.

        Raises nothing: what failed is left in `environ` under FAILURE, for the application behind to answer.
        """
        length = environ.get("CONTENT_LENGTH", "")
        if environ.get("CONTENT_TYPE") != JSON or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        origin, host = environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST", "")
        try:
            prepared = self._fast_path.prepare(environ["PATH_INFO"], JSON, origin, host, body, environ[SENDER])
            if prepared is None:
                return None
            return self._fast_path.answer(self._fast_path.context.submissions.take(prepared).outcome, prepared)
        except Exception as error:
            environ[FAILURE] = error
            return None
