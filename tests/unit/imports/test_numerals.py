"""Numbers in cells: read where they can only be one number, refused elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boucle.imports.answers.numerals import UncertainMark, read_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        ("007", 7),
        ("+8", 8),
        ("-8", -8),
        ("\u22128", -8),
        ("- 8", -8),
        ("8.0", 8),
        ("7,5", 7.5),
        ("12.50", 12.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("12000", 12000),
        ("1 500", 1500),
        ("1\u00a0500,00", 1500),
        ("1\u202f500\u202f000", 1500000),
        ("1 500,125", 1500.125),
        ("1'500.50", 1500.5),
        ("1\u2019500", 1500),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1,234,567.891", 1234567.891),
        (".5", 0.5),
        ("\u0661\u0662", 12),
        ("\u06f1\u06f2", 12),
        ("\u0661\u0662\u066b\u0665", 12.5),
        ("\u0661\u0662\u066c\u0660\u0660\u0660", 12000),
        ("\u200f\u0661\u0662", 12),
        ("\uff11\uff12", 12),
    ],
)
def test_a_number_that_can_only_be_one_is_read(cell: str, number: float) -> None:
    read = read_number(cell)
    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize("cell", ["12,000", "1.200", "1,234", "999.999", "-1,500", "\u0661,\u0662\u0663\u0664"])
def test_a_mark_that_could_be_either_is_never_guessed(cell: str) -> None:
    with pytest.raises(UncertainMark):
        read_number(cell)


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        ("12,000", ".", 12000),
        ("12,000", ",", 12),
        ("1.200", ".", 1.2),
        ("1.200", ",", 1200),
        ("1 200,5", ",", 1200.5),
        ("1.234.567", ",", 1234567),
        ("12,5", ".", None),
        ("12.5", ",", None),
        ("1.234.567", ".", None),
        ("0,125", ".", None),
        ("1,234,567", ",", None),
    ],
)
def test_a_declared_mark_decides_and_is_held_to(cell: str, decimal: str, number: float | None) -> None:
    assert read_number(cell, decimal) == number


@pytest.mark.parametrize(
    "cell",
    [
        "", " ", "abc", "1e5", "1,2E+05", "45k", "$30", "12 €", "45 %", "(12)", "12-", "12,", "1,,2", "1 5", "12 34",
        "1,00,000", "1.2.3", "1.234,567.8", "1,234 567", "1 234.567.890", "0x1F", "\u00b2", "--1", "nan", "inf",
        "1_000", "9" * 50, "0 125",
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(cell: str) -> None:
    assert read_number(cell) is None


@pytest.mark.parametrize(
    ("cell", "unit", "number"),
    [("12 €", "€", 12), ("$30000", "$", 30000), ("45\u00a0%", "%", 45), ("3 ans", "ans", 3), ("12", "€", 12)],
)
def test_a_declared_unit_is_left_out(cell: str, unit: str, number: int) -> None:
    assert read_number(cell, None, unit) == number
    assert read_number(f"{cell} x", None, unit) is None


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 99),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u202f")]),
)
def test_every_number_written_with_its_declared_mark_comes_back(
    whole: int, hundredths: int, marks: tuple[str, str]
) -> None:
    decimal, thousands = marks
    written = f"{whole:,}".replace(",", thousands) + f"{decimal}{hundredths:02}"
    assert read_number(written, decimal) == float(f"{whole}.{hundredths:02}")


@given(st.text(alphabet="0123456789., '-\u066b\u066c", max_size=12))
def test_without_a_declared_mark_no_reading_contradicts_either_declaration(cell: str) -> None:
    try:
        read = read_number(cell)
    except UncertainMark:
        assert read_number(cell, ".") != read_number(cell, ",")
        return
    declared = {read_number(cell, "."), read_number(cell, ",")} - {None}
    assert declared <= {read}
