"""The desk as a page on the moderator's own machine: loopback only, opened once with a token, never cached."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from boucle.core.errors import Refusal
from boucle.core.study.model import Study
from boucle.moderation.desk import Choice, Desk, Item, NoConsent, ReasonMissing, UnknownText
from boucle.moderation.personal_data import LABELS, Span
from boucle.moderation.ports import AlreadyDecided, Verdict

COOKIE = "boucle-desk"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
REASONS = ("Illisible ou vide", "Hors sujet", "Injurieux ou diffamatoire", "Reconnaissable malgré tout", "Autre")
WRONG: Mapping[type[Refusal], str] = {
    ReasonMissing: "Choisissez pourquoi ce texte est refusé.",
    NoConsent: "Cette personne n'accepte pas d'être citée : classez le texte, sans l'approuver.",
    UnknownText: "Ce texte n'est plus là : il a été retiré, ou aucune clé ne l'ouvre.",
    AlreadyDecided: "Quelqu'un d'autre a décidé entre-temps ; rien n'a été changé.",
}
LATER = "skip"
LOCAL = ("127.0.0.1", "localhost")


Answer = tuple[str, int]
"""A page and its status."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What a study tells its moderators: its themes by id, and what to do when somebody is in danger."""

    themes: Mapping[str, str]
    route: str
    codebook: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Each theme with its definition and examples."""


def desk_app(desk: Desk, guides: Mapping[str, Guide], token: str) -> Flask:
    """The desk's application; whoever comes with the token first holds it, and the token opens nothing afterwards."""
    app = Flask("boucle.moderation")
    _let_in_the_moderator(app, token)
    _say_how(app)
    _serve_files(app)
    seat = _Seat(desk, guides)
    app.add_url_rule("/", view_func=seat.one_text)
    app.add_url_rule("/text/<key>", view_func=seat.this_text)
    app.add_url_rule("/decide", view_func=seat.decide, methods=["POST"])
    app.add_url_rule("/undo", view_func=seat.undo, methods=["POST"])
    app.add_url_rule("/log", view_func=seat.log)
    return app


class _Seat:
    """What a moderator sees and does."""

    def __init__(self, desk: Desk, guides: Mapping[str, Guide]) -> None:
        self._desk = desk
        self._guides = guides
        self._later: list[str] = []

    def one_text(self) -> str:
        return self._page(self._next())

    def this_text(self, key: str) -> Answer:
        try:
            return self._page(self._desk.item(key)), 200
        except Refusal as refusal:
            return self._page(self._next(), WRONG.get(type(refusal), str(refusal))), 404

    def decide(self) -> Answer | AnyResponse:
        key, verdict = request.form["key"], request.form["verdict"]
        if verdict == LATER:
            self._later.append(key)
            return redirect("/", 303)
        try:
            self._desk.decide(key, _choice(Verdict(verdict)))
        except ReasonMissing:
            return self._page(self._desk.item(key), WRONG[ReasonMissing]), 422
        except Refusal as refusal:
            return self._page(self._next(), WRONG.get(type(refusal), str(refusal))), 409
        return redirect("/", 303)

    def undo(self) -> AnyResponse:
        key = self._desk.undo()
        return redirect(f"/text/{key}" if key else "/", 303)

    def log(self) -> str:
        return render_template("log.html", log=reversed(self._desk.log()), progress=self._desk.progress())

    def _next(self) -> Item | None:
        return self._desk.next(self._later)

    def _page(self, item: Item | None, wrong: str = "") -> str:
        study = self._desk.studies[item.stored.series.study] if item else None
        return render_template(
            "desk.html",
            item=item,
            pieces=_pieces(item) if item else (),
            question=_question(study, item) if item and study else "",
            guide=self._guides[study.id] if study else None,
            labels={kind: by_language["fr"] for kind, by_language in LABELS.items()},
            reasons=REASONS,
            progress=self._desk.progress(),
            wrong=wrong,
        )


def _let_in_the_moderator(app: Flask, token: str) -> None:
    session = secrets.token_urlsafe(32)
    unused = [token]

    @app.before_request
    def only_from_here() -> None:
        # By the name that was asked for: another site whose name leads here must not be answered.
        if request.host.rpartition(":")[0] not in LOCAL:
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


def _say_how(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
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


def _choice(verdict: Verdict) -> Choice:
    form = request.form
    return Choice(
        verdict=verdict,
        hide=tuple(_span(each) for each in form.getlist("hide")),
        also=tuple(line.strip() for line in form.get("also", "").splitlines() if line.strip()),
        themes=(
            *form.getlist("theme"),
            *(each.strip() for each in form.get("subthemes", "").split(",") if each.strip()),
        ),
        reason=form.get("reason", ""),
    )


def _span(written: str) -> Span:
    start, end, kind = written.split(":")
    if kind not in LABELS:
        abort(400)
    return Span(int(start), int(end), kind)


def _pieces(item: Item) -> Sequence[tuple[str, Span | None]]:
    """The text in pieces, each with what is proposed for it."""
    text, pieces, at = item.verbatim.text, list[tuple[str, Span | None]](), 0
    for span in item.proposed:
        pieces += [(text[at : span.start], None), (text[span.start : span.end], span)]
        at = span.end
    return [*pieces, (text[at:], None)]


def _question(study: Study, item: Item) -> str:
    versions = [each for each in study.questionnaires if each.id == item.stored.series.questionnaire]
    asked = [each.by_id[item.stored.question] for each in versions if item.stored.question in each.by_id]
    return next(iter(asked[-1].label.values())) if asked else item.stored.question
