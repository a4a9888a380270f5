"""What every request passes: the origin it comes from, how many are under way, and the headers of every answer."""

from __future__ import annotations

from threading import BoundedSemaphore
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from boucle.web.errors import HttpError, make_retry_later_error

PLAIN_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
HTTPS_ONLY = "max-age=31536000"


def refuse_foreign_origins(app: Flask, public_origin: str | None) -> None:
    """Refuse requests that another site's pages send; with no public origin, the Host says who we are."""

    @app.before_request
    def refuse_foreign_origin() -> None:
        origin = request.headers.get("Origin")
        if origin is not None and not is_ours(origin, public_origin, request.host):
            raise HttpError("foreign_origin")


def is_ours(origin: str, public_origin: str | None, host: str) -> bool:
    """Whether the page that sent this is one of ours."""
    if public_origin is not None:
        return origin == public_origin
    return origin in {f"http://{host}", f"https://{host}"}


def bound_requests(app: Flask, places: BoundedSemaphore) -> None:
    """Refuse, at once, what cannot be answered soon: a queue without end answers nobody."""

    @app.before_request
    def take_a_place() -> None:
        if not places.acquire(blocking=False):
            raise make_retry_later_error("overloaded")
        g.has_place = True

    @app.teardown_request
    def give_it_back(_: BaseException | None) -> None:
        if g.pop("has_place", False):
            places.release()


def make_fixed_headers(public_origin: str | None) -> dict[str, str]:
    """The headers of every answer whatsoever."""
    headers = dict(PLAIN_HEADERS)
    if public_origin and urlsplit(public_origin).scheme == "https":
        headers["Strict-Transport-Security"] = HTTPS_ONLY
    return headers


def add_headers(app: Flask, page_policy: str, public_origin: str | None) -> None:
    """Every answer says how it may be used; none is kept by a cache, and none sets a cookie."""
    headers = make_fixed_headers(public_origin)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(headers)
        response.headers["Content-Security-Policy"] = (
            page_policy if response.mimetype == "text/html" else NO_CONTENT_POLICY
        )
        response.headers.setdefault("Cache-Control", "no-store")
        return response
