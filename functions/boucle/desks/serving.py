"""Serving a page to this machine only."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"


class SilentRequestHandler(WSGIRequestHandler):
    """Logs no request: an address of a desk names what somebody wrote."""

    def log(self, kind: str, message: str, *args: object) -> None:
        """Nothing."""


def make_local_server(app: WSGIApplication, port: int, *, is_silent: bool) -> BaseWSGIServer:
    """A server of an application on the loopback address, not started yet; port 0 takes any that is free.

    `is_silent` where an address tells something that no log may hold. Raises OSError when the port is taken.
    """
    handler = SilentRequestHandler if is_silent else WSGIRequestHandler
    return make_server(LOOPBACK, port, app, threaded=True, request_handler=handler)
