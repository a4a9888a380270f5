"""The desk of moderators as pages on their own machine, within the shell that all desks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.desks.shell import protect_desk
from boucle.moderation.desk import Item, ModerationDesk, ModeratorChoice, NoConsent, ReasonMissing, UnknownText
from boucle.moderation.personal_data import LABELS, Span
from boucle.moderation.ports import AlreadyDecided, ModerationVerdict

REASONS = ("Illisible ou vide", "Hors sujet", "Injurieux ou diffamatoire", "Reconnaissable malgré tout", "Autre")
ERROR_MESSAGES: Mapping[type[BoucleError], str] = {
    ReasonMissing: "Choisissez pourquoi ce texte est refusé.",
    NoConsent: "Cette personne n'accepte pas d'être citée : classez le texte, sans l'approuver.",
    UnknownText: "Ce texte n'est plus là : il a été retiré, ou aucune clé ne l'ouvre.",
    AlreadyDecided: "Quelqu'un d'autre a décidé entre-temps ; rien n'a été changé.",
}
LATER = "skip"

PageAndStatus = tuple[str, int]
"""A page, and the HTTP status it is answered with."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What a study tells its moderators: its themes by id, and what to do when somebody is in danger."""

    themes: Mapping[str, str]
    route: str
    codebook: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Each theme with its definition and examples."""


def create_desk_app(desk: ModerationDesk, guides: Mapping[str, Guide], token: str) -> Flask:
    """The desk's application, by study's guide; whoever comes with the token first holds it (`desks/shell.py`)."""
    app = Flask("boucle.moderation")
    protect_desk(app, token, command="boucle moderate")
    pages = _ModerationPages(desk, guides)
    app.add_url_rule("/", view_func=pages.show_next_text)
    app.add_url_rule("/text/<key>", view_func=pages.show_text)
    app.add_url_rule("/decide", view_func=pages.decide, methods=["POST"])
    app.add_url_rule("/undo", view_func=pages.undo, methods=["POST"])
    app.add_url_rule("/log", view_func=pages.show_log)
    app.add_url_rule("/desk.js", view_func=_serve_script)
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


def _serve_script() -> Response:
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
    id = item.stored.question
    questions = [candidate.by_id[id] for candidate in versions if id in candidate.by_id]
    return next(iter(questions[-1].label.values())) if questions else id
