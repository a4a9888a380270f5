"""The Flask application, from its collaborators."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from uuid import UUID, uuid4

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from boucle.core.identity.receipts import Keyring
from boucle.core.ports import Clock, ResponseDesk, SpentCodes, StoreAway
from boucle.core.study.model import Study
from boucle.submissions.submission import Reception, TextSealer
from boucle.web.context import Office, all_versions
from boucle.web.errors import REASONS, Refused, come_back_later
from boucle.web.fast_path import FAILURE, Lane, LaneBefore
from boucle.web.ports import Renderer, Speaker
from boucle.web.requests import MAX_READ_BYTES, concerns, refusal_answer, wants_page
from boucle.web.routes.receipts import receipts_blueprint
from boucle.web.routes.responses import responses_blueprint
from boucle.web.routes.service import service_blueprint
from boucle.web.security import add_headers, bound_requests, guard_origin
from boucle.web.senders import Crowd
from boucle.web.throttle import Throttle

log = logging.getLogger(__name__)

MAX_IN_FLIGHT = 256
ErrorInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Api(Flask):
    """A Flask application that tells its log where something failed, and nothing of what was sent."""

    lane: Lane
    """The short way in, which a server may use by itself."""

    def log_exception(self, exc_info: ErrorInfo) -> None:
        if exc_info[1] is not None:
            log_failure(exc_info[1])


def create_app(
    *,
    studies: Mapping[str, Study],
    desk: ResponseDesk,
    spent: SpentCodes,
    keyring: Keyring,
    clock: Clock,
    renderer: Renderer,
    speak: Speaker,
    seal_text: TextSealer,
    public_origin: str | None = None,
    demonstration: bool = False,
    max_in_flight: int = MAX_IN_FLIGHT,
    mint: Callable[[], UUID] = uuid4,
    monotonic: Callable[[], float] = time.monotonic,
    seconds: Callable[[], float] = time.time,
    client_header: str | None = None,
) -> Api:
    """The API and the form's pages. `public_origin` is `https://host`; None means whatever Host was asked for.

    `client_header` is where a proxy in front says who asks, such as X-Forwarded-For.
    """
    office = Office(
        studies=studies,
        versions=all_versions(studies),
        reception=Reception(desk, keyring, clock, seal_text, spent),
        clock=clock,
        renderer=renderer,
        speak=speak,
        form_key=keyring.form_key(),
        throttle=Throttle(monotonic),
        crowd=Crowd(monotonic),
        demonstration=demonstration,
    )
    app = Api("boucle.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_READ_BYTES
    app.url_map.merge_slashes = False
    guard_origin(app, public_origin)
    places = BoundedSemaphore(max_in_flight)
    bound_requests(app, places)
    add_headers(app, renderer.csp(), public_origin)
    _answer_refusals(app, office)
    _answer_failures_met_before(app)
    app.register_blueprint(responses_blueprint(office, mint, seconds))
    app.register_blueprint(receipts_blueprint(office))
    app.register_blueprint(service_blueprint(office))
    app.lane = Lane.of(office, public_origin, client_header)
    app.wsgi_app = LaneBefore(app.wsgi_app, app.lane, places)  # type: ignore[method-assign]  # as Flask's documentation has it
    return app


def _answer_failures_met_before(app: Flask) -> None:
    @app.before_request
    def say_it() -> None:
        if (failure := request.environ.get(FAILURE)) is not None:
            raise failure


def _answer_refusals(app: Flask, office: Office) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        if error.about is not None:
            concerns(*error.about)
        return refusal_answer(office, error)

    @app.errorhandler(StoreAway)
    def store_away(error: StoreAway) -> Response:
        return refusal_answer(office, come_back_later("store_away", error.retry_after))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if isinstance(error, InternalServerError):  # what failed has been logged; it was the saying of something else
            return _last_answer(office)
        return refusal_answer(office, _as_refused(error))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log_failure(error)
        return _last_answer(office)


HTTP_ERRORS = {404: "unknown", 405: "method_not_allowed", 413: "too_large", 415: "unsupported"}


def _as_refused(error: HTTPException) -> Refused:
    code = HTTP_ERRORS.get(error.code or 400, "bad_request")
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return Refused(code, headers={"Allow": ", ".join(sorted(allowed))} if allowed else None)


def _last_answer(office: Office) -> Response:
    """A plain answer, even when what failed is the making of answers."""
    try:
        return refusal_answer(office, Refused("failed"))
    except Exception as error:
        log_failure(error)
        mimetype = "text/html" if wants_page() else "text/plain"
        return Response(REASONS["failed"].message, 500, mimetype=mimetype)


def log_failure(error: BaseException) -> None:
    """The kind of an error and its place in the code. Its message might hold what somebody sent."""
    places = traceback.extract_tb(error.__traceback__)
    place = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "an unknown place"
    log.error("%s at %s", type(error).__name__, place)
