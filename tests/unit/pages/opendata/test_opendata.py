"""Promises of the data files: they say what the release says, in forms that others can read without us."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from boucle.content.surveys import read_study
from boucle.core.questionnaire.model import Questionnaire, Ranking
from boucle.core.study.actions import NO_ACTIONS, Action, Actions, Decision, Finding
from boucle.core.study.model import Study
from boucle.pages.opendata.data_files import render_data_files
from boucle.pages.opendata.table_schema import CELLS, ESTIMATES, CsvColumn
from support.builders import (
    DEMONSTRATION,
    SURVEYS,
    make_choices,
    make_questionnaire,
    make_single,
    make_study,
    make_text,
    make_yes_no,
)
from support.release_samples import make_release

FOLDER = "parcours-de-qualite/data/candidats/v1/2026/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def demonstration() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


@pytest.fixture(scope="module")
def document(demonstration: Study) -> bytes:
    return make_release(demonstration, "candidats", 669)


@pytest.fixture(scope="module")
def files(demonstration: Study, document: bytes) -> Mapping[str, bytes]:
    return render_data_files(demonstration, [document])


def records(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def cells_of(version: Questionnaire, document: bytes) -> list[dict[str, str]]:
    return records(render_data_files(make_study(version), [document])["etude/data/candidats/v1/2026/cells.csv"])


def test_every_file_stands_beside_latest(files: Mapping[str, bytes]) -> None:
    catalogued = ("datapackage.json", "dataset.jsonld", "dcat.jsonld", "feed.atom")
    names = ("cells.csv", "estimates.csv", "codebook.csv", *catalogued)
    assert sorted(files) == sorted(FOLDER + name for name in names)


def test_the_same_release_gives_the_same_bytes(demonstration: Study, document: bytes) -> None:
    assert render_data_files(demonstration, [document]) == render_data_files(demonstration, [document])


def test_the_table_has_every_cell_of_the_release_and_nothing_else(files: Mapping[str, bytes], document: bytes) -> None:
    said = json.loads(document)
    tables = [*said["questions"], *said["crosstabs"]]
    expected = [
        (cell["status"], *(str(cell.get(name, "")) for name in ("count", "share", "margin")))
        for table in tables
        for cell in table["cells"]
    ]
    written = records(files[FOLDER + "cells.csv"])
    assert [(row["status"], row["count"], row["share"], row["margin"]) for row in written] == expected


def test_a_cell_says_its_question_its_answer_and_its_base(files: Mapping[str, bytes]) -> None:
    cell = next(row for row in records(files[FOLDER + "cells.csv"]) if row["question"] == "accompagne")
    assert (cell["value"], cell["label"], cell["base"], cell["share"]) == ("yes", "Oui", "669", "77")
    assert cell["question_label"].startswith("Aujourd'hui")
    assert (cell["release"], cell["wave"], cell["demonstration"]) == ("3", "2026", "true")


def test_a_crossed_cell_names_both_questions(files: Mapping[str, bytes]) -> None:
    cell = next(row for row in records(files[FOLDER + "cells.csv"]) if row["type"] == "crosstab")
    assert (cell["question"], cell["value"], cell["crossed_question"]) == ("accompagne", "yes", "freins")
    assert cell["crossed_label"] == "Personne ne me suit régulièrement"
    assert (cell["within"], cell["within_status"], cell["within_base"]) == ("accompagne", "shown", "388")
    assert int(cell["within_share"]) > int(cell["share"])


def test_a_ranked_cell_names_its_rank() -> None:
    version = make_questionnaire(Ranking(id="ordre", label=make_text("ordre"), choices=make_choices("a", "b"), top=2))
    cells = cells_of(version, make_release(make_study(version), "candidats", shares={"ordre": {"a": 60, "b": 40}}))
    ranked = [(row["value"], row["rank"]) for row in cells if row["question"] == "ordre"]
    assert ranked == [(item, rank) for item in "ab" for rank in ("1", "2", "not_ranked")]


def test_a_suppressed_cell_has_a_status_and_no_number() -> None:
    version = make_questionnaire(make_single("age", "jeune", "aine"))
    cells = cells_of(version, make_release(make_study(version), "candidats", 100, {"age": {"jeune": 98, "aine": 2}}))
    aine = next(cell for cell in cells if cell["value"] == "aine")
    assert (aine["status"], aine["count"], aine["share"], aine["margin"]) == ("below_threshold", "", "", "")


def test_no_answer_has_no_value_and_a_label() -> None:
    version = make_questionnaire(make_yes_no("aide"))
    cells = cells_of(version, make_release(make_study(version), "candidats", shares={"aide": {"yes": 60, None: 40}}))
    assert [(cell["value"], cell["label"]) for cell in cells[:2]] == [("yes", "Oui"), ("", "Pas de réponse")]


def test_files_are_utf_8_without_mark_with_commas_and_crlf(files: Mapping[str, bytes]) -> None:
    for name in ("cells.csv", "estimates.csv", "codebook.csv"):
        content = files[FOLDER + name]
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert len({len(row) for row in csv.reader(io.StringIO(content.decode(), newline=""))}) == 1


@pytest.mark.parametrize("label", ["=1+1", "+33 1", "@SUM(A1)", "-rien", " =1+1", "\t=1+1"])
def test_no_cell_is_a_formula_for_a_spreadsheet(label: str) -> None:
    version = make_questionnaire(make_single("age", label))
    cells = cells_of(version, make_release(make_study(version), "candidats", shares={"age": {label: 60}}))
    assert cells[0]["label"].startswith("'")


def test_the_codebook_says_every_value_in_every_language(files: Mapping[str, bytes]) -> None:
    entry = next(row for row in records(files[FOLDER + "codebook.csv"]) if row["question"] == "accompagne")
    assert [entry[f"label_{language}"] for language in ("fr", "en", "ar")] == ["Oui", "Yes", "نعم"]
    assert entry["question_label_en"] == "Today, does a professional support you on your way to a job?"


def test_estimates_have_a_table_of_their_own(files: Mapping[str, bytes]) -> None:
    share = records(files[FOLDER + "estimates.csv"])[1]
    assert (share["question"], share["estimate"], share["threshold"], share["estimated"]) == (
        "note",
        "share_at_least",
        "8",
        "55",
    )


def test_the_package_describes_the_columns_that_the_files_have(files: Mapping[str, bytes]) -> None:
    package = json.loads(files[FOLDER + "datapackage.json"])
    tables = {candidate["path"]: candidate for candidate in package["resources"] if candidate["format"] == "csv"}
    for path, resource in tables.items():
        header = files[FOLDER + path].decode().partition("\r\n")[0].split(",")
        assert [column["name"] for column in resource["schema"]["fields"]] == header
        assert resource["hash"] == "sha256:" + hashlib.sha256(files[FOLDER + path]).hexdigest()
        assert resource["bytes"] == len(files[FOLDER + path])


def test_the_package_says_its_licence_and_that_it_is_a_demonstration(
    files: Mapping[str, bytes], document: bytes
) -> None:
    package = json.loads(files[FOLDER + "datapackage.json"])
    assert [licence["name"] for licence in package["licenses"]] == ["etalab-2.0"]
    assert package["demonstration"] is True
    assert package["name"] == "parcours-de-qualite-candidats-v1-2026"
    release, entry = package["resources"][-2:]
    assert (release["path"], release["hash"]) == ("releases/3.json", "sha256:" + hashlib.sha256(document).hexdigest())
    assert (entry["path"], entry["hash"]) == ("ledger/3.json", json.loads(document)["ledger"])
    assert "negative: it is for recomputing, not for reading" in entry["description"]


@pytest.mark.parametrize(("name", "columns"), [("cells.csv", CELLS), ("estimates.csv", ESTIMATES)])
def test_a_required_column_is_never_empty(
    files: Mapping[str, bytes], name: str, columns: tuple[CsvColumn, ...]
) -> None:
    required = [column.name for column in columns if column.constraints.get("required")]
    assert all(record[column] for record in records(files[FOLDER + name]) for column in required)


def test_the_feed_lists_releases_newest_first_at_the_precision_of_a_day(demonstration: Study) -> None:
    silent = replace(demonstration, actions=NO_ACTIONS)
    older = make_release(demonstration, "candidats", 300, number=1, day=date(2026, 1, 31))
    newer = make_release(demonstration, "candidats", 582, number=2)
    feed = ElementTree.fromstring(render_data_files(silent, [older, newer])[FOLDER + "feed.atom"])  # noqa: S314  ours
    links = [entry.find(f"{ATOM}link") for entry in feed.iter(f"{ATOM}entry")]
    assert [link.get("href") for link in links if link is not None] == ["releases/2.json", "releases/1.json"]
    updated = [element.text for element in feed.iter(f"{ATOM}updated")]
    assert updated == ["2026-02-10T00:00:00Z", "2026-02-10T00:00:00Z", "2026-01-31T00:00:00Z"]


def test_the_feed_tells_the_decisions_that_rest_on_the_series_and_no_others(demonstration: Study) -> None:
    def action(id: str, questionnaire: str, decided: bool) -> Action:
        decision = Decision(day=date(2026, 2, 5), accepted=True, text={"fr": "Nous le ferons."})
        return Action(
            id=id,
            said={"fr": f"Dit : {id}"},
            heard=date(2026, 2, 1),
            finding=Finding(questionnaire=questionnaire, wave="2026", question="note", at_least=8),
            team="equipe",
            decision=decision if decided else None,
        )

    listed = (action("a", "candidats", True), action("b", "candidats", False), action("c", "professionnels", True))
    study = replace(demonstration, actions=Actions(teams={"equipe": {"fr": "Équipe"}}, listed=listed))
    releases = [
        make_release(study, "candidats", 300, number=number, day=day)
        for number, day in ((1, date(2026, 1, 31)), (2, date(2026, 2, 10)))
    ]
    feed = ElementTree.fromstring(render_data_files(study, releases)[FOLDER + "feed.atom"])  # noqa: S314  ours
    links = [str(link.get("href")) for entry in feed.iter(f"{ATOM}entry") for link in entry.iter(f"{ATOM}link")]
    assert links == ["releases/2.json", "/parcours-de-qualite/actions/#a", "releases/1.json"]
    assert [element.text for element in feed.iter(f"{ATOM}summary")][1] == "Nous le ferons."


def test_the_feed_says_that_a_demonstration_is_one(demonstration: Study, files: Mapping[str, bytes]) -> None:
    assert "ont été inventées" in files[FOLDER + "feed.atom"].decode()
    real = render_data_files(demonstration, [make_release(demonstration, "candidats", demonstration=False)])
    assert "inventées" not in real[FOLDER + "feed.atom"].decode()
