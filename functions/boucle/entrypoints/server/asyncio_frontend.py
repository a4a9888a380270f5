"""The embedded server's front, on an event loop: a slow client holds no thread, and many senders share disk writes.

Whole valid submissions take the fast path; everything else is read whole, within limits, and given to the WSGI
application on a few threads. Speaks RSGI, granian's own interface.

A request is counted twice, since the two cost different things: while its body arrives it holds memory (MAX_ARRIVING),
and from then until it is answered it holds a place in a queue (MAX_UNDER_WAY). Neither limit is ever waited for.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from granian._granian import RSGIProtocolClosed as ProtocolClosed
from granian._granian import RSGIProtocolError as ProtocolError

from boucle.core.addresses import RESPONSES_PREFIX
from boucle.core.ports import PutOutcome
from boucle.entrypoints.server.arriving_bodies import ArrivingBodies, TooManyArriving
from boucle.entrypoints.server.body_timeout import BodyTimeout
from boucle.entrypoints.server.write_batcher import WriteBatcher
from boucle.web.app import log_failure
from boucle.web.errors import HttpError, make_retry_later_error
from boucle.web.fast_path import FAILURE, Answer, FastPath
from boucle.web.requests import FORM, JSON, MAX_BODY_BYTES
from boucle.web.security import NO_CONTENT_POLICY, PLAIN_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHeaders
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

MAX_UNDER_WAY = 512
"""More would wait longer than people do: they are told to come back, which their form does by itself."""
MAX_ARRIVING = 2048
"""Bodies that are still being sent. Each may fill 64 KB."""
MAX_ARRIVING_OF_ONE = 128
"""Of one network: a hall full of people. This machine itself, or a proxy that is not named, has no such limit."""
THREADS = 8
BODY_TIMEOUT_SECONDS = 30.0
CLOSING_HEADERS = [
    *PLAIN_HEADERS.items(),
    ("Content-Security-Policy", NO_CONTENT_POLICY),
    ("Cache-Control", "no-store"),
    ("Content-Length", "0"),
    ("Connection", "close"),
]
BROKEN_OFF: Answer = (400, CLOSING_HEADERS, b"")
TOO_LATE: Answer = (408, CLOSING_HEADERS, b"")
FAILED: Answer = (500, CLOSING_HEADERS, b"")
PLAIN_REQUEST: dict[str, Any] = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "PATH_INFO": RESPONSES_PREFIX,
    "QUERY_STRING": "",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
"""A request as WSGI (PEP 3333) has it, of nobody."""


class AsyncioFrontend:
    """One worker's RSGI application."""

    def __init__(
        self,
        application: WSGIApplication,
        fast_path: FastPath,
        write_batcher: WriteBatcher,
        *,
        max_under_way: int = MAX_UNDER_WAY,
        max_arriving: int = MAX_ARRIVING,
        max_arriving_of_one: int = MAX_ARRIVING_OF_ONE,
        body_timeout_seconds: float = BODY_TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._fast_path = fast_path
        self._write_batcher = write_batcher
        self._threads = ThreadPoolExecutor(THREADS, "pages")
        self._max_under_way = max_under_way
        self._body_timeout = BodyTimeout(body_timeout_seconds)
        self._under_way = 0
        """Requests whose body is here and whose answer is not."""
        self._arriving = ArrivingBodies(max_arriving, max_arriving_of_one)
        self._overloaded: dict[tuple[str, str, str], Answer] = {}
        """The refusal by media type, study and language, made when first needed."""

    def renew(self, application: WSGIApplication, fast_path: FastPath) -> None:
        """Answer with these from the next request on."""
        self._application, self._fast_path, self._overloaded = application, fast_path, {}

    # granian calls the next two by their names: when the worker ends, and for each request.
    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._write_batcher.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        try:
            status, headers, body = await self._answer(scope, protocol)
        except Exception as error:
            # Whatever it is, granian would log its message, which might hold what somebody sent.
            log_failure(error)
            status, headers, body = FAILED
        if scope.method == "HEAD":
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, body)

    async def _answer(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        """Status, headers and body. Raises only what nobody foresaw."""
        if self._under_way >= self._max_under_way:
            return self._refuse_overload(scope)
        failure: Exception | None = None
        body, sender = b"", self._find_sender(scope)
        try:
            body = await self._read_body(scope, protocol, sender)
        except TooManyArriving:
            return self._refuse_overload(scope)
        except TimeoutError:
            return TOO_LATE
        except HttpError as refused:
            failure = refused  # the WSGI application answers it, as a page or as JSON, whichever the client reads
        except (ProtocolClosed, ProtocolError):
            return BROKEN_OFF
        # Counted only now: those who send slowly keep nobody else out.
        if self._under_way >= self._max_under_way:
            return self._refuse_overload(scope)
        self._under_way += 1
        try:
            return await self._serve(scope, body, sender, failure)
        finally:
            self._under_way -= 1

    async def _read_body(self, scope: Scope, protocol: HTTPProtocol, sender: str) -> bytes:
        """What was sent, and never more than the limit of it.

        Raises HttpError, TimeoutError, TooManyArriving, and what granian raises for a body that is cut off.
        """
        headers = scope.headers
        chunked, length = "transfer-encoding" in headers, headers.get("content-length", "0")
        if not chunked and int(length) > MAX_BODY_BYTES:  # granian takes digits only
            raise HttpError("too_large")
        if not chunked and int(length) == 0:
            return b""
        with self._arriving.hold(sender):
            return await self._body_timeout.wait(_read_bounded(protocol) if chunked else protocol())

    async def _serve(self, scope: Scope, body: bytes, sender: str, failure: Exception | None) -> Answer:
        """The fast path's answer, or else the WSGI application's; `failure` is what went wrong before."""
        if failure is None and scope.method == "POST" and scope.path.startswith(RESPONSES_PREFIX):
            try:
                answer = await self._try_fast_path(scope, body, sender)
            except Exception as error:
                # It is the store that refused or failed: Flask words the answer to that, and stores nothing.
                failure = error
            else:
                if answer is not None:
                    return answer
        environ = environ_of(scope, body, failure)
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, call_application, self._application, environ
        )

    async def _try_fast_path(self, scope: Scope, body: bytes, sender: str) -> Answer | None:
        """The answer once it is stored; None: Flask has to look at it. Raises HttpError and what the store raises."""
        headers = scope.headers
        content_type, origin = headers.get("content-type", ""), headers.get("origin")
        host = headers.get("host", "") if origin is not None else ""
        prepared = self._fast_path.prepare(scope.path, content_type, origin, host, body, sender)
        if prepared is None:
            return None
        # This request is itself under way: alone is who has nobody beside them, neither waiting nor still sending.
        alone = self._under_way == 1 and not self._arriving.count
        submissions = self._fast_path.context.submissions
        try:
            outcome: PutOutcome = await self._write_batcher.put(prepared, alone=alone)
        except Exception:  # not where the sender went away: what they sent may be stored
            submissions.settle(prepared, None)
            raise
        submissions.settle(prepared, outcome)
        return self._fast_path.answer(outcome, prepared)

    def _find_sender(self, scope: Scope) -> str:
        proxies = self._fast_path.proxies
        lines = get_header_lines(scope.headers, proxies.header.lower()) if proxies.count else ()
        return proxies.find_sender(peer_of(scope), lines)

    def _refuse_overload(self, scope: Scope) -> Answer:
        """The usual refusal, made once for each of few kinds: saying no must cost nothing.

        It is made of nothing that somebody sent but the kind of body, and the study and the language that the path
        names: everybody after them reads it.
        """
        kind = JSON if scope.headers.get("content-type", "").startswith(JSON) else FORM
        about = self._fast_path.context.find_audience(scope.path)
        name = (kind, about[0].id, about[1]) if about else (kind, "", "")
        if name not in self._overloaded:
            refusal = make_retry_later_error("overloaded", about=about)
            environ = {**PLAIN_REQUEST, "wsgi.input": io.BytesIO(b""), "CONTENT_TYPE": kind, FAILURE: refusal}
            self._overloaded[name] = call_application(self._application, environ)
        return self._overloaded[name]


