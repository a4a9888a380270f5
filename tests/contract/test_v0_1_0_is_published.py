"""What v0.1.0 published, exported, backed up and moderated is the same today: releases byte for byte."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from boucle.core.canonical import fingerprint
from support.first_version import (
    EXPECTED,
    KEPT,
    STUDY,
    SURVEYS,
    boucle,
    copy_home,
    read_published_files,
    select_known_to_it,
    select_sent,
    unpack,
)

BOUCLE = Path(sys.executable).with_name("boucle")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_home(tmp_path)


def test_there_is_something_to_compare() -> None:
    names = {Path(address).name for address in read_published_files(KEPT / "home")}
    assert {"1.json", "2.json", "latest.json", "cells.csv", "datapackage.json", "feed.atom"} <= names
    assert {"verbatims.json", "interviews.json", "agreement.json"} <= names
    folders = {address.split("/")[2] for address in read_published_files(KEPT / "home")}
    assert folders == {"lecteurs", "lecteurs-themes", "benevoles", "rencontres"}


def test_the_ledger_publishes_the_same_bytes_again(home: Path) -> None:
    """Format 1 is format 1 for ever: a release that was published is never written otherwise."""
    published = read_published_files(home)
    rmtree(home / "published")
    boucle(home, "publish")
    assert select_known_to_it(read_published_files(home)) == published


def test_publishing_over_what_is_there_changes_nothing(home: Path) -> None:
    published = read_published_files(home)
    boucle(home, "publish")
    assert select_known_to_it(read_published_files(home)) == published


def test_its_ledger_becomes_public_and_yields_its_releases(home: Path) -> None:
    boucle(home, "publish")
    after = read_published_files(home)
    for release in (address for address in after if "/releases/" in address):
        entry = after[release.replace("/releases/", "/ledger/")]
        assert json.loads(after[release])["ledger"] == fingerprint(entry)


def test_releases_that_are_out_stay_when_others_follow(home: Path) -> None:
    releases = {address: file for address, file in read_published_files(home).items() if "/releases/" in address}
    boucle(home, "demo", "--advance", "1d")
    after = read_published_files(home)
    assert {address: after[address] for address in releases} == releases
    assert f"{STUDY}/data/lecteurs/v1/2026/releases/3.json" in after


def test_the_copy_of_the_ledger_brings_it_back(home: Path) -> None:
    published = read_published_files(home)
    (home / "ledger.sqlite3").unlink()
    said = boucle(home, "restore", "ledger")
    assert "lecteurs/v1/2026: 2 entries put back; there are 2." in said
    assert "lecteurs-themes/v1/2026: 2 entries put back; there are 2." in said
    rmtree(home / "published")
    boucle(home, "publish")
    assert select_known_to_it(read_published_files(home)) == published


@pytest.mark.slow
def test_the_audit_of_what_is_public_is_clean(home: Path) -> None:
    said = json.loads(boucle(home, "audit", "--format", "json", "--guesses", "1", "--seed", "1"))
    assert said["sound"]
    assert {one["series"]: (one["releases"], one["violations"]) for one in said["series"]} == {
        f"{STUDY}/data/{name}/v1/2026": (releases, [])
        for name, releases in {"benevoles": 1, "lecteurs": 2, "lecteurs-themes": 2}.items()
    }


def test_the_export_comes_in_whole(tmp_path: Path) -> None:
    home = tmp_path / "new"
    exported = unpack("export.jsonl", tmp_path)
    boucle(home, "import", str(exported))
    boucle(home, "export", str(tmp_path / "again.jsonl"))
    assert sort_lines(tmp_path / "again.jsonl") == sort_lines(exported)
    boucle(home, "publish")
    assert read_released(home) == read_released(KEPT / "home") != {}


def read_released(home: Path) -> dict[str, bytes]:
    """What the ledger alone tells of readers and volunteers."""
    told = re.compile("/data/(lecteurs|benevoles)/.*(latest.json|[0-9].json|csv|datapackage.json|feed.atom)$")
    published = select_known_to_it(read_published_files(home))
    return {address: file for address, file in published.items() if told.search(address)}


def sort_lines(file: Path) -> list[bytes]:
    return sorted(file.read_bytes().splitlines())


def test_the_backup_brings_the_same_home_back(tmp_path: Path) -> None:
    home = tmp_path / "restored"
    boucle(home, "restore", str(unpack("backup.tar", tmp_path)))
    assert read_published_files(home) == read_published_files(KEPT / "home")
    assert (home / "master.key").read_bytes() == (KEPT / "home" / "master.key").read_bytes()
    assert boucle(home, "quarantine", "list") == EXPECTED["quarantine"]
    boucle(home, "export", str(tmp_path / "again.jsonl"))
    assert sort_lines(tmp_path / "again.jsonl") == sort_lines(unpack("export.jsonl", tmp_path))


def test_what_was_coded_twice_agrees_as_it_did(home: Path) -> None:
    assert boucle(home, "agreement", STUDY) == EXPECTED["agreement"]


def test_the_quotation_of_a_text_that_is_withdrawn_leaves(home: Path) -> None:
    file = home / "published" / STUDY / "data" / "lecteurs" / "v1" / "2026" / "verbatims.json"
    before = [quote["text"] for quote in json.loads(file.read_bytes())["verbatims"]]
    chosen = next(one for one in select_sent("kept") if one["body"]["answers"].get("idee") in before)
    boucle(home, "withdraw", STUDY, "lecteurs", "--code", chosen["receipt"])
    boucle(home, "publish")
    after = [quote["text"] for quote in json.loads(file.read_bytes())["verbatims"]]
    own = {chosen["body"]["answers"].get(name) for name in ("message", "idee")}
    assert after == [text for text in before if text not in own]


class ModeratorClient:
    """Somebody at the page of `boucle moderate`."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(cookies).open
        self.page = self._read(address)

    def _read(self, address: str, **form: str) -> str:
        body = urllib.parse.urlencode(form).encode() if form else None
        with self._open(urllib.parse.urljoin(self.address, address), body) as answer:
            page: str = answer.read().decode()
        return page

    def log(self) -> str:
        return self._read("/log")

    def iterate_waiting(self) -> Iterator[str]:
        """Every text that nobody decided about, once."""
        seen: set[str] = set()
        while (key := re.search(r'name="key" value="(\w+)"', self.page)) and key[1] not in seen:
            seen.add(key[1])
            quoted = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", self.page, re.DOTALL)
            yield unescape(re.sub("<[^>]*>", "", quoted[1] if quoted else ""))
            self.page = self._read("/decide", key=key[1], verdict="skip")


