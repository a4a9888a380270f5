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
from boucle.core.identity.receipts import Keyring
from boucle.core.privacy.tables import modes_of
from boucle.core.study.model import Study
from boucle.languages.catalogues import autonym, words
from boucle.pages.common import addresses
from boucle.pages.forms.renderer import Renderer
from boucle.pages.results.page import render_results
from boucle.preview.dry_run import DryRun, dry_run, sizes_of
from boucle.preview.reading import Previewed, read_previewed, stamp
from boucle.storage.memory import MemoryDesk, MemorySpent
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
        self._shown: _Shown

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == STAMP:
            return Response(stamp(self._file), mimetype="text/plain")(environ, start_response)
        shown = self._current()
        if request.path.startswith("/api/") and shown.api is not None:
            return shown.api(environ, start_response)
        page = shown.page(request.path)
        answer = NotFound() if page is None else Response(page + RELOAD.format(stamp=self._stamp), mimetype="text/html")
        return answer(environ, start_response)

    def _current(self) -> _Shown:
        now = stamp(self._file)
        # While an editor replaces the file there is none for a moment: what was shown stays.
        if now != self._stamp and self._file.is_file():
            self._shown, self._stamp = _Shown(read_previewed(self._file, self._now().date())), now
        return self._shown


class _Shown:
    """The pages of a file as it stood when it was read."""

    def __init__(self, previewed: Previewed) -> None:
        self.previewed = previewed
        self.renderer = Renderer(demonstration=True)
        self.api = _api(previewed.study, self.renderer) if previewed.study else None
        self.run = lru_cache(maxsize=None)(self._run)

    def page(self, path: str) -> str | None:
        """A page by its path; None when there is none."""
        if path == "/":
            return self._index()
        makers = self._makers()
        return makers[path]() if path in makers else None

    def _makers(self) -> dict[str, Callable[[], str]]:
        study, asked = self.previewed.study, self.previewed.questionnaire
        if study is None or asked is None:
            return {}

        def form(language: str) -> Callable[[], str]:
            return lambda: self.renderer.form(study, asked, language, typed={}, problems=(), mode=modes_of(asked)[0])

        def results(people: int, language: str) -> Callable[[], str]:
            return lambda: self._results(study, people, language)

        forms = {addresses.form(study, asked.id, each): form(each) for each in asked.languages}
        pages = {_results_path(size, each): results(size, each) for size in sizes_of(asked) for each in asked.languages}
        return forms | pages

    def _results(self, study: Study, people: int, language: str) -> str:
        run = self.run(people)
        return self.renderer.page(study, language, render_results(study, language, {run.series: run.release}))

    def _run(self, people: int) -> DryRun:
        if self.previewed.study is None:
            raise NotFound
        return dry_run(self.previewed.study, people)

    def _index(self) -> str:
        study, asked = self.previewed.study, self.previewed.questionnaire
        spoken = asked.languages if asked else ()
        context: dict[str, Any] = {
            "file": self.previewed.file,
            "report": self.previewed.report,
            "asked": asked,
            "forms": [(autonym(each), addresses.form(study, asked.id, each)) for each in spoken]
            if study and asked
            else [],
            "runs": [
                (self.run(size), [(autonym(each), _results_path(size, each)) for each in spoken])
                for size in sizes_of(asked)
            ]
            if study and asked
            else [],
        }
        return _templates().get_template("index.html").render(context)


def _results_path(people: int, language: str) -> str:
    return f"/_preview/{people}/{language}"


def _api(study: Study, renderer: Renderer) -> Flask:
    """The real API over a store that forgets."""
    return create_app(
        studies={study.id: study},
        desk=MemoryDesk(),
        spent=MemorySpent(),
        keyring=Keyring(secrets.token_bytes(32)),
        clock=SystemClock(),
        renderer=renderer,
        speak=words,
        seal_text=bytes,
        demonstration=True,
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = PackageLoader("boucle.preview")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
