"""`boucle quarantine` and `boucle status`: what is held back is told by count, and decided about by day and doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.cli import main
from boucle.config.settings import Settings
from boucle.core.ports import Doubt
from boucle.core.study.model import Series
from boucle.entrypoints.server.run import run_job
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from boucle.storage.transfer_format import read_export, write_export
from support.builders import DEMONSTRATION, SURVEYS
from support.submissions import MONDAY, TUESDAY, new_response

SERIES = Series(DEMONSTRATION, "candidats", 1, "2026")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store:
        for name, doubt, day in (("a", Doubt.CROWD, MONDAY), ("b", Doubt.CROWD, TUESDAY), ("c", Doubt.TRAP, MONDAY)):
            store.put(new_response(name, series=SERIES, window=day)._replace(doubt=doubt), [])
    return tmp_path


def boucle(home: Path, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["--home", str(home), "--surveys", str(SURVEYS), *words])
    return ran.exit_code, ran.output


def list_held(home: Path) -> Sequence[str]:
    return [line.partition(":")[0] for line in boucle(home, "quarantine", "list")[1].splitlines()]


def test_it_says_how_many_by_series_day_and_doubt(home: Path) -> None:
    assert list_held(home) == [f"{SERIES} {MONDAY} crowd", f"{SERIES} {MONDAY} trap", f"{SERIES} {TUESDAY} crowd"]


def test_the_status_says_so_too(home: Path) -> None:
    assert f"1 crowd on {MONDAY}, 1 trap on {MONDAY}, 1 crowd on {TUESDAY}" in boucle(home, "status")[1]
    said = json.loads(boucle(home, "status", "--format", "json")[1])
    [held] = [one_series["held"] for one_series in said["series"] if one_series["series"] == str(SERIES)]
    assert held[0] == {"day": str(MONDAY), "doubt": "crowd", "count": 1}


def test_what_is_released_waits_and_the_rest_stays(home: Path) -> None:
    assert boucle(home, "quarantine", "release", str(SERIES), "--day", str(MONDAY), "--doubt", "crowd")[0] == 0
    assert list_held(home) == [f"{SERIES} {MONDAY} trap", f"{SERIES} {TUESDAY} crowd"]
    with closing(SqliteResponseStore(home / "responses.sqlite3")) as store:
        assert store.count_pending_by_day(SERIES) == {MONDAY: 1}


def test_nothing_is_dropped_without_a_yes(home: Path) -> None:
    assert boucle(home, "quarantine", "drop", str(SERIES))[0] == 1
    assert len(list_held(home)) == 3
    assert boucle(home, "quarantine", "drop", str(SERIES), "--yes") == (0, f"{SERIES}: 3 dropped.\n")
    assert boucle(home, "quarantine", "list") == (0, "Nothing is held back.\n")


@pytest.mark.parametrize("words", [("release", "etude/x/v1/2026"), ("release", str(SERIES), "--doubt", "haste")])
def test_a_wrong_name_is_refused_with_what_there_is(home: Path, words: tuple[str, ...]) -> None:
    status, said = boucle(home, "quarantine", *words)
    assert status == 1
    assert "there are" in said or "quarantine list" in said


def files_in(home: Path) -> tuple[Path, Path, Path]:
    settings = Settings(home=home)
    return settings.responses_file, settings.ledger_file, settings.used_invitations_file


def test_a_copy_of_the_store_keeps_what_is_held_back(home: Path, tmp_path: Path) -> None:
    copy, there = tmp_path / "copy.jsonl", tmp_path / "there"
    with closing(SqliteTransfer(*files_in(home))) as store:
        write_export(store.export_records(), copy)
    with closing(SqliteTransfer(*files_in(there))) as store:
        store.import_records(read_export(copy))
    assert list_held(there) == list_held(home)


def test_what_no_table_has_a_place_for_is_an_alarm_of_the_job_and_of_the_status(tmp_path: Path) -> None:
    with closing(SqliteResponseStore(tmp_path / "responses.sqlite3")) as store:
        store.put(new_response("odd", series=SERIES, window=MONDAY, answers={"accompagne": "unforeseen"}), [])
    assert boucle(tmp_path, "seal")[0] == 0
    before = boucle(tmp_path, "status")[1]
    run_job(Settings(home=tmp_path, surveys=SURVEYS))
    said = boucle(tmp_path, "status")[1]
    assert f"1 uncountable on {MONDAY}" in said
    for told in (before, said):
        assert told.count("WRONG: ") == 1
        assert f"WRONG: {SERIES}: 1 responses have no place in the tables" in told
    assert len(json.loads(boucle(tmp_path, "status", "--format", "json")[1])["wrong"]) == 1
    assert "unforeseen" not in said
    assert f"{SERIES} {MONDAY} uncountable: 1 held back; no table" in boucle(tmp_path, "quarantine", "list")[1]
    assert boucle(tmp_path, "quarantine", "release", str(SERIES), "--doubt", "uncountable")[0] == 0
