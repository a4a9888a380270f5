"""The processor time of taking one submission, called as a WSGI server calls it, beside a bare Flask echo.

    .venv/bin/python tests/benchmarks/bench_validation.py [--rounds 7] [--calls 2000]

The whole handler: strict JSON, validation of fourteen questions with routing, receipt, digest, a store in memory.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from flask import Flask, request  # noqa: E402

from boucle.config.clocks import SystemClock  # noqa: E402
from boucle.content.surveys import read_surveys  # noqa: E402
from boucle.core.identity.receipts import Keyring  # noqa: E402
from boucle.core.ports import NewResponse, NewText, PutOutcome  # noqa: E402
from boucle.languages.catalogues import translator_for  # noqa: E402
from boucle.pages.forms.renderer import PageRenderer  # noqa: E402
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations  # noqa: E402
from boucle.web.app import create_app  # noqa: E402
from support.servers.contenders import ADDRESS, REPOSITORY, generate_submissions  # noqa: E402

GOAL = 1.3
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=2000)
    wanted = parser.parse_args()
    bodies = generate_submissions()
    ours, echo = our_application(), echo_application()
    taken: dict[str, list[float]] = {"boucle": [], "Flask echo": []}
    for _ in range(wanted.rounds):
        batch = list(islice(bodies, wanted.calls))
        taken["Flask echo"].append(cpu_of(echo, "/echo", batch))
        taken["boucle"].append(cpu_of(ours, ADDRESS, batch))
    return report(taken)


class NullStore(MemoryResponseStore):
    """A store that takes everything and keeps nothing: what a store costs is measured elsewhere."""

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        return PutOutcome.STORED


def our_application() -> Wsgi:
    app = create_app(
        studies=read_surveys(REPOSITORY / "surveys"),
        store=NullStore(),
        used_invitations=MemoryUsedInvitations(),
        keyring=Keyring(bytes(32)),
        clock=SystemClock(),
        renderer=PageRenderer(),
        translator_for=translator_for,
        seal_text=bytes,
    )
    return app.wsgi_app


def echo_application() -> Wsgi:
    app = Flask("echo")

    @app.post("/echo")
    def echo() -> tuple[dict[str, str], int]:
        return {"receipt": request.get_json()["id"]}, 201

    return app.wsgi_app


def cpu_of(app: Wsgi, address: str, bodies: Sequence[bytes]) -> float:
    """Seconds of the processor for one call."""
    environs = [environ(address, body) for body in bodies]
    statuses: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> Callable[[bytes], None]:
        statuses.append(status)
        return lambda _: None

    start = time.process_time()
    for one_environ in environs:
        answer = app(one_environ, start_response)
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    spent = time.process_time() - start
    if set(statuses) != {"201 CREATED"}:
        raise AssertionError(f"some were refused: {set(statuses)}")
    return spent / len(bodies)


def environ(address: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def report(taken: dict[str, list[float]]) -> int:
    echo = median(taken["Flask echo"])
    lines = [f"| {'handler':<12} | CPU us | ratio |", f"|{'-' * 14}|-------:|------:|"]
    lines += [
        f"| {name:<12} | {median(durations) * 1e6:6.0f} | {median(durations) / echo:5.2f} |"
        for name, durations in taken.items()
    ]
    met = median(taken["boucle"]) <= GOAL * echo
    lines += ["", f"{'met   ' if met else 'MISSED'} boucle: at most {GOAL} times a Flask echo", ""]
    sys.stdout.write("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
