"""Past answers come in whole or not at all: nothing is guessed, lost in silence, or stored twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

from boucle.authoring.lint.shape import find_shape_issues
from boucle.authoring.reference import read_example
from boucle.cli import main
from boucle.content.surveys import read_study
from boucle.core.identity.receipts import Keyring
from boucle.core.ports import NewResponse, NewText, PutOutcome, StoreUnavailable
from boucle.imports.answers.bringing import ImportResult, RowsRefused
from boucle.imports.answers.mapping import parse_mapping
from boucle.imports.answers.table import TableLayout
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations
from boucle.submissions.submit import SubmissionService
from support.cohorts import DayClock
from support.past_answers import HEADER, TODAY, ImportSite

CASES = Path(__file__).parent / "cases"
NOVEMBER = date(2026, 11, 30)


@pytest.fixture
def place(tmp_path: Path) -> ImportSite:
    return ImportSite(tmp_path)


@pytest.fixture
def cases(tmp_path: Path) -> ImportSite:
    return ImportSite(tmp_path, read_study(CASES / "surveys" / "imp"), NOVEMBER)


def read_case(name: str, **keys: Any) -> dict[str, Any]:
    """The mapping of a case, with keys of its own and, under `answers`, further keys of the one question."""
    source: dict[str, Any] = json.loads((CASES / "maps" / f"{name}.json").read_text(encoding="utf-8"))
    more = keys.pop("answers", {})
    return source | keys | {"answers": {id: {**columns, **more} for id, columns in source["answers"].items()}}


def bring_case(
    place: ImportSite, table: str, of: dict[str, Any], *, skip_refused: bool = False
) -> list[Mapping[str, Any]]:
    place.bring((CASES / f"{table}.csv").read_bytes(), of, skip_refused=skip_refused)
    return place.list_stored()


def test_a_number_with_a_mark_that_could_be_either_is_refused(cases: ImportSite) -> None:
    with pytest.raises(RowsRefused) as refused:
        bring_case(cases, "inc", read_case("inc"))
    said = str(refused.value)
    assert 'row 2, income: the mark may stand before decimals or between thousands; say which in "decimal"' in said
    assert 'row 8, income: the cell cannot be read as an answer of this type (column A, "Income")' in said
    assert "7 of 8 rows" in said
    assert cases.list_stored() == []
    assert bring_case(cases, "inc", read_case("inc"), skip_refused=True) == [{"income": 1500}]


def test_a_declared_mark_reads_what_fits_it(cases: ImportSite) -> None:
    of = read_case("inc", decimal=".", answers={"unit": "$"})
    stored = bring_case(cases, "inc", of, skip_refused=True)
    assert [answers["income"] for answers in stored] == [12000, 25000, 30500, 1234, 30000]


def test_what_excel_declares_first_and_rows_short_of_trailing_cells_are_read(cases: ImportSite) -> None:
    assert bring_case(cases, "sep", read_case("sep")) == [{"income": 12}]
    assert [answers["income"] for answers in bring_case(cases, "short", read_case("short"))] == [12, 13, 14]


def test_a_label_that_holds_the_separator_is_one_label(cases: ImportSite) -> None:
    assert bring_case(cases, "tools", read_case("tools")) == [{"tools": ("hw", "ex")}, {"tools": ("ex",)}]


def test_the_text_of_an_other_choice_stands_in_its_cell(cases: ImportSite) -> None:
    with pytest.raises(RowsRefused, match="row 4, job: the cell is none of the values"):
        bring_case(cases, "job", read_case("job"))
    stored = bring_case(cases, "job", read_case("job", answers={"other": True}))
    assert [answers["job"] for answers in stored] == ["rse", "sci", "other", "other", "rse"]
    assert [text[:2] for text in cases.read_texts()] == [
        ("job.other", "DevRel & cat herder"),
        ("job.other", "Sysadmin"),
    ]


def test_a_day_may_have_an_hour_beside_it(cases: ImportSite) -> None:
    assert bring_case(cases, "day", read_case("day")) == [{"day": "2023-02-26"}, {"day": "2023-03-01"}]


@pytest.mark.parametrize(
    ("table", "encoding", "words"),
    [
        ("l9", "iso-8859-15", "À Béziers, 3 € le café, cœur"),
        ("mac", "mac-roman", "À Béziers, l\u2019accueil était très bien, 3 € le café, cœur"),
    ],
)
def test_a_declared_encoding_is_read_as_declared(cases: ImportSite, table: str, encoding: str, words: str) -> None:
    assert bring_case(cases, table, read_case("lat", encoding=encoding)) == [{}]
    assert cases.read_texts() == [("txt", words, False)]


class DyingStore(MemoryResponseStore):
    """A store whose machine stops after so many rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def put(self, response: NewResponse, texts: Sequence[NewText]) -> PutOutcome:
        if len(self.responses) == self.rows:
            raise StoreUnavailable
        return super().put(response, texts)


