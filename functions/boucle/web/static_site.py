"""The static site in front of the API, on one origin: what the job published laid over what MkDocs built.

For the embedded server only; elsewhere a bucket and its front do the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.security import safe_join
from werkzeug.wrappers import Request, Response

from boucle.core.addresses import API_PREFIX, AUDIO_PREFIX, EMBED_PREFIX, SHELL_PREFIX
from boucle.core.canonical import sha256_hex
from boucle.web.security import PLAIN_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HIDDEN_PATHS = re.compile(rf"/\.(?!well-known/)|^{SHELL_PREFIX}|[\\\x00]")
IMMUTABLE_PATHS = re.compile(r"/(releases|ledger)/[0-9]+\.json$")

UNCACHED_PATHS = re.compile(rf"^{AUDIO_PREFIX}")
"""A device that others use too keeps no trace of what somebody listened to."""

MIN_HASH_LENGTH = 8
"""Of what stands after `?v=` in the address of a script: the beginning of its hash."""

CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_BRIEFLY = "public, max-age=15"
"""Long enough for one visit, short enough to see a release soon after it is out; an ETag makes asking again cheap."""

INDEX, NOT_FOUND = "index.html", "404.html"

TYPES = MimeTypes()
"""The standard library's own table: the machine's would make types depend on where the server runs."""
for _ending, _type in {
    ".atom": "application/atom+xml",
    ".jsonld": "application/ld+json",
    ".opus": "audio/ogg",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}.items():
    TYPES.add_type(_type, _ending)


def put_site_before(app: Flask, *, published: Path, built: Path, page_policy: str, framed_policy: str) -> None:
    """Let the application answer for the site too; everything under /api/ stays its own."""
    app.wsgi_app = StaticSite(app.wsgi_app, published, built, page_policy, framed_policy)  # type: ignore[method-assign]  # as Flask's documentation has it


class StaticSite:
    """Serves files of two folders, the first of which wins; other requests go to the application behind it."""

    def __init__(
        self, api: WSGIApplication, published: Path, built: Path, page_policy: str, framed_policy: str
    ) -> None:
        self._api = api
        self._folders = (published, built)
        self._headers = {**PLAIN_HEADERS, "Content-Security-Policy": page_policy}
        self._framed_policy = framed_policy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(API_PREFIX):
            return self._api(environ, start_response)
        response = self._answer(Request(environ))
        response.headers.update(self._headers)
        if environ.get("PATH_INFO", "").startswith(EMBED_PREFIX):
            response.headers.remove("X-Frame-Options")
            response.headers["Content-Security-Policy"] = self._framed_policy
        return _make_conditional(response, environ)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return Response("Method Not Allowed", 405, {"Allow": "GET, HEAD"}, mimetype="text/plain")
        path = request.path
        if HIDDEN_PATHS.search(path):
            return self._answer_not_found(path)
        if (content := self._read(path + INDEX if path.endswith("/") else path)) is not None:
            return _make_file_response(path, content, request.args.get("v", ""))
        if not path.endswith("/") and self._read(f"{path}/{INDEX}") is not None:
            return Response(status=301, headers={"Location": quote(f"{path}/"), "Cache-Control": CACHE_BRIEFLY})
        return self._answer_not_found(path)

    def _answer_not_found(self, path: str) -> Response:
        language = path.split("/")[1]
        for page in (f"/{language}/{NOT_FOUND}", f"/{NOT_FOUND}"):
            if (content := self._read(page)) is not None:
                return Response(content, 404, {"Cache-Control": CACHE_BRIEFLY}, mimetype="text/html")
        return Response("Not Found", 404, mimetype="text/plain")

    def _read(self, path: str) -> bytes | None:
        """A file's content, whole: a file that is replaced meanwhile is the old one or the new one."""
        for folder in self._folders:
            file = safe_join(str(folder), path.removeprefix("/"))
            if file is not None and (content := _read_content(Path(file))) is not None:
                return content
        return None


def _make_conditional(response: Response, environ: WSGIEnvironment) -> WSGIApplication:
    """Only what was asked for: some browsers play sound only where they can have a part of it."""
    if not UNCACHED_PATHS.search(environ.get("PATH_INFO", "")):
        return response.make_conditional(environ)
    try:
        return response.make_conditional(environ, accept_ranges=True, complete_length=response.content_length)
    except RequestedRangeNotSatisfiable as refusal:
        return refusal


def _read_content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (OSError, ValueError):
        # Absent, a folder, or a name that this file system cannot have: there is no such file.
        return None


def _make_file_response(path: str, content: bytes, version: str) -> Response:
    name = path + INDEX if path.endswith("/") else path
    mimetype = TYPES.guess_type(name)[0] or "application/octet-stream"
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = _choose_cache_control(path, content, version)
    response.add_etag()
    return response


def _choose_cache_control(path: str, content: bytes, version: str) -> str:
    if UNCACHED_PATHS.search(path):
        return "no-store"
    # A page that is older than its script asks for it under a name that is no longer its own.
    is_named_for_it = len(version) >= MIN_HASH_LENGTH and sha256_hex(content).startswith(version)
    return CACHE_FOREVER if is_named_for_it or IMMUTABLE_PATHS.search(path) else CACHE_BRIEFLY
