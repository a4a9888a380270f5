"""The desk as a page on the moderator's own machine: loopback only, opened once with a token, never cached."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.moderation.desk import Item, ModerationDesk, ModeratorChoice, NoConsent, ReasonMissing, UnknownText
from boucle.moderation.personal_data import LABELS, Span
from boucle.moderation.ports import AlreadyDecided, ModerationVerdict

COOKIE = "boucle-desk"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
REASONS = ("Illisible ou vide", "Hors sujet", "Injurieux ou diffamatoire", "Reconnaissable malgré tout", "Autre")
ERROR_MESSAGES: Mapping[type[BoucleError], str] = {
    ReasonMissing: "Choisissez pourquoi ce texte est refusé.",
    NoConsent: "Cette personne n'accepte pas d'être citée : classez le texte, sans l'approuver.",
    UnknownText: "Ce texte n'est plus là : il a été retiré, ou aucune clé ne l'ouvre.",
    AlreadyDecided: "Quelqu'un d'autre a décidé entre-temps ; rien n'a été changé.",
}
LATER = "skip"
LOCAL_HOSTS = ("127.0.0.1", "localhost")


PageAndStatus = tuple[str, int]
"""A page and its status."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What a study tells its moderators: its themes by id, and what to do when somebody is in danger."""

    themes: Mapping[str, str]
    route: str
    codebook: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Each theme with its definition and examples."""


def create_desk_app(desk: ModerationDesk, guides: Mapping[str, Guide], token: str) -> Flask:
    """The desk's application; whoever comes with the token first holds it, and the token opens nothing afterwards."""
    app = Flask("boucle.moderation")
    _require_token(app, token)
    _set_security_headers(app)
    _serve_files(app)
    seat = _ModerationPages(desk, guides)
    app.add_url_rule("/", view_func=seat.show_next_text)
    app.add_url_rule("/text/<key>", view_func=seat.show_text)
    app.add_url_rule("/decide", view_func=seat.decide, methods=["POST"])
    app.add_url_rule("/undo", view_func=seat.undo, methods=["POST"])
    app.add_url_rule("/log", view_func=seat.show_log)
    return app


class _ModerationPages:
    """What a moderator sees and does."""

    def __init__(self, desk: ModerationDesk, guides: Mapping[str, Guide]) -> None:
        self._desk = desk
        self._guides = guides
        self._later: list[str] = []

    def show_next_text(self) -> str:
        return self._render_page(self._next_item())

    def show_text(self, key: str) -> PageAndStatus:
        try:
            return self._render_page(self._desk.open_item(key)), 200
        except BoucleError as refusal:
            return self._render_page(self._next_item(), ERROR_MESSAGES.get(type(refusal), str(refusal))), 404

    def decide(self) -> PageAndStatus | AnyResponse:
        key, verdict = request.form["key"], request.form["verdict"]
        if verdict == LATER:
            self._later.append(key)
            return redirect("/", 303)
        try:
            self._desk.decide(key, _read_choice(ModerationVerdict(verdict)))
        except ReasonMissing:
            return self._render_page(self._desk.open_item(key), ERROR_MESSAGES[ReasonMissing]), 422
        except BoucleError as refusal:
            return self._render_page(self._next_item(), ERROR_MESSAGES.get(type(refusal), str(refusal))), 409
        return redirect("/", 303)

    def undo(self) -> AnyResponse:
        key = self._desk.undo()
        return redirect(f"/text/{key}" if key else "/", 303)

    def show_log(self) -> str:
        return render_template("log.html", log=reversed(self._desk.log()), progress=self._desk.progress())

    def _next_item(self) -> Item | None:
        return self._desk.next_item(self._later)

    def _render_page(self, item: Item | None, wrong: str = "") -> str:
        study = self._desk.studies[item.stored.series.study] if item else None
        return render_template(
            "desk.html",
            item=item,
            pieces=_split_text(item) if item else (),
            question=_question_label(study, item) if item and study else "",
            guide=self._guides[study.id] if study else None,
            labels={kind: by_language["fr"] for kind, by_language in LABELS.items()},
            reasons=REASONS,
            progress=self._desk.progress(),
            wrong=wrong,
        )


def _require_token(app: Flask, token: str) -> None:
    session = secrets.token_urlsafe(32)
    unused = [token]

    @app.before_request
    def only_from_here() -> None:
        # By the name that was asked for: another site whose name leads here must not be answered.
        if request.host.rpartition(":")[0] not in LOCAL_HOSTS:
            abort(403, "Cette page n'existe que sur cette machine.")
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            abort(403, "Cette demande vient d'un autre site.")

    @app.before_request
    def only_with_the_token() -> AnyResponse | None:
        given = request.args.get("token", "")
        if unused and hmac.compare_digest(given.encode(), unused[0].encode()):
            unused.clear()
            answer = redirect("/")
            answer.set_cookie(COOKIE, session, httponly=True, samesite="Strict")
            return answer
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), session.encode()):
            abort(403, "Ce lien a déjà servi : relancez boucle moderate pour en avoir un autre.")
        return None


def _set_security_headers(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _serve_files(app: Flask) -> None:
    @app.get("/desk.css")
    def styles() -> Response:
        return Response(render_template("desk.css"), mimetype="text/css")

    @app.get("/desk.js")
    def script() -> Response:
        return Response(render_template("desk.js"), mimetype="text/javascript")


def _read_choice(verdict: ModerationVerdict) -> ModeratorChoice:
    form = request.form
    return ModeratorChoice(
        verdict=verdict,
        hide=tuple(_parse_span(span) for span in form.getlist("hide")),
        also=tuple(line.strip() for line in form.get("also", "").splitlines() if line.strip()),
        themes=(
            *form.getlist("theme"),
            *(subtheme.strip() for subtheme in form.get("subthemes", "").split(",") if subtheme.strip()),
        ),
        reason=form.get("reason", ""),
    )


def _parse_span(text: str) -> Span:
    start, end, kind = text.split(":")
    if kind not in LABELS:
        abort(400)
    return Span(int(start), int(end), kind)


def _split_text(item: Item) -> Sequence[tuple[str, Span | None]]:
    """The text in pieces, each with what is proposed for it."""
    text, pieces, at = item.verbatim.text, list[tuple[str, Span | None]](), 0
    for span in item.proposed:
        pieces += [(text[at : span.start], None), (text[span.start : span.end], span)]
        at = span.end
    return [*pieces, (text[at:], None)]


def _question_label(study: Study, item: Item) -> str:
    versions = [candidate for candidate in study.questionnaires if candidate.id == item.stored.series.questionnaire]
    asked = [candidate.by_id[item.stored.question] for candidate in versions if item.stored.question in candidate.by_id]
    return next(iter(asked[-1].label.values())) if asked else item.stored.question
