"""Past answers of another tool: a table and a mapping in, responses out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from boucle.authoring.lint.run import Unsound
from boucle.cli import main
from boucle.core.identity.receipts import Keyring
from boucle.imports.answers.bringing import ImportResult, RowsRefused
from boucle.imports.answers.mapping import BadMapping
from boucle.imports.answers.table import BadTable
from boucle.storage.memory import MemoryUsedInvitations
from boucle.submissions.submit import SubmissionService
from support import builders
from support.cohorts import DayClock
from support.past_answers import HEADER, TODAY, ImportSite, make_mapping


@pytest.fixture
def place(tmp_path: Path) -> ImportSite:
    return ImportSite(tmp_path)


def test_labels_become_values_and_a_row_a_response(place: ImportSite) -> None:
    assert place.bring(f"{HEADER}\nOui;8\nNon;\n") == ImportResult(2, 0, 0, ())
    assert place.list_stored() == [{"helped": "yes", "mark": 8}, {"helped": "no"}]
    [one, _] = place.store.responses.values()
    assert (one.mode, one.language, one.window, one.version) == ("paper", "fr", TODAY, "1.0.0")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_and_the_delimiter_are_found_out(place: ImportSite, delimiter: str, encoding: str) -> None:
    of = make_mapping({"helped": {"column": "Aidé·e, oui ?", "labels": {"Ouï": "yes"}}, "mark": {"column": "Mark"}})
    table = f'"Aidé·e,\u00a0oui ?"{delimiter}Mark\r\nOuï{delimiter}8\r\n'
    place.bring(table.encode(encoding), of)
    assert place.list_stored() == [{"helped": "yes", "mark": 8}]


@pytest.mark.parametrize(
    ("question", "where", "header", "cells", "value"),
    [
        ("mark", {"column": "M", "labels": {"Très bien": 9}}, "M", "Très  bien", 9),
        ("mark", {"column": "M"}, "M", "8.0", 8),
        ("months", {"column": "M"}, "M", "7,5", 7.5),
        ("since", {"column": "D", "day": "%d/%m/%Y"}, "D", "31/01/2025", "2025-01-31"),
        ("since", {"column": "D"}, "D", "2025-01-31", "2025-01-31"),
        ("more", {"column": "T"}, "T", '"Deux\nlignes; et plus"', None),
        ("brakes", {"column": "B", "separator": ","}, "B", "language, bus", ("bus", "language")),
        ("brakes", {"column": "B", "labels": {"Rien": "nothing"}}, "B", "Rien", ("nothing",)),
        ("brakes", {"columns": {"bus": "1", "language": "2"}, "ticked": ["x"]}, "1;2", ";x", ("language",)),
        ("first", {"columns": {"a": "A", "b": "B", "c": "C"}}, "A;B;C", "2;;1", ("c", "a")),
        ("first", {"column": "F", "separator": ">"}, "F", "b > a", ("b", "a")),
    ],
)
def test_each_type_is_read(
    place: ImportSite, question: str, where: Any, header: str, cells: str, value: object
) -> None:
    place.bring(f"Helped?;{header}\nyes;{cells}\n", make_mapping({"helped": {"column": "Helped?"}, question: where}))
    expected = {"helped": "yes"} if value is None else {"helped": "yes", question: value}
    assert place.list_stored() == [expected]
    assert len(place.store.texts) == (question == "more")


@pytest.mark.parametrize(
    ("question", "where", "header", "cells", "reason"),
    [
        ("mark", {"column": "M"}, "M", "11", "row 2, mark: not from 0 to 10"),
        ("mark", {"column": "M"}, "M", "bien", "row 2, mark: the cell cannot be read"),
        ("brakes", {"column": "B"}, "B", "avion", "row 2, brakes: the cell is none of the values"),
        ("brakes", {"column": "B", "separator": ","}, "B", "bus,nothing", "row 2, brakes: a choice that goes with no"),
        ("brakes", {"columns": {"bus": "1"}, "ticked": ["x"]}, "1", "peut-être", "row 2, brakes: a cell is in neither"),
        ("first", {"columns": {"a": "A", "b": "B"}}, "A;B", "1;1", "row 2, first: the ranks are not 1, 2, 3"),
        ("since", {"column": "D"}, "D", "31/01/2025", "row 2, since: not a day"),
        ("more", {"column": "T"}, "T", "x" * 51, "row 2, more: longer than 50 characters"),
    ],
)
def test_a_refused_row_is_said_with_its_question_and_never_its_answer(
    place: ImportSite, question: str, where: Any, header: str, cells: str, reason: str
) -> None:
    with pytest.raises(RowsRefused) as refused:
        place.bring(
            f"Helped?;{header}\nyes;{cells}\n", make_mapping({"helped": {"column": "Helped?"}, question: where})
        )
    said = str(refused.value)
    assert reason in said
    assert "1 of 1 rows" in said
    assert cells == "11" or cells not in said
    assert place.list_stored() == []


def test_one_refused_row_stores_nothing_and_all_reasons_are_listed(place: ImportSite) -> None:
    table = f"{HEADER}\nOui;8\n;99\nOui;8;9\n\nPeut-être;1\n"
    with pytest.raises(RowsRefused) as refused:
        place.bring(table)
    lines = str(refused.value).splitlines()
    assert lines[:-1] == [
        'row 3, helped: an answer is required (column A, "Helped?")',
        'row 3, mark: not from 0 to 10 (column B, "Mark")',
        "row 4, the row: the row has more cells than the header, from column C on",
        'row 6, helped: the cell is none of the values; say in "labels" what it means (column A, "Helped?")',
    ]
    assert "3 of 4 rows" in lines[-1]
    assert place.list_stored() == []
    assert place.bring(table, skip_refused=True).stored == 1


def test_a_file_brought_twice_stores_nothing_twice(place: ImportSite) -> None:
    place.bring(f"{HEADER}\nOui;8\nNon;3\n")
    # Saved again by a spreadsheet: another order of columns, an empty column more, and a row that is new.
    assert place.bring("Mark,Helped?,\n8,Oui,\n3,Non,\n4,Non,\n") == ImportResult(1, 2, 0, ())
    assert len(place.list_stored()) == 3


def test_two_people_who_said_the_same_are_two(place: ImportSite) -> None:
    assert place.bring(f"{HEADER}\nOui;8\nOui;8\n").stored == 2
    assert place.bring(f"{HEADER}\nOui;8\nOui;8\n") == ImportResult(0, 2, 0, ())


def test_another_master_key_gives_other_names(place: ImportSite) -> None:
    place.bring(f"{HEADER}\nOui;8\n")
    place.submissions = SubmissionService(
        place.store, Keyring(b"other" * 8), DayClock(TODAY), bytes, MemoryUsedInvitations()
    )
    assert place.bring(f"{HEADER}\nOui;8\n").stored == 1


def test_rows_with_a_name_of_their_own_are_known_by_it(place: ImportSite) -> None:
    of = make_mapping(id="No")
    place.bring("No;Helped?;Mark\n1;Oui;8\n2;Oui;8\n", of)
    changed = "No;Helped?;Mark\n3;Oui;8\n1;Oui;9\n2;Oui;8\n"
    with pytest.raises(RowsRefused, match="row 3, the row: it was imported before with other answers, which stay"):
        place.bring(changed, of)
    assert len(place.list_stored()) == 2
    again = place.bring(changed, of, skip_refused=True)
    assert (again.stored, again.already_stored) == (1, 1)
    assert [str(issue) for issue in again.refused] == [
        "row 3, the row: it was imported before with other answers, which stay"
    ]
    with pytest.raises(RowsRefused) as refused:
        place.bring("No;Helped?;Mark\n7;Oui;8\n7;Oui;8\n;Oui;8\n", of)
    assert str(refused.value).splitlines()[:-1] == [
        'row 3, No: another row has the same (column A, "No")',
        'row 4, No: the cell is empty (column A, "No")',
    ]


def test_language_and_mode_may_stand_in_columns(place: ImportSite) -> None:
    of = make_mapping(mode={"column": "How", "labels": {"Papier": "paper", "En ligne": "self"}})
    place.bring(f"{HEADER};How\nOui;8;En ligne\nOui;8;Papier\n", of)
    assert [response.mode for response in place.store.responses.values()] == ["self", "paper"]
    with pytest.raises(RowsRefused, match="row 2, mode: the cell is none of the values"):
        place.bring(f"{HEADER};How\nOui;8;Pigeon\n", of)


def test_what_was_withdrawn_does_not_come_back(place: ImportSite) -> None:
    place.bring(f"{HEADER}\nOui;8\n")
    [(study, questionnaire, key)] = place.store.responses
    place.store.withdraw(study, questionnaire, key, [])
    assert place.bring(f"{HEADER}\nOui;8\n") == ImportResult(0, 0, 1, ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"study": "other"}, "there is no study other: there are etude"),
        ({"version": "9.0.0"}, "it has candidats 1.0.0"),
        ({"wave": "2019"}, "write in study.json"),
        ({"answers": {"helpd": {"column": "Helped?"}}}, 'did you mean "helped"'),
        ({"answers": {"helped": {"column": "Helped?", "labels": {"Oui": "oui"}}}}, "yes, no"),
        ({"answers": {"helped": {"columns": {"yes": "Helped?"}}}}, 'helped: say in "ticked"'),
        ({"answers": {"months": {"columns": {"1": "Helped?"}}}}, 'name one "column"'),
        ({"answers": {"helped": {"column": "Helped?", "other": True}}}, '"other" is for'),
        ({"answers": {"helped": {"column": "Helped?", "ticked": ["x"]}}}, '"ticked" does nothing for answers in one'),
        ({"answers": {"brakes": {"columns": {"bus": "A"}, "ticked": ["x"], "day": "%Y"}}}, '"day" does nothing for a'),
        ({"answers": {"brakes": {"columns": {"bus": "A", "nothing": "A"}, "ticked": ["x"]}}}, 'have the column "A"'),
        ({"answers": {"brakes": {"columns": {"bus": "A"}, "ticked": ["x"], "unticked": ["x "]}}}, "both ticked and un"),
        ({"answers": {"helped": {"column": "A", "labels": {"Oui": "yes", "Oui ": "no"}}}}, "with two meanings"),
        ({"answers": {"since": {"column": "Mark", "day": "%m/%Y"}}}, "must tell the day, the month and the year"),
        ({"answers": {"helped": {"column": "Helped?", "unit": "€"}}}, '"unit" is for numbers'),
        ({"answers": {"first": {"columns": {"a": "Mark"}, "ticked": ["x"]}}}, "cells of a ranking are ranks"),
        ({"answers": {"brakes": {"columns": {"bus": "Helped?"}}}}, 'say in "ticked"'),
        ({"answers": {"mark": {"column": "Mark", "separator": ","}}}, '"separator" is for'),
        ({"answers": {"mark": {"column": "Mark", "day": "%Y"}}}, '"day" is for dates'),
        ({"answers": {"mark": {"column": "Mark", "columns": {"a": "Mark"}}}}, "remove one of them"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(place: ImportSite, change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadMapping, match=message):
        place.bring(
            f"{HEADER}\nOui;8\n", make_mapping(**change) if "answers" not in change else make_mapping() | change
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, 'mapping.json:1: The key "colour" is not known here.'),
        ({"answers": {"mark": {"day": "%Y"}}}, 'is none of: {"column": ...}, {"columns": ...}'),
        ({"language": 3}, "is not a text"),
    ],
)
def test_a_mapping_of_another_shape_is_refused_with_its_line(
    place: ImportSite, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(Unsound) as refused:
        place.bring(HEADER, make_mapping() | change)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "is empty|lacks columns"),
        ("Helped?;Marks\nOui;8\n", 'no column "Mark": did you mean "Marks"'),
        ("Helped?;Mark;Mark\nOui;8;9\n", 'two columns "Mark"'),
        (f'{HEADER}\nOui;"8\n', "is not CSV"),
        (b"\xff\xfe\x00", "neither UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(place: ImportSite, table: str | bytes, message: str) -> None:
    with pytest.raises(BadTable, match=message):
        place.bring(table)


@pytest.mark.parametrize(
    ("today", "message"), [(date(2026, 1, 4), "opens on 2026-01-05"), (date(2028, 1, 7), "retention_days")]
)
def test_a_wave_that_has_not_opened_or_is_to_be_forgotten_takes_nothing(
    place: ImportSite, today: date, message: str
) -> None:
    place.submissions = SubmissionService(
        place.store, Keyring(bytes(32)), DayClock(today), bytes, MemoryUsedInvitations()
    )
    with pytest.raises(BadMapping, match=message):
        place.bring(f"{HEADER}\nOui;8\n")


def test_a_closed_wave_takes_past_answers(place: ImportSite) -> None:
    place.submissions = SubmissionService(
        place.store, Keyring(bytes(32)), DayClock(date(2027, 3, 1)), bytes, MemoryUsedInvitations()
    )
    assert place.bring(f"{HEADER}\nOui;8\n").stored == 1


def test_the_command_says_what_it_stored_and_what_it_left(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text("Note;Accompagné ?;IAE;Insertion;Prénom\n8;Oui;Oui;Non;X\n99;Oui;Oui;Non;Y\n")
    yes = {"Oui": "yes", "Non": "no"}
    places = {"accompagne": "Accompagné ?", "connait_iae": "IAE", "entreprise_insertion": "Insertion"}
    answers = {question: {"column": column, "labels": yes} for question, column in places.items()}
    of = make_mapping({**answers, "note": {"column": "Note"}}, study=builders.DEMONSTRATION)
    (tmp_path / "mapping.json").write_text(json.dumps(of), encoding="utf-8")

    def run(*words: str) -> Result:
        folders = ["--home", str(tmp_path / "home"), "--surveys", str(builders.SURVEYS)]
        files = [str(tmp_path / "past.csv"), "--mapping", str(tmp_path / "mapping.json")]
        return CliRunner().invoke(main, [*folders, "import", "answers", *files, *words])

    refused = run()
    assert (refused.exit_code, "row 3, note: not from 0 to 10" in refused.output) == (1, True)
    stored = run("--skip-refused")
    assert stored.exit_code == 0, stored.output
    assert "UTF-8, with semicolons" in stored.output
    assert "Columns left out: Prénom." in stored.output
    assert "1 stored, 0 there already, 0 withdrawn since, 1 refused." in stored.output
    assert "0 stored, 1 there already" in run("--skip-refused").output
