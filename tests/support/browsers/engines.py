"""Other engines than the browser of this folder's tests: old ones out of npm packages, and two that are no Chromium.

They are driven by what they speak: puppeteer-core for the old Chromiums and for Firefox (WebDriver BiDi), plain
WebDriver for WebKit. Where one cannot be had, its tests are skipped, and say so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from support.browsers.npm_packages import FOLDER, install_package
from support.builders import REPOSITORY

BRIDGE = REPOSITORY / "tests" / "browser" / "bridge.js"
OLD_ENGINES = {
    "Chromium 83": ("chrome-aws-lambda", "3.1.1"),
    "Chromium 92": ("chrome-aws-lambda", "10.1.0"),
    "Chromium 106": ("@sparticuz/chromium", "106.0.2"),
}
ENGINES = (*OLD_ENGINES, "Firefox", "WebKit")
FOR_OLD, FOR_FIREFOX = "10.4.0", "24.43.1"
"""Versions of puppeteer-core: an old one still speaks to the oldest engine."""
MINIBROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
TIMEOUT_SECONDS = 20.0


class Engine(Protocol):
    """A tab of a browser."""

    def open(self, address: str) -> None: ...
    def js(self, expression: str) -> Any: ...
    def click(self, selector: str) -> None:
        """As a hand does."""


def wait_until(engine: Engine, expression: str) -> None:
    """Until it is true. Raises TimeoutError."""
    late = monotonic() + TIMEOUT_SECONDS
    while not engine.js(expression):
        if monotonic() > late:
            raise TimeoutError(f"never true: {expression}")
        sleep(0.05)


@contextmanager
def open_engine(name: str, folder: Path, *, scripts: bool = True) -> Iterator[Engine]:
    """The engine of that name, with an empty profile in a folder. Skips the test where it cannot be had."""
    if name == "WebKit":
        with _open_webkit() as driven:
            yield driven
        return
    if name == "Firefox":
        firefox = shutil.which("firefox-esr") or shutil.which("firefox")
        if firefox is None:
            pytest.skip("NO FIREFOX: nothing was tested in it. Run tests/browser/install-engines.sh")
        started = _open_puppeteer(FOR_FIREFOX, firefox, "firefox", folder, scripts=scripts)
    else:
        program = _unpack(*OLD_ENGINES[name])
        started = _open_puppeteer(FOR_OLD, str(program), "chrome", folder, scripts=scripts)
    with started as driven:
        yield driven


def _unpack(name: str, version: str) -> Path:
    """The program inside an npm package, which holds it compressed with brotli."""
    there = FOLDER / "engines" / f"{name.replace('/', '-')}@{version}"
    program = there / "chromium"
    if not (there / "done").exists():
        packed = install_package(name, version, scripts=False) / "bin"
        there.mkdir(parents=True, exist_ok=True)
        for file in packed.glob("*.br"):
            _unbrotli(file, there / file.stem)
        for archive in there.glob("*.tar"):
            with tarfile.open(archive) as opened:
                opened.extractall(there, filter="data")
            archive.unlink()
        program.chmod(0o755)
        (there / "done").touch()
    return program


def _unbrotli(source: Path, target: Path) -> None:
    code = "const [, i, o] = process.argv; const { readFileSync: r, writeFileSync: w } = require('fs');"
    code += "w(o, require('zlib').brotliDecompressSync(r(i)))"
    subprocess.run(["node", "-e", code, str(source), str(target)], check=True, timeout=120)


class _Bridge:
    """A tab that puppeteer drives, spoken to a line at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, do: str, argument: str = "") -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([do, argument]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline() or '{"failed": "the browser is gone"}')
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer.get("value")

    def open(self, address: str) -> None:
        self.ask("open", address)

    def js(self, expression: str) -> Any:
        return self.ask("js", expression)

    def click(self, selector: str) -> None:
        self.ask("click", selector)


@contextmanager
def _open_puppeteer(version: str, program: str, kind: str, folder: Path, *, scripts: bool) -> Iterator[Engine]:
    library = install_package("puppeteer-core", version, scripts=False)
    beside = Path(program).parent
    environment = {**os.environ, "HOME": str(folder)}
    if kind == "chrome":
        environment["LD_LIBRARY_PATH"] = f"{beside / 'lib'}:{beside}"
    command = ["node", str(BRIDGE), str(library), program, kind, str(folder), "scripts" if scripts else "none"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, text=True, **pipes)  # type: ignore[call-overload]
    bridge = _Bridge(process)
    try:
        yield bridge
        assert bridge.ask("errors") == []
    finally:
        process.stdin.close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


class _WebDriver:
    """A tab that a WebDriver server drives."""

    def __init__(self, address: str, binary: str) -> None:
        self._address = address
        options = {"webkitgtk:browserOptions": {"binary": binary, "args": ["--automation"]}}
        made = self._call("/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{made['sessionId']}"

    def _call(self, path: str, body: Mapping[str, Any]) -> Any:
        asked = Request(f"{self._address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  our own machine
                return json.load(answer)["value"]
        except HTTPError as refusal:
            raise RuntimeError(refusal.read().decode()) from None

    def open(self, address: str) -> None:
        self._call(f"{self._session}/url", {"url": address})

    def js(self, expression: str) -> Any:
        return self._call(f"{self._session}/execute/sync", {"script": f"return ({expression})", "args": []})

    def click(self, selector: str) -> None:
        found = self._call(f"{self._session}/element", {"using": "css selector", "value": selector})
        (element,) = found.values()
        self._call(f"{self._session}/element/{element}/click", {})


@contextmanager
def _open_webkit() -> Iterator[Engine]:
    found = sorted(glob(MINIBROWSER))  # noqa: PTH207  two levels of it are unknown
    if not found or not all(shutil.which(program) for program in ("WebKitWebDriver", "Xvfb")):
        pytest.skip("NO WEBKIT: nothing was tested in it. Run tests/browser/install-engines.sh")
    with ExitStack() as running:
        display = _start(running, ["Xvfb", "-displayfd", "1", "-screen", "0", "800x900x24"], {})
        assert display.stdout is not None
        shown = {"DISPLAY": f":{display.stdout.readline().decode().strip()}", "LIBGL_ALWAYS_SOFTWARE": "1"}
        port = _find_free_port()
        # As root in a container its own sandbox cannot be set up; the pages are ours.
        shown["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        _start(running, ["WebKitWebDriver", f"--port={port}"], shown)
        yield _connect(f"http://127.0.0.1:{port}", found[-1])


def _start(running: ExitStack, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )

    def stop() -> None:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()

    running.callback(stop)
    return process


def _connect(address: str, binary: str) -> _WebDriver:
    for _ in range(50):
        try:
            return _WebDriver(address, binary)
        except OSError:
            sleep(0.2)
    raise TimeoutError("WebKitWebDriver does not answer")


def _find_free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
