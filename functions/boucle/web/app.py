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
from boucle.core.ports import Clock, ResponseStore, StoreUnavailable, UsedInvitations
from boucle.core.study.model import Study
from boucle.core.versions.lock import OtherVersionLocked
from boucle.submissions.submit import SubmissionService, TextSealer
from boucle.web.context import ApiContext, collect_versions
from boucle.web.errors import HTTP_ERROR_KINDS, HttpError, make_retry_later_error
from boucle.web.fast_path import FAILURE, FastPath, FastPathMiddleware
from boucle.web.ports import TranslatorFor, WebRenderer
from boucle.web.rate_limits import Throttle, VolumeDetector
from boucle.web.requests import MAX_READ_BYTES, make_error_response, remember_subject, wants_page
from boucle.web.routes.receipts import make_receipts_blueprint
from boucle.web.routes.responses import make_responses_blueprint
from boucle.web.routes.service import make_service_blueprint
from boucle.web.security import add_headers, bound_requests, refuse_foreign_origins
from boucle.web.trusted_proxies import NO_PROXIES, TrustedProxies

log = logging.getLogger(__name__)

MAX_IN_FLIGHT = 256
ErrorInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Api(Flask):
    """A Flask application that tells its log where something failed, and nothing of what was sent."""

    fast_path: FastPath
    """The short way in, which a server may use by itself."""

    def log_exception(self, exc_info: ErrorInfo) -> None:
        if exc_info[1] is not None:
            log_failure(exc_info[1])


def create_app(
    *,
    studies: Mapping[str, Study],
    store: ResponseStore,
    used_invitations: UsedInvitations,
    keyring: Keyring,
    clock: Clock,
    renderer: WebRenderer,
    translator_for: TranslatorFor,
    seal_text: TextSealer,
    public_origin: str | None = None,
    max_in_flight: int = MAX_IN_FLIGHT,
    mint: Callable[[], UUID] = uuid4,
    monotonic: Callable[[], float] = time.monotonic,
    seconds: Callable[[], float] = time.time,
    proxies: TrustedProxies = NO_PROXIES,
) -> Api:
    """The API and the form's pages. `public_origin` is `https://host`; None means whatever Host was asked for.

    `proxies` are those in front that say who asks. `mint` makes the submission ids of forms without script; `monotonic`
    and `seconds` are `time.monotonic` and `time.time`.
    """
    context = ApiContext(
        studies=studies,
        versions=collect_versions(studies),
        submissions=SubmissionService(store, keyring, clock, seal_text, used_invitations, VolumeDetector(monotonic)),
        clock=clock,
        renderer=renderer,
        translator_for=translator_for,
        form_key=keyring.derive_form_key(),
        throttle=Throttle(monotonic),
    )
    app = Api("boucle.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_READ_BYTES
    app.url_map.merge_slashes = False
    refuse_foreign_origins(app, public_origin)
    places = BoundedSemaphore(max_in_flight)
    bound_requests(app, places)
    add_headers(app, renderer.csp(), public_origin)
    _handle_errors(app, context)
    _raise_fast_path_failures(app)
    app.register_blueprint(make_responses_blueprint(context, mint, seconds))
    app.register_blueprint(make_receipts_blueprint(context))
    app.register_blueprint(make_service_blueprint(context))
    app.fast_path = FastPath.from_context(context, public_origin, proxies)
    app.wsgi_app = FastPathMiddleware(app.wsgi_app, app.fast_path, places)  # type: ignore[method-assign]  # as Flask's documentation has it
    return app


def _raise_fast_path_failures(app: Flask) -> None:
    @app.before_request
    def raise_failure() -> None:
        if (failure := request.environ.get(FAILURE)) is not None:
            raise failure


def _handle_errors(app: Flask, context: ApiContext) -> None:
    @app.errorhandler(HttpError)
    def handle_http_error(error: HttpError) -> Response:
        if error.about is not None:
            remember_subject(*error.about)
        return make_error_response(context, error)

    @app.errorhandler(StoreUnavailable)
    def handle_store_away(error: StoreUnavailable) -> Response:
        return make_error_response(context, make_retry_later_error("store_away", error.retry_after))

    @app.errorhandler(OtherVersionLocked)
    def handle_edited_version(error: OtherVersionLocked) -> Response:
        log.error("%s", error)
        return make_error_response(context, make_retry_later_error("store_away"))

    @app.errorhandler(HTTPException)
    def handle_http_exception(error: HTTPException) -> Response:
        if isinstance(error, InternalServerError):  # what failed has been logged; it was the saying of something else
            return _make_fallback_response(context)
        return make_error_response(context, _to_http_error(error))

    @app.errorhandler(Exception)
    def handle_exception(error: Exception) -> Response:
        log_failure(error)
        return _make_fallback_response(context)


CODES_BY_STATUS = {404: "unknown", 405: "method_not_allowed", 413: "too_large", 415: "unsupported"}


def _to_http_error(error: HTTPException) -> HttpError:
    code = CODES_BY_STATUS.get(error.code or 400, "bad_request")
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return HttpError(code, headers={"Allow": ", ".join(sorted(allowed))} if allowed else None)


def _make_fallback_response(context: ApiContext) -> Response:
    """A plain answer, even when what failed is the making of answers."""
    try:
        return make_error_response(context, HttpError("failed"))
    except Exception as error:
        log_failure(error)
        mimetype = "text/html" if wants_page() else "text/plain"
        return Response(HTTP_ERROR_KINDS["failed"].message, 500, mimetype=mimetype)


def log_failure(error: BaseException) -> None:
    """The kind of an error and its place in the code. Its message might hold what somebody sent."""
    places = traceback.extract_tb(error.__traceback__)
    place = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "an unknown place"
    log.error("%s at %s", type(error).__name__, place)
