"""Promises of `boucle audit`: it reads what is public, says what is wrong with it, and ends with 1 when anything is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from boucle.audit.chain import find_violations
from boucle.audit.groups import facts_of
from boucle.audit.linear import find_feasible_intervals
from boucle.audit.reading import FolderFiles, NothingPublished, SiteAway, open_public_files, read_published_series
from boucle.cli import main
from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.strictjson import JsonObject
from boucle.pages.results.page import render_results
from support.cohorts import SealingInstallation

FOLDER = "etude/data/candidats/v1/2026/"


@pytest.fixture(scope="module")
def installation() -> SealingInstallation:
    sealed = SealingInstallation()
    for responses in (40, 60, 80):
        sealed.run_day(responses)
    return sealed


@pytest.fixture
def site(installation: SealingInstallation, tmp_path: Path) -> Path:
    """A published folder, with the page that shows it."""
    for address, content in installation.sink.files.items():
        write(tmp_path / address, content)
    latest = installation.sink.files[f"{FOLDER}latest.json"]
    page = render_results(installation.study, "fr", {installation.series: latest}).content
    write(tmp_path / "etude/results/index.html", page.encode())
    write(tmp_path / "index.html", b'<a href="/etude/results/">R</a>')
    return tmp_path


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def documents(site: Path) -> list[JsonObject]:
    return [json.loads((site / FOLDER / f"releases/{number}.json").read_bytes()) for number in (1, 2, 3)]


def publish_again(site: Path, changed: list[JsonObject]) -> None:
    """Write these documents as one whole chain: only what they say is wrong."""
    previous = None
    for number, document in enumerate(changed, start=1):
        content = to_canonical_json({**document, "previous": previous})
        write(site / FOLDER / f"releases/{number}.json", content)
        write(site / FOLDER / "latest.json", content)
        previous = fingerprint(content)


def list_violations(site: Path) -> list[str]:
    return [
        violation
        for series in read_published_series(FolderFiles(site), "here")
        for violation in find_violations(series)
    ]


def audit(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words), "--seed", "1", "--guesses", "200"])


def test_a_sound_site_is_reported_with_every_figure_and_status_zero(site: Path) -> None:
    result = audit(site)
    assert result.exit_code == 0, result.output
    for figure in (
        "3 releases, 180 respondents",
        "violations",
        "0 certain disclosures",
        "narrowest interval: 40 people",
        "nothing by construction",
        "sybils, D=2, s=1, 50 further cohorts",
        "exact value 73.1 %",
        "mean error",
        "95 % intervals hold the true share",
        "Nothing was disclosed, and no promise is broken.",
    ):
        assert figure in result.output, figure


@pytest.mark.slow
def test_the_json_report_says_the_same_as_the_text(site: Path) -> None:
    said = json.loads(audit(site, "--format", "json").output)
    series = said["series"][0]
    assert said["sound"] is True
    assert (series["series"], series["releases"], series["violations"]) == (FOLDER.rstrip("/"), 3, [])
    assert series["solved"]["certain"] == 0
    assert series["solved"]["cells_tried"] > 100
    assert {attack["sensitivity"] for attack in series["sybils"]} == {2, 4, 6, 8}
    assert series["utility"]["figures"] > 0


@pytest.mark.slow
def test_played_again_with_the_same_seed_the_report_is_the_same(site: Path) -> None:
    assert audit(site).output == audit(site).output


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    handler = partial(SilentFileHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class SilentFileHandler(SimpleHTTPRequestHandler):
    def log_message(self, template: str, *values: object) -> None:
        pass


@pytest.mark.parametrize("page", ["/", "/etude/results/", f"/{FOLDER}"])
def test_a_site_is_read_over_the_web_from_its_home_its_results_or_its_data(served: str, page: str) -> None:
    series = read_published_series(open_public_files(served + page), served)
    assert [(one_series.folder, len(one_series.documents)) for one_series in series] == [(FOLDER, 3)]
    assert find_violations(series[0]) == []


def test_a_site_that_is_not_there_is_said_to_be_away() -> None:
    with pytest.raises(SiteAway, match="does not answer"):
        read_published_series(open_public_files("http://127.0.0.1:1/"), "there")


def test_where_nothing_is_published_the_message_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="the folder of published files"):
        read_published_series(FolderFiles(tmp_path), "here")
    result = audit(tmp_path)
    assert result.exit_code == 1
    assert "no series of releases is published" in result.output


def test_a_release_replaced_by_another_breaks_the_chain(site: Path) -> None:
    first = documents(site)[0]
    write(site / FOLDER / "releases/1.json", to_canonical_json({**first, "date": "2026-01-01"}))
    assert list_violations(site) == ["release 2 does not name the file before it: one of the two was replaced"]
    assert audit(site).exit_code == 1


def test_a_latest_that_is_older_than_the_newest_release_is_a_rollback(site: Path) -> None:
    (site / FOLDER / "latest.json").write_bytes((site / FOLDER / "releases/2.json").read_bytes())
    assert [violation.partition(":")[0] for violation in list_violations(site)] == [
        "latest.json is not release 3, the newest"
    ]


Change = Callable[[list[JsonObject]], None]


def _of_last(**changes: object) -> Change:
    return lambda said: said[-1].update(changes)


def _batch_of_three(said: list[JsonObject]) -> None:
    said[1]["respondents"] = said[0]["respondents"] + 3


def _show_below_five(said: list[JsonObject]) -> None:
    cell = said[-1]["questions"][0]["cells"][0]
    cell.update({"count": 3, "share": 2})


def _wrong_share(said: list[JsonObject]) -> None:
    said[-1]["questions"][0]["cells"][0]["share"] += 5


BROKEN: Mapping[str, tuple[Change, str]] = {
    "a small batch": (_batch_of_three, "adds 3 respondents, and a cohort has at least"),
    "two a day": (lambda said: said[-1].update(date=said[1]["date"]), "at most one cohort a day"),
    "another scale": (_of_last(mechanism={"name": "discrete-laplace", "scale": 2}), "changes mechanism"),
    "one entry twice": (lambda said: said[-1].update(ledger=said[1]["ledger"]), "from one entry of the ledger"),
    "another number": (_of_last(release=7), "says that it is release 7"),
    "a version less": (_of_last(versions=["2.0.0"]), "forgets a version"),
    "a question less": (lambda said: said[-1]["questions"].pop(), "no longer has _mode"),
    "a small count": (_show_below_five, "1 cells of accompagne should be withheld"),
    "a wrong share": (_wrong_share, "or have another share"),
    "a larger promise": (_of_last(epsilon=1), "says less of a whole response"),
    "room for a person": (_of_last(receipt="K7QF-2M9T-XW4C-3B8N"), "does not fit the published schema"),
    "another mechanism": (_of_last(mechanism={"name": "none", "scale": 1}), "does not fit the published schema"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_promise_is_said(site: Path, name: str) -> None:
    change, says = BROKEN[name]
    changed = documents(site)
    change(changed)
    publish_again(site, changed)
    assert any(says in violation for violation in list_violations(site)), list_violations(site)


def test_numbers_said_to_be_without_noise_are_taken_as_exact(site: Path) -> None:
    """The linear programs are there for such mistakes: they find every shown cell."""
    exact = [to_canonical_json({**document, "mechanism": {"name": "none", "scale": 1}}) for document in documents(site)]
    mode = next(group for group in facts_of(exact) if group.name == "_mode")
    assert any(interval.is_certain for interval in find_feasible_intervals(mode))
    noisy = next(
        group
        for group in facts_of([to_canonical_json(document) for document in documents(site)])
        if group.name == "_mode"
    )
    assert not any(interval.is_certain for interval in find_feasible_intervals(noisy))


def test_linked_tables_are_attacked_together(site: Path) -> None:
    """A cross-tab with the margins of its questions, option by option."""
    names = {group.name for group in facts_of([to_canonical_json(document) for document in documents(site)])}
    assert "accompagne x freins=transport" in names
    assert {"note", "priorites=a", "_mode"} <= names
    assert "accompagne" not in names


def test_a_copy_that_is_no_store_is_refused(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database" * 100)
    result = audit(site, "--store", other)
    assert result.exit_code == 1
    assert "is not a copy of a store of responses" in result.output