@contextmanager
def open_desk(home: Path) -> Iterator[ModeratorClient]:
    """Over the kept home, with the private key that was kept."""
    where = ["--home", str(home), "--surveys", str(SURVEYS)]
    words = [str(BOUCLE), *where, "moderate", "--key", str(KEPT / "texts.key"), "--as", "Ana"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        yield ModeratorClient(next(found[0] for line in running.stdout if (found := re.search(r"http://127\S+", line))))
    finally:
        running.terminate()
        running.wait(30)
        running.stdout.close()


@pytest.mark.slow
def test_the_kept_key_opens_the_texts_that_wait_and_the_book_is_read(home: Path) -> None:
    with open_desk(home) as moderator:
        log = moderator.log()
        opened = list(islice(moderator.iterate_waiting(), 30))
    waiting = set(list_written()) - {one["text"] for one in EXPECTED["decided"]}
    assert len(opened) == 30
    assert set(opened) <= waiting
    assert f"{len(list_written()) - len(waiting)} sur {len(list_written())} textes" in log
    now = dict(reversed(re.findall(r'href="/text/(\w+)">(\w+)<', log)))
    then = {one["key"]: verdict_of(one) for one in EXPECTED["decided"] if one["text"] in list_written()}
    assert {key: now.get(key) for key in then} == then


def verdict_of(decided: Any) -> str:
    """What the desk wrote down: a text that is quoted with something hidden is redacted."""
    return "redacted" if decided["verdict"] == "approved" and decided["hide"] else str(decided["verdict"])


def list_written() -> list[str]:
    """The texts of everybody who has not withdrawn."""
    bodies: list[dict[str, Any]] = [one["body"]["answers"] for one in select_sent("kept", "held")]
    bodies += [one["fields"] for one in select_sent("form")]
    return [body[name] for body in bodies for name in ("message", "idee", "freins", "lieu.other") if name in body]
