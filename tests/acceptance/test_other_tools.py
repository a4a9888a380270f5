"""Promises to those who come with tools of their own: Material for MkDocs, ProperDocs, frictionless.

Each is fetched for its test, beside our environment: nobody who runs Boucle needs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from boucle.content.surveys import read_study
from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.release.document import data_folder, entry_name, release_name
from boucle.pages.opendata.data_files import render_data_files
from support.builders import DEMONSTRATION, SURVEYS
from support.release_samples import make_release, series_of

pytestmark = pytest.mark.slow
STUDY = read_study(SURVEYS / DEMONSTRATION)


def fetch(package: str, folder: Path) -> dict[str, str]:
    """The environment in which Python finds a package that it does not have."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), package], check=True)
    return {**os.environ, "PYTHONPATH": str(folder)}


def run(*words: str, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_site(folder: Path, theme: object, *names: str) -> None:
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text("# Accueil", "utf-8")
    plugin = {"boucle": {"surveys": str(SURVEYS), "today": "2026-06-01"}}
    config = json.dumps({"site_name": "x", "theme": theme, "site_dir": "built", "plugins": [plugin]})
    for name in names:
        (folder / name).write_text(config, "utf-8")


@pytest.mark.parametrize(
    ("package", "builder", "theme"),
    [
        ("mkdocs-material>=9,<10", "mkdocs", {"name": "material", "font": False}),
        ("properdocs>=1.6,<2", "properdocs", "boucle"),
    ],
)
def test_other_themes_and_builders_show_a_form_and_a_page_of_results(
    tmp_path: Path, package: str, builder: str, theme: object
) -> None:
    site = tmp_path / "site"
    write_site(site, theme, f"{builder}.yml")
    run(builder, "build", "--quiet", environment=fetch(package, tmp_path / "package"), folder=site)
    form, results = (
        (site / "built" / DEMONSTRATION / name / "index.html").read_text("utf-8") for name in ("candidats", "results")
    )
    assert f'<form method="post" novalidate action="/api/responses/{DEMONSTRATION}/' in form
    assert 'class="results"' in results


@pytest.mark.parametrize("questionnaire", ["candidats", "professionnels"])
def test_frictionless_finds_nothing_wrong_with_a_data_package(tmp_path: Path, questionnaire: str) -> None:
    entry = b'{"stands": "for the entry of the ledger"}'
    sample = json.loads(make_release(STUDY, questionnaire, 582))
    document = to_canonical_json({**sample, "ledger": fingerprint(entry)})
    folder = tmp_path / data_folder(series_of(STUDY, questionnaire))
    for name, content in ((release_name(3), document), (entry_name(3), entry)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    for address, content in render_data_files(STUDY, [document]).items():
        (tmp_path / address).write_bytes(content)
    environment = fetch("frictionless>=5,<6", tmp_path / "package")
    said = json.loads(
        run("frictionless", "validate", "datapackage.json", "--json", environment=environment, folder=folder)
    )
    assert said["valid"] is True
    assert len(said["tasks"]) == 5
