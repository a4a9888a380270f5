"""Several labels in one cell."""

from __future__ import annotations

import pytest

from boucle.imports.answers.labels import split_labels

KNOWN = ("Bus", "Homework / sets, graded", "Exams", "Exams, oral", "a", "b", "a, b", "b, c")


@pytest.mark.parametrize(
    ("cell", "separator", "named", "unknown"),
    [
        ("Bus", None, ["Bus"], []),
        ("Bus, Exams", ", ", ["Bus", "Exams"], []),
        ("Homework / sets, graded, Exams", ", ", ["Homework / sets, graded", "Exams"], []),
        ("Exams, Homework / sets, graded", ",", ["Exams", "Homework / sets, graded"], []),
        ("Exams, oral", ", ", ["Exams, oral"], []),
        ("Exams, oral, Bus", ", ", ["Exams, oral", "Bus"], []),
        # The longest first would leave "c" over: all parts are labels another way.
        ("a, b, c", ", ", ["a", "b, c"], []),
        ("Bus, ", ",", ["Bus"], []),
        ("", ",", [], []),
        ("Bus, my own, in two parts", ", ", ["Bus"], ["my own, in two parts"]),
        ("one, Bus, two", ", ", ["Bus"], ["one", "two"]),
        ("Bus\n\nExams", "\n", ["Bus", "Exams"], []),
    ],
)
def test_the_longest_label_that_fits_is_read(
    cell: str, separator: str | None, named: list[str], unknown: list[str]
) -> None:
    assert split_labels(cell, separator, KNOWN) == (named, unknown)


def test_a_cell_of_many_parts_is_read_at_once() -> None:
    named, unknown = split_labels(", ".join(["Exams"] * 120), ", ", KNOWN)
    assert (len(named), unknown) == (120, [])
