"""A proxy in front of DynamoDB that throttles, breaks or hangs as it is told, and hands all else through."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

THROTTLED = (400, {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"})
BROKEN = (500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"})
HANGING, LOST = "hanging", "lost"
Fault = tuple[int, dict[str, str]] | str | None


class FaultProxy:
    """Its `fault` is what becomes of every request from now on; `request_count` counts them."""

    def __init__(self, behind: str) -> None:
        self.behind = urlsplit(behind).netloc
        self.fault: Fault = None
        self.request_count = 0
        self.hang_seconds = 5.0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                proxy.answer(self)

            def log_message(self, template: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.request_count += 1
        fault = self.fault
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if isinstance(fault, tuple):
            _respond(request, fault[0], json.dumps({**fault[1], "message": "told to"}).encode())
            return
        if fault == HANGING:
            time.sleep(self.hang_seconds)
            request.close_connection = True
            return
        with closing(HTTPConnection(self.behind)) as line:
            line.request("POST", request.path, body, dict(request.headers.items()))
            answer = line.getresponse()
            content = answer.read()
        if fault == LOST:  # it was done, and nobody hears of it
            request.close_connection = True
            return
        _respond(request, answer.status, content)


def _respond(request: BaseHTTPRequestHandler, status: int, content: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/x-amz-json-1.0")
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
