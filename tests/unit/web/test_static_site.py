"""The static site: the published folder laid over the built one, and nothing else of the machine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from boucle.web.static_site import put_site_before

POLICY = "default-src 'none'; style-src 'sha256-x'"


@pytest.fixture
def site(tmp_path: Path) -> Client:
    files = {
        "built/index.html": "home",
        "built/404.html": "nowhere",
        "built/en/404.html": "nowhere, in English",
        "built/etude/results/index.html": "nothing yet",
        "built/etude/candidats/index.html": "form",
        "built/été/index.html": "accents",
        "built/_boucle/shell/etude.fr.html": "shell",
        "built/.git/config": "secret",
        "built/manifest.webmanifest": "{}",
        "built/_boucle/form.js": "script",
        "built/_boucle/audio/0f.opus": "OggS and more",
        "built/empty/only.txt": "text",
        "published/etude/results/index.html": "77 %",
        "published/etude/data/candidats/v1/2026/latest.json": "{}",
        "published/etude/data/candidats/v1/2026/releases/1.json": "{}",
        "published/etude/data/candidats/v1/2026/latest.csv": "a,b",
        "secret.txt": "secret",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    app = Flask("api")
    app.add_url_rule("/api/health", view_func=lambda: "well")
    put_site_before(
        app, published=tmp_path / "published", built=tmp_path / "built", page_policy=POLICY, framed_policy=POLICY
    )
    return Client(app)


def test_a_folders_address_is_its_index(site: Client) -> None:
    assert [site.get(path).text for path in ("/", "/etude/candidats/")] == ["home", "form"]


def test_what_is_published_wins_over_what_is_built(site: Client) -> None:
    assert site.get("/etude/results/").text == "77 %"


def test_everything_under_api_is_the_applications(site: Client) -> None:
    assert site.get("/api/health").text == "well"


@pytest.mark.parametrize(("path", "to"), [("/etude/candidats", "/etude/candidats/"), ("/été", "/%C3%A9t%C3%A9/")])
def test_a_folder_without_its_slash_is_sent_there(site: Client, path: str, to: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (301, to)


def test_nobody_is_sent_to_another_site(site: Client) -> None:
    answer = site.get("/", environ_overrides={"PATH_INFO": "//etude/candidats"})
    assert answer.headers["Location"] == "/etude/candidats/"


def test_a_folder_without_an_index_is_not_listed(site: Client) -> None:
    assert [site.get(path).status_code for path in ("/empty", "/empty/")] == [404, 404]


@pytest.mark.parametrize(
    ("path", "page"), [("/rien", "nowhere"), ("/en/rien/", "nowhere, in English"), ("/fr/rien", "nowhere")]
)
def test_what_is_not_there_has_a_page_in_its_language(site: Client, path: str, page: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.text, answer.mimetype) == (404, page, "text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/etude/../../secret.txt",
        "/..\\secret.txt",
        "/etude/\x00",
        "/.git/config",
        "/_boucle/shell/etude.fr.html",
        "/" + "x" * 5000,
        "/index.html/x",
    ],
)
def test_nothing_else_of_the_machine_is_served(site: Client, path: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.text) == (404, "nowhere")


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/etude/data/candidats/v1/2026/latest.json", "application/json", "public, max-age=15"),
        (
            "/etude/data/candidats/v1/2026/releases/1.json",
            "application/json",
            "public, max-age=31536000, immutable",
        ),
        ("/etude/data/candidats/v1/2026/latest.csv", "text/csv; charset=utf-8", "public, max-age=15"),
        ("/manifest.webmanifest", "application/manifest+json", "public, max-age=15"),
        ("/etude/candidats/", "text/html; charset=utf-8", "public, max-age=15"),
    ],
)
def test_a_file_says_what_it_is_and_how_long_it_lasts(site: Client, path: str, kind: str, cache: str) -> None:
    answer = site.get(path)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (kind, cache)


def test_what_a_browser_has_already_is_not_sent_again(site: Client) -> None:
    first = site.get("/")
    again = site.get("/", headers={"If-None-Match": first.headers["ETag"]})
    changed = site.get("/", headers={"If-None-Match": '"else"'})
    assert [(reply.status_code, reply.data) for reply in (again, changed)] == [(304, b""), (200, b"home")]


def test_head_is_get_without_its_content(site: Client) -> None:
    answer = site.head("/")
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", "4")


def test_the_site_takes_nothing(site: Client) -> None:
    answer = site.post("/etude/candidats/", data={"accompagne": "yes"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_every_answer_says_how_it_may_be_used(site: Client) -> None:
    for path in ("/", "/rien", "/etude/candidats", "/manifest.webmanifest"):
        headers = site.get(path).headers
        assert (headers["Content-Security-Policy"], headers["X-Content-Type-Options"]) == (POLICY, "nosniff")
        assert "Set-Cookie" not in headers


def test_a_new_build_is_seen_at_once(site: Client, tmp_path: Path) -> None:
    (tmp_path / "built/index.html").write_text("new home", encoding="utf-8")
    assert site.get("/").text == "new home"


def test_a_recording_is_sound_that_no_cache_keeps(site: Client) -> None:
    answer = site.get("/_boucle/audio/0f.opus")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("audio/ogg", "no-store")


def test_a_part_of_a_recording_can_be_had(site: Client) -> None:
    part = site.get("/_boucle/audio/0f.opus", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"OggS", "bytes 0-3/13")
    assert site.get("/_boucle/audio/0f.opus", headers={"Range": "bytes=99-"}).status_code == 416


def test_a_script_under_the_name_of_its_content_is_kept_for_ever_and_under_another_one_is_not(site: Client) -> None:
    own = hashlib.sha256(b"script").hexdigest()[:8]
    names = (own, "00000000", "", own[:1])
    kept = [site.get(f"/_boucle/form.js?v={name}").headers["Cache-Control"] for name in names]
    assert ["immutable" in header for header in kept] == [True, False, False, False]
