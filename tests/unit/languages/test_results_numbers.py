"""Promises of written figures: each language's own marks, and a minus that stays before its number."""

from __future__ import annotations

from datetime import date

import pytest

from boucle.languages.catalogues import translator_for
from boucle.languages.number_format import NumberFormatter


@pytest.mark.parametrize(("language", "written"), [("fr", "77\u202f%"), ("en", "77%"), ("ar", "77\u202f%")])
def test_a_share_is_written_as_each_language_does(language: str, written: str) -> None:
    assert NumberFormatter(translator_for(language)).format_percent(77) == written


@pytest.mark.parametrize(("language", "written"), [("fr", "5\u202f000"), ("en", "5,000"), ("ar", "5\u202f000")])
def test_thousands_are_grouped(language: str, written: str) -> None:
    assert NumberFormatter(translator_for(language)).format_number(5000) == written


def test_a_mean_has_the_decimal_mark_of_its_language() -> None:
    assert [NumberFormatter(translator_for(language)).format_decimal(7.6) for language in ("fr", "en")] == [
        "7,6",
        "7.6",
    ]


def test_a_negative_number_keeps_its_minus_on_the_right_side_in_arabic() -> None:
    assert NumberFormatter(translator_for("fr")).format_number(-12) == "\u221212"
    assert NumberFormatter(translator_for("ar")).format_number(-12) == "\u200e\u221212"


def test_a_margin_says_its_points() -> None:
    figures = NumberFormatter(translator_for("fr"))
    assert [figures.format_points(points) for points in (1, 4)] == ["±\u202f1 point", "±\u202f4 points"]


def test_a_day_is_written_in_words() -> None:
    day = date(2026, 2, 10)
    assert [NumberFormatter(translator_for(language)).format_day(day) for language in ("fr", "en", "ar")] == [
        "10\u00a0février 2026",
        "10 February 2026",
        "10 فبراير 2026",
    ]
