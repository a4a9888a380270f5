"""The preview's pages: an index, the form that answers into memory, and the results to come. Reloads what changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from boucle.config.clocks import SystemClock
from boucle.core.addresses import API_PREFIX
from boucle.core.identity.receipts import Keyring
from boucle.core.privacy.tables import modes_of
from boucle.core.study.model import Study
from boucle.languages.catalogues import autonym, translator_for
from boucle.pages.common import addresses
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.page import render_results
from boucle.preview.dry_run import DryRun, make_dry_run, sizes_of
from boucle.preview.reading import Preview, read_preview, stamp_of
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations
from boucle.web.app import create_app

STAMP = "/_preview/stamp"

RELOAD = (
    "<script>(function(){{var seen='{stamp}';setInterval(function(){{fetch('" + STAMP + "').then(function(r){{"
    "return r.text()}}).then(function(now){{if(now!==seen)location.reload()}})}},1000)}})()</script>"
)
"""Asks every second whether the file was saved."""


class PreviewSite:
    """A WSGI application around one file, which is read again whenever it was saved."""

    def __init__(self, file: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file = file
        self._now = now
        self._stamp = ""
        self._pages: _PreviewPages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == STAMP:
            return Response(stamp_of(self._file), mimetype="text/plain")(environ, start_response)
        shown = self._current_pages()
        if request.path.startswith(API_PREFIX) and shown.api is not None:
            return shown.api(environ, start_response)
        page = shown.render_page(request.path)
        answer = NotFound() if page is None else Response(page + RELOAD.format(stamp=self._stamp), mimetype="text/html")
        return answer(environ, start_response)

    def _current_pages(self) -> _PreviewPages:
        now = stamp_of(self._file)
        # While an editor replaces the file there is none for a moment: what was shown stays.
        if now != self._stamp and self._file.is_file():
            self._pages, self._stamp = _PreviewPages(read_preview(self._file, self._now().date())), now
        return self._pages


class _PreviewPages:
    """The pages of a file as it stood when it was read."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.renderer = PageRenderer(demonstration=True)
        self.api = _make_api(preview.study, self.renderer) if preview.study else None
        self.run = lru_cache(maxsize=None)(self._make_dry_run)

    def render_page(self, path: str) -> str | None:
        """A page by its path; None when there is none."""
        if path == "/":
            return self._render_index()
        makers = self._page_makers()
        return makers[path]() if path in makers else None

    def _page_makers(self) -> dict[str, Callable[[], str]]:
        study, questionnaire = self.preview.study, self.preview.questionnaire
        if study is None or questionnaire is None:
            return {}

        def make_form(language: str) -> Callable[[], str]:
            return lambda: self.renderer.render_form(
                study, questionnaire, language, typed={}, issues=(), mode=modes_of(questionnaire)[0]
            )

        def make_results(people: int, language: str) -> Callable[[], str]:
            return lambda: self._render_results(study, people, language)

        forms = {
            addresses.form(study, questionnaire.id, form_language): make_form(form_language)
            for form_language in questionnaire.languages
        }
        pages = {
            _results_path(size, page_language): make_results(size, page_language)
            for size in sizes_of(questionnaire)
            for page_language in questionnaire.languages
        }
        return forms | pages

    def _render_results(self, study: Study, people: int, language: str) -> str:
        run = self.run(people)
        return self.renderer.render_page(study, language, render_results(study, language, {run.series: run.release}))

    def _make_dry_run(self, people: int) -> DryRun:
        if self.preview.study is None:
            raise NotFound
        return make_dry_run(self.preview.study, people)

    def _render_index(self) -> str:
        study, questionnaire = self.preview.study, self.preview.questionnaire
        spoken = questionnaire.languages if questionnaire else ()
        context: dict[str, Any] = {
            "file": self.preview.file,
            "report": self.preview.report,
            "questionnaire": questionnaire,
            "forms": [(autonym(language), addresses.form(study, questionnaire.id, language)) for language in spoken]
            if study and questionnaire
            else [],
            "runs": [
                (self.run(size), [(autonym(language), _results_path(size, language)) for language in spoken])
                for size in sizes_of(questionnaire)
            ]
            if study and questionnaire
            else [],
        }
        return _make_environment().get_template("index.html").render(context)


def _results_path(people: int, language: str) -> str:
    return f"/_preview/{people}/{language}"


def _make_api(study: Study, renderer: PageRenderer) -> Flask:
    """The real API over a store that forgets."""
    return create_app(
        studies={study.id: study},
        store=MemoryResponseStore(),
        used_invitations=MemoryUsedInvitations(),
        keyring=Keyring(secrets.token_bytes(32)),
        clock=SystemClock(),
        renderer=renderer,
        translator_for=translator_for,
        seal_text=bytes,
    )


@lru_cache(maxsize=1)
def _make_environment() -> Environment:
    loader = PackageLoader("boucle.preview")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
