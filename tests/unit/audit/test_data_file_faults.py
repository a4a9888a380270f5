"""What frictionless does not look for in the data files, planted one by one: the audit finds each, and says where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from boucle.audit.reading import PACKAGE, FolderFiles, PublishedSeries, read_published_series
from boucle.audit.tables import find_table_issues
from boucle.cli import main
from boucle.content.surveys import read_study
from boucle.core.release.document import data_folder
from boucle.core.study.model import Study
from boucle.jobs.publish import publish
from boucle.pages.opendata.data_files import render_data_files
from support.builders import DEMONSTRATION, SURVEYS
from support.cohorts import SealingInstallation
from support.release_samples import make_release, series_of

STUDY = read_study(SURVEYS / DEMONSTRATION)


def beside(study: Study, questionnaire: str, respondents: int = 582) -> PublishedSeries:
    """A series with the data files that are published beside it."""
    document = make_release(study, questionnaire, respondents)
    folder = data_folder(series_of(study, questionnaire))
    files = {address.removeprefix(folder): content for address, content in render_data_files(study, [document]).items()}
    return PublishedSeries(folder=folder, documents=(document,), latest=document, data_files=files)


def plant(change: Callable[[bytes], bytes], name: str = "cells.csv", *, noticed: bool = False) -> list[str]:
    """What is found once a file is changed; `noticed` when its package still describes the file before."""
    series = beside(STUDY, "candidats")
    changed = change(series.data_files[name])
    assert changed != series.data_files[name]
    files = {**series.data_files, name: changed}
    if name != PACKAGE and not noticed:
        package = json.loads(files[PACKAGE])
        for resource in package["resources"]:
            if resource["path"] == name:
                resource["hash"] = f"sha256:{hashlib.sha256(changed).hexdigest()}"
        files[PACKAGE] = json.dumps(package).encode()
    return find_table_issues(replace(series, data_files=files))


def describe_changed(package: Callable[[dict[str, Any]], object]) -> list[str]:
    def change(content: bytes) -> bytes:
        document = json.loads(content)
        package(document)
        return json.dumps(document).encode()

    return plant(change, PACKAGE)


@pytest.mark.parametrize("questionnaire", ["candidats", "professionnels"])
@pytest.mark.parametrize("respondents", [35, 367, 669])
def test_nothing_is_found_in_what_is_published(questionnaire: str, respondents: int) -> None:
    assert find_table_issues(beside(STUDY, questionnaire, respondents)) == []


def test_nothing_is_found_in_noisy_figures_from_a_ledger() -> None:
    installation = SealingInstallation()
    for responses in (40, 60, 80):
        installation.run_day(responses)
    publish(
        installation.series,
        ledger=installation.ledger,
        sink=installation.sink,
        extra_files=lambda releases: render_data_files(
            installation.study, [one_release.content for one_release in releases]
        ),
    )
    folder = data_folder(installation.series)
    files = {address.removeprefix(folder): content for address, content in installation.sink.files.items()}
    assert find_table_issues(PublishedSeries(folder=folder, documents=(), latest=None, data_files=files)) == []


def test_a_semicolon_for_a_comma() -> None:
    assert plant(lambda csv: csv.replace(b",", b";")) == ["cells.csv is not separated by commas"]


def test_a_byte_order_mark() -> None:
    (fault,) = plant(lambda csv: b"\xef\xbb\xbf" + csv, "estimates.csv")
    assert fault.startswith("estimates.csv begins with a byte order mark")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_a_spreadsheet_would_run(start: str) -> None:
    (fault,) = plant(lambda csv: csv.replace(b",Oui", f",{start}HYPERLINK(1)".encode(), 1))
    assert fault == "cells.csv, line 2, label: a spreadsheet would run this cell as a formula"


def test_a_negative_number_is_no_formula() -> None:
    assert plant(lambda csv: csv.replace(b",7.", b",-7.", 1), "estimates.csv") == []


def test_shares_that_do_not_add_up() -> None:
    found = plant(lambda csv: csv.replace(b",448,77,", b",524,90,"))
    assert found == ["cells.csv: the shares of accompagne add up to 113 %"]


def test_a_share_that_is_not_that_of_its_count() -> None:
    found = plant(lambda csv: csv.replace(b",448,77,", b",348,77,"))
    assert found == ["cells.csv, line 2: 348 of 582 is not 77 %"]


def test_a_row_with_a_cell_more() -> None:
    (fault,) = plant(lambda csv: csv[:-2] + b",1\r\n", "codebook.csv")
    assert fault.endswith("14 cells, for 13 columns")


def test_a_table_that_was_cut_short_is_said_and_stops_nothing() -> None:
    (fault,) = plant(lambda csv: csv[: csv.rindex(b",shown,582")])
    assert fault.startswith("cells.csv, line ")
    assert fault.endswith("cells, for 25 columns")


def test_columns_in_another_order() -> None:
    assert plant(lambda csv: csv.replace(b"questionnaire,wave", b"wave,questionnaire", 1)) == [
        "cells.csv has other columns than those described"
    ]


def test_a_file_that_is_not_the_one_described() -> None:
    (fault,) = plant(lambda csv: csv.replace(b"Oui", b"Non"), noticed=True)
    assert "its hash is another" in fault


def test_another_encoding() -> None:
    assert plant(lambda csv: csv.decode().encode("latin-1", "replace")) == ["cells.csv is not in UTF-8"]


def test_a_table_that_is_described_and_not_there() -> None:
    series = beside(STUDY, "candidats")
    files = {name: content for name, content in series.data_files.items() if name != "codebook.csv"}
    assert find_table_issues(replace(series, data_files=files)) == ["codebook.csv is described and is not there"]


@pytest.mark.parametrize("licences", [None, [], [{"name": "etalab-2.0"}], [{"path": "https://example.org"}]])
def test_data_without_a_licence(licences: object) -> None:
    (fault,) = describe_changed(lambda package: package.update(licenses=licences))
    assert fault.startswith("datapackage.json names no licence")


@pytest.mark.parametrize("schema", [None, {}, {"fields": [{}]}, {"fields": None}, []])
def test_a_table_whose_columns_are_not_described(schema: object) -> None:
    [said] = describe_changed(lambda package: package["resources"][0].update(schema=schema))
    assert "no schema.fields" in said


def test_a_package_that_cannot_be_read() -> None:
    (fault,) = plant(lambda package: package[:-20], PACKAGE)
    assert fault.startswith("datapackage.json is no JSON object")


def test_boucle_audit_reads_the_files_says_what_is_wrong_and_ends_with_1(tmp_path: Path) -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    publish(
        installation.series,
        ledger=installation.ledger,
        sink=installation.sink,
        extra_files=lambda releases: render_data_files(
            installation.study, [one_release.content for one_release in releases]
        ),
    )
    for address, content in installation.sink.files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_bytes(content)
    words = ["audit", str(tmp_path), "--guesses", "10", "--seed", "1"]
    sound = CliRunner().invoke(main, words)
    assert (sound.exit_code, "data files: 3 looked at" in sound.output) == (0, True), sound.output
    table = tmp_path / data_folder(installation.series) / "cells.csv"
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes())
    broken = CliRunner().invoke(main, words)
    assert broken.exit_code == 1
    assert "WRONG: cells.csv begins with a byte order mark" in broken.output
    (series,) = read_published_series(FolderFiles(tmp_path), str(tmp_path))
    assert len(series.data_files) == 4
