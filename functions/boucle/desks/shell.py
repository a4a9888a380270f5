"""The shell of a desk: it answers one browser of this machine, which came with the one-time link, and no other."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

COOKIE = "boucle-desk"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
LOCAL_HOSTS = ("127.0.0.1", "localhost")


def protect_desk(app: Flask, token: str, command: str) -> None:
    """Put the shell around an application: its checks before every page, its headers after, its look at /desk.css.

    Whoever comes with `token` first holds the desk, by a cookie of this session; the token opens nothing afterwards.
    `command` is what to run again for another link. Templates of the application may extend `desk_page.html`.
    """
    shell = Blueprint("desk", "boucle.desks", template_folder="templates")
    shell.before_app_request(_refuse_other_sites)
    shell.before_app_request(_OneTimeLink(token, command).check)
    shell.after_app_request(_add_headers)
    shell.add_url_rule("/desk.css", view_func=_serve_styles)
    app.register_blueprint(shell)


def _refuse_other_sites() -> None:
    # By the name that was asked for: another site whose name leads here must not be answered.
    if request.host.rpartition(":")[0] not in LOCAL_HOSTS:
        abort(403, "Cette page n'existe que sur cette machine.")
    if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
        abort(403, "Cette demande vient d'un autre site.")


class _OneTimeLink:
    """Exchanges a token, once, for the cookie of this session."""

    def __init__(self, token: str, command: str) -> None:
        self._session = secrets.token_urlsafe(32)
        self._unused = [token]
        self._command = command

    def check(self) -> AnyResponse | None:
        """The way in for whoever brings the token; None for whoever holds the session. Anybody else gets a 403."""
        given = request.args.get("token", "")
        if self._unused and hmac.compare_digest(given.encode(), self._unused[0].encode()):
            self._unused.clear()
            answer = redirect("/")
            answer.set_cookie(COOKIE, self._session, httponly=True, samesite="Strict")
            return answer
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self._session.encode()):
            abort(403, f"Ce lien a déjà servi : relancez {self._command} pour en avoir un autre.")
        return None


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _serve_styles() -> Response:
    return Response(render_template("desk.css"), mimetype="text/css")
