"""Promises of written figures: each language's own marks, and a minus that stays before its number."""

from __future__ import annotations

from datetime import date

import pytest

from boucle.languages.catalogues import words
from boucle.languages.number_format import Figures


@pytest.mark.parametrize(("language", "written"), [("fr", "77\u202f%"), ("en", "77%"), ("ar", "77\u202f%")])
def test_a_share_is_written_as_each_language_does(language: str, written: str) -> None:
    assert Figures(words(language)).percent(77) == written


@pytest.mark.parametrize(("language", "written"), [("fr", "5\u202f000"), ("en", "5,000"), ("ar", "5\u202f000")])
def test_thousands_are_grouped(language: str, written: str) -> None:
    assert Figures(words(language)).number(5000) == written


def test_a_mean_has_the_decimal_mark_of_its_language() -> None:
    assert [Figures(words(each)).decimal(7.6) for each in ("fr", "en")] == ["7,6", "7.6"]


def test_a_negative_number_keeps_its_minus_on_the_right_side_in_arabic() -> None:
    assert Figures(words("fr")).number(-12) == "\u221212"
    assert Figures(words("ar")).number(-12) == "\u200e\u221212"


def test_a_margin_says_its_points() -> None:
    figures = Figures(words("fr"))
    assert [figures.points(each) for each in (1, 4)] == ["±\u202f1 point", "±\u202f4 points"]


def test_a_day_is_written_in_words() -> None:
    day = date(2026, 2, 10)
    assert [Figures(words(each)).day(day) for each in ("fr", "en", "ar")] == [
        "10\u00a0février 2026",
        "10 February 2026",
        "10 فبراير 2026",
    ]