def test_an_import_that_was_stopped_completes_when_it_is_said_again(place: ImportSite) -> None:
    place.store = DyingStore(2)
    place.submissions = SubmissionService(
        place.store, Keyring(bytes(32)), DayClock(TODAY), bytes, MemoryUsedInvitations()
    )
    table = f"{HEADER}\nOui;8\nOui;8\nNon;3\nNon;\n"
    with pytest.raises(StoreUnavailable):
        place.bring(table)
    assert len(place.list_stored()) == 2
    place.store.rows = 99
    assert place.bring(table) == ImportResult(2, 2, 0, ())
    assert len(place.list_stored()) == 4


def run(home: Path, surveys: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "--surveys", str(surveys), *words])


def test_what_lint_refuses_takes_no_answers(tmp_path: Path) -> None:
    surveys = tmp_path / "surveys"
    copytree(CASES / "surveys", surveys)
    file = surveys / "imp" / "people" / "1.0.0.json"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace('"id": "txt"', '"id": "tools"'), encoding="utf-8")
    words = ("import", "answers", str(CASES / "sep.csv"), "--mapping", str(CASES / "maps" / "sep.json"))
    refused = run(tmp_path / "home", surveys, *words)
    assert refused.exit_code == 1
    assert "imp takes no answers before lint does" in refused.output
    assert not (tmp_path / "home").exists()
    file.write_text(sound, encoding="utf-8")
    (surveys / "another").mkdir()
    (surveys / "another" / "study.json").write_text("{", encoding="utf-8")
    stored = run(tmp_path / "home", surveys, *words)
    assert (stored.exit_code, "stored" in stored.output) == (0, True), stored.output


def test_status_says_when_answers_of_a_wave_that_is_over_are_due(tmp_path: Path) -> None:
    surveys = tmp_path / "surveys"
    copytree(CASES / "surveys", surveys)
    file = surveys / "imp" / "study.json"
    # Collected long ago, and kept for as long.
    old = file.read_text(encoding="utf-8").replace("2026-11-", "2009-03-").replace("3650", "36500")
    file.write_text(old, encoding="utf-8")
    (tmp_path / "past.csv").write_text("Income\n" + "\n".join(map(str, range(25))) + "\n", encoding="utf-8")
    mapped = str(CASES / "maps" / "inc.json")
    stored = run(tmp_path / "home", surveys, "import", "answers", str(tmp_path / "past.csv"), "--mapping", mapped)
    assert "25 stored" in stored.output, stored.output
    said = run(tmp_path / "home", surveys, "status").output
    assert "25 waiting; the wave is over: the job's first run after" in said
    assert "00:15 UTC seals and publishes what waits" in said


def test_the_mapping_of_the_reference_page_is_one() -> None:
    shown = read_example("mapping")
    assert find_shape_issues("mapping", shown, Path("mapping.json")) == []
    assert parse_mapping(shown).layout == TableLayout(encoding="windows-1252")