def get_header_lines(headers: RSGIHeaders, name: str) -> Sequence[str]:
    """Every line of a header, in order."""
    lines: Sequence[str] = headers.get_all(name)  # type: ignore[attr-defined]  # granian's stub forgets it
    return lines


def peer_of(scope: Scope) -> str:
    """The address at the other end of the connection."""
    return scope.client.rpartition(":")[0].strip("[]")


async def _read_bounded(protocol: HTTPProtocol) -> bytes:
    """A body of no announced length. Raises HttpError as soon as it is too long, or when it does not end as one does.

    granian says so by an empty chunk: at the end there is one, and two where the connection ended before the body.
    """
    received = b""
    is_ended = False
    chunk: bytes
    async for chunk in protocol:
        if is_ended:
            raise HttpError("bad_request")
        is_ended = not chunk
        received += chunk
        if len(received) > MAX_BODY_BYTES:
            raise HttpError("too_large")
    return received


def environ_of(scope: Scope, body: bytes, failure: Exception | None = None) -> dict[str, Any]:
    """The request as WSGI (PEP 3333) has it, its body read already."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        **PLAIN_REQUEST,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": peer_of(scope),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    # However it came, the body is here, and this is its length.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ[FAILURE] = failure
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    if "_" in name:
        return  # it would pass for the header with a hyphen
    key = name.upper().replace("-", "_")
    if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        key = f"HTTP_{key}"
    environ[key] = f"{environ[key]},{value}" if key in environ else value


def call_application(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Status, headers and whole body of a WSGI application's answer."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return lambda _: None

    content: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(content)
    finally:
        if (close := getattr(content, "close", None)) is not None:
            close()
    status, headers = started[0]
    return int(status[:3]), headers, body
