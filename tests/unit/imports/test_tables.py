"""CSV files as spreadsheets and survey tools write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from boucle.imports.answers.header import to_letter
from boucle.imports.answers.table import BadTable, CsvTable, TableLayout, read_table

WANTED = ("Age", "Say")


def read(
    folder: Path, content: str | bytes, wanted: tuple[str, ...] = WANTED, layout: TableLayout | None = None
) -> CsvTable:
    file = folder / "past.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(file, wanted, layout or TableLayout())


def cells(table: CsvTable) -> list[list[str] | None]:
    """The wanted cells of each row; None where a row has none."""
    return [None if row.cells is None else list(table.names.pick(row.cells).values()) for row in table.rows]


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nAge;Say\n12;a\n",
        "SEP=;\r\nAge;Say\r\n12;a\r\n",
        '"sep=;"\rAge;Say\r12;a\r',
        "sep=\t\nAge\tSay\n12\ta\n",
        "sep=^\nAge^Say\n12^a\n",
        "\ufeffsep=;\nAge;Say\n12;a",
        "Age;Say;\n12;a;\n",
        "Age;Say\n12;a;;\n",
        "Age;Say\n12;a\n\x1a",
        "\ufeff\ufeffAge;Say\n12;a\n",
        "\u200bAge;Sa\u00ady\n12;a\n",
        "Say|Age\na|12\n",
        "sep=,\nAge,Say\n12,a\n".encode("utf-16"),
    ],
)
def test_the_same_row_comes_out_of_every_writing_of_it(tmp_path: Path, content: str | bytes) -> None:
    table = read(tmp_path, content)
    assert cells(table) == [["12", "a"]]
    assert table.rows[0].number == 2


def test_a_declared_delimiter_is_obeyed_and_named(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=^\nAge^Say\n1^a\n").delimiter == '"^"'
    with pytest.raises(BadTable, match='no column "Age"'):
        read(tmp_path, "sep=,\nAge;Say\n1;a\n")


def test_rows_short_of_their_last_cells_have_empty_ones_and_are_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "Age,Say,C,D\n12,a,,\n13,b\n14\n")
    assert (cells(table), table.short) == ([["12", "a"], ["13", "b"], ["14", ""]], 2)


def test_where_the_file_ends_within_a_row_nobody_knows_the_rest(tmp_path: Path) -> None:
    assert [row.issue for row in read(tmp_path, "Age;Say\n12;a\n13").rows] == ["", "cut_row"]
    assert cells(read(tmp_path, "Age;Say\n12;a\n13\n")) == [["12", "a"], ["13", ""]]
    with pytest.raises(BadTable, match="is not CSV, near line 3"):
        read(tmp_path, 'Age;Say\n12;a\n13;"b\n')


def test_a_row_with_more_than_the_header_has_no_cells(tmp_path: Path) -> None:
    [row] = read(tmp_path, "Age;Say\n12;a;b\n").rows
    assert (row.cells, row.issue) == (None, "long_row")


def test_a_cell_of_several_lines_is_one_cell_and_one_row(tmp_path: Path) -> None:
    table = read(tmp_path, 'Age;Say\n12;"one\n\ntwo; ""three"""\n13;b\n')
    assert cells(table) == [["12", 'one\n\ntwo; "three"'], ["13", "b"]]
    assert [row.number for row in table.rows] == [2, 3]


SURVEY_MONKEY = "Id,Which?,,How old?\n,Bus,Language,Response\n1,x,,12\n"
QUALTRICS = 'Q1,Q2\nHow old?,"Say, please"\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n12,a\n'


def test_two_header_rows_name_a_column_together_or_alone(tmp_path: Path) -> None:
    wanted = ("Id", "Which? / Bus", "Language", "How old?")
    table = read(tmp_path, SURVEY_MONKEY, wanted, TableLayout(header_rows=2))
    assert cells(table) == [["1", "x", "", "12"]]
    assert table.rows[0].number == 3
    assert list(table.columns) == ["Id", "Which? / Bus", "Which? / Language", "How old? / Response"]
    with pytest.raises(BadTable, match=r'two columns "Which\?" \(B, C\)'):
        read(tmp_path, SURVEY_MONKEY, ("Which?",), TableLayout(header_rows=2))


def test_three_header_rows_are_those_of_a_well_known_tool(tmp_path: Path) -> None:
    table = read(tmp_path, QUALTRICS, ("Q1", "Say, please"), TableLayout(header_rows=3))
    assert cells(table) == [["12", "a"]]


def test_columns_that_are_absent_or_twice_there_are_pointed_to_by_letter(tmp_path: Path) -> None:
    with pytest.raises(BadTable) as refused:
        read(tmp_path, "Agee;Say;x;Say\n12;a;;b\n")
    assert str(refused.value).splitlines()[1:] == [
        'no column "Age": did you mean "Agee" (column A)?',
        'two columns "Say" (B, D): rename all but one, there and in the mapping',
    ]
    assert read(tmp_path, "Age;Say;x;x\n12;a;1;2\n").unused == ["x", "x"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_misspelt_column_is_pointed_to_where_no_name_is_right(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(BadTable, match=r'no column "Age": did you mean "Agee" \(column B\)\?'):
        read(tmp_path, f"Town{delimiter}Agee{delimiter}Remark\nBrest{delimiter}12{delimiter}a\n", ("Age",))


@pytest.mark.parametrize("separator", [";", ",", "|", ", "])
def test_a_file_of_one_column_is_not_cut_where_its_cells_hold_several_labels(tmp_path: Path, separator: str) -> None:
    table = read(tmp_path, f"Say\nbus{separator}train\ntrain\n", ("Say",))
    assert cells(table) == [[f"bus{separator}train"], ["train"]]


def test_a_name_is_found_however_its_accents_and_spaces_are_written(tmp_path: Path) -> None:
    table = read(tmp_path, "Accompagne\u0301\u00a0e  ?;Say\nOui;a\n", ("Accompagné e ?", "Say"))
    assert cells(table) == [["Oui", "a"]]
    assert table.unused == []


@pytest.mark.parametrize(
    ("content", "rows", "message"),
    [
        ("sep=;\n", 1, "is empty"),
        ("\n\n", 1, "is empty"),
        ("Age;Say\n", 2, "is empty"),
        ("Age\0;Say\n", 1, "no column"),
    ],
)
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: str, rows: int, message: str) -> None:
    with pytest.raises(BadTable, match=message):
        read(tmp_path, content, layout=TableLayout(header_rows=rows))


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_are_those_of_a_spreadsheet(position: int, letter: str) -> None:
    assert to_letter(position) == letter
