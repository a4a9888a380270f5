"""The demonstration's site and its API on one origin, with a network that tests can cut."""

from __future__ import annotations

import logging
import mimetypes
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from playwright.sync_api import ViewportSize
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from boucle.config.settings import Settings
from boucle.core.identity.receipts import Keyring
from boucle.core.ports import Pending
from boucle.core.study.model import Study
from boucle.languages.catalogues import translator_for
from boucle.pages.common.shells import shells_of
from boucle.pages.common.styles import content_security_policy
from boucle.pages.forms.renderer import PageRenderer
from boucle.site_build.build import build_site
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations
from boucle.web.app import create_app

OLD_PHONE: ViewportSize = {"width": 360, "height": 640}
DAY_IN_WAVE = date(2026, 11, 23)

Fate = Callable[[WSGIEnvironment], str]
"""What becomes of a request: "answered", "lost" before it arrives, or "unheard" when its answer is lost."""


def build_quietly(settings: Settings) -> Path:
    """The site of an installation, built on a day within the demonstration's wave."""
    level = logging.getLogger("mkdocs").level
    built = build_site(settings, DAY_IN_WAVE).folder
    logging.getLogger("mkdocs").setLevel(level)
    return built


class LiveSiteClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 1, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class _SilentHandler(WSGIRequestHandler):
    def log(self, kind: str, message: str, *args: Any) -> None:
        pass


class LiveSite:
    """One installation on a port of this machine."""

    def __init__(self, study: Study, folder: Path) -> None:
        self.study = study
        self.clock = LiveSiteClock()
        self.store = MemoryResponseStore()
        self.used_invitations = MemoryUsedInvitations()
        self.keyring = Keyring(b"0" * 32)
        self.folder = folder
        self.fate: Fate = lambda environ: "answered"
        self.seen: Counter[str] = Counter()
        self.api = create_app(
            studies={study.id: study},
            store=self.store,
            used_invitations=self.used_invitations,
            keyring=self.keyring,
            clock=self.clock,
            renderer=PageRenderer(shells_of(folder)),
            translator_for=translator_for,
            seal_text=lambda payload: payload,
        )
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_SilentHandler)
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def list_stored(self) -> Sequence[Pending]:
        """Every response that is stored and not withdrawn, held back or not: a test is faster than people read."""
        return [
            Pending(version=response.version, mode=response.mode, answers=response.answers)
            for response in self.store.responses.values()
            if response.version is not None and response.mode is not None and response.answers is not None
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.seen[f"{environ['REQUEST_METHOD']} {path}"] += 1
        fate = self.fate(environ)
        if fate == "lost":
            return _cut(environ)
        answer = (
            self.api(environ, start_response) if path.startswith("/api/") else self._serve_file(path, start_response)
        )
        return _cut(environ) if fate == "unheard" else answer

    def _serve_file(self, path: str, start_response: StartResponse) -> Iterable[bytes]:
        file = self.folder / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        found = file.is_file()
        if not found:
            file = self.folder / "404.html"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kept = "public, max-age=31536000, immutable" if _is_immutable(path) else "no-cache"
        start_response(
            "200 OK" if found else "404 Not Found",
            [
                ("Content-Type", f"{kind}; charset=utf-8"),
                ("Content-Security-Policy", content_security_policy()),
                ("Cache-Control", kept),
            ],
        )
        return [file.read_bytes()]


def _is_immutable(path: str) -> bool:
    """Whether a file is one that never changes under its name."""
    return path.startswith("/_boucle/") and path.endswith(".js")


def _cut(environ: WSGIEnvironment) -> Iterable[bytes]:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
