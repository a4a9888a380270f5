"""What the ledger releases is what pages and data files say: nothing is lost between the two."""

from __future__ import annotations

import csv
import io
import json
import re

import jsonschema
import pytest

from boucle.audit.chain import release_schema
from boucle.content.surveys import read_study
from boucle.core.release.document import data_folder, read_release
from boucle.core.release.model import Shown
from boucle.core.study.model import Study
from boucle.pages.opendata.data_files import render_data_files
from boucle.pages.results.page import render_results
from support import every_type
from support.builders import DEMONSTRATION, SURVEYS
from support.cohorts import SealingInstallation
from support.release_samples import make_release


@pytest.fixture(scope="module")
def installation() -> SealingInstallation:
    sealed = SealingInstallation()
    for responses in (60, 90, 120):
        sealed.run_day(responses)
    return sealed


@pytest.fixture(scope="module")
def documents(installation: SealingInstallation) -> list[bytes]:
    folder = data_folder(installation.series)
    return [installation.sink.files[f"{folder}releases/{number}.json"] for number in (1, 2, 3)]


def test_every_shown_figure_of_a_release_stands_on_its_page(
    installation: SealingInstallation, documents: list[bytes]
) -> None:
    newest = read_release(documents[-1])
    page = render_results(installation.study, "fr", {installation.series: documents[-1]}).content
    for table in newest.questions:
        figure = page.partition(f'id="candidats-{table.questions[0]}"')[2].partition("</section>")[0]
        shares = re.findall(r"<td><b>(\d+)\u202f%</b></td>", figure)
        published = [cell.published.share for cell in table.cells if isinstance(cell.published, Shown)]
        assert sorted(map(int, shares)) == sorted(published), table.questions


def test_every_cell_of_a_release_stands_in_its_table(installation: SealingInstallation, documents: list[bytes]) -> None:
    said = json.loads(documents[-1])
    cells = [cell for table in (*said["questions"], *said["crosstabs"]) for cell in table["cells"]]
    written = render_data_files(installation.study, documents)[f"{data_folder(installation.series)}cells.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert [(row["status"], row["count"]) for row in rows] == [
        (cell["status"], str(cell.get("count", ""))) for cell in cells
    ]


def test_every_estimate_of_a_release_is_said_in_words(
    installation: SealingInstallation, documents: list[bytes]
) -> None:
    page = render_results(installation.study, "en", {installation.series: documents[-1]}).content
    named = re.findall(r"<dt>(.*?)</dt>", page)
    assert named == ["Mean", "Median", "Net Promoter Score", "Share giving 8 or more"]


@pytest.mark.parametrize("questionnaire", ["candidats", "professionnels"])
def test_samples_have_the_shape_of_real_releases(questionnaire: str) -> None:
    fits_the_schema(read_study(SURVEYS / DEMONSTRATION), questionnaire)


def test_a_sample_of_every_type_has_the_shape_of_real_releases() -> None:
    fits_the_schema(every_type.STUDY, every_type.QUESTIONNAIRE.id)


def fits_the_schema(study: Study, questionnaire: str) -> None:
    jsonschema.Draft202012Validator(release_schema()).validate(json.loads(make_release(study, questionnaire)))
