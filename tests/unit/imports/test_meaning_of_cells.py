"""What the cells of past answers can mean, and what is refused because it could mean two things."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import FreeText, Questionnaire, Single
from boucle.imports.answers.bringing import ImportResult, RowsRefused
from boucle.imports.answers.mapping import BadMapping
from support import builders
from support.builders import make_choices, make_multiple, make_rating, make_text, make_yes_no
from support.past_answers import ImportSite, make_mapping


@pytest.fixture
def place(tmp_path: Path) -> ImportSite:
    return ImportSite(tmp_path)


FORM = builders.make_questionnaire(
    make_yes_no("helped"),
    Single(id="job", label=make_text("job"), choices=make_choices("bus", "tram", "other", other="other")),
    FreeText(id="job.other", label=make_text("other"), relevant=Equals("job", "other"), other_of="job"),
    make_rating("mark", dont_know=True),
    make_multiple("brakes", "a", "b"),
    FreeText(id="why", label=make_text("why"), relevant=Equals("helped", "no")),
    FreeText(id="more", label=make_text("more")),
)
SPREAD = {"columns": {"bus": "Bus", "tram": "Tram", "other": "Else"}, "ticked": ["x"], "unticked": ["-"]}


def bring(
    place: ImportSite, table: str, answers: Mapping[str, Any], form: Questionnaire = FORM, **keys: Any
) -> ImportResult:
    place.study = builders.make_study(form)
    return place.bring(table, make_mapping(answers, **keys))


def test_one_choice_may_be_spread_over_several_columns(place: ImportSite) -> None:
    bring(place, "Bus,Tram,Else\nx,-,\n-,x,-\n-,,\n", {"job": SPREAD})
    assert place.list_stored() == [{"job": "bus"}, {"job": "tram"}, {}]
    bring(place, "Bus,Tram,Else\n,,my feet\n", {"job": {**SPREAD, "other": True}})
    assert place.list_stored()[-1] == {"job": "other"}
    assert [text[:2] for text in place.read_texts()] == [("job.other", "my feet")]


def test_a_rating_may_be_spread_too(place: ImportSite) -> None:
    columns = {"7": "Seven", "8": "Eight", "dont_know": "?"}
    bring(place, "Seven,Eight,?\n,x,\n,,x\n", {"mark": {"columns": columns, "ticked": ["x"]}})
    assert place.list_stored() == [{"mark": 8}, {"mark": "dont_know"}]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("x,x,", 'more than one choice is ticked (column A, "Bus"; column B, "Tram")'),
        (",y,", 'a cell is in neither of "ticked" and "unticked" (column B, "Tram")'),
        (",,my feet", 'a cell is in neither of "ticked" and "unticked" (column C, "Else")'),
    ],
)
def test_a_spread_choice_that_is_not_one_is_refused_at_its_columns(place: ImportSite, cells: str, reason: str) -> None:
    with pytest.raises(RowsRefused) as refused:
        bring(place, f"Bus,Tram,Else\n{cells}\n", {"job": SPREAD})
    assert str(refused.value).splitlines()[0] == f"row 2, job: {reason}"


def test_an_answer_may_stand_in_whichever_column_is_filled_in(place: ImportSite) -> None:
    columns = {"mark": {"columns": ["Mark of pupils", "Mark of parents"]}}
    bring(place, "Mark of pupils,Mark of parents\n8,\n,7\n6,6\n", columns)
    assert place.list_stored() == [{"mark": 8}, {"mark": 7}, {"mark": 6}]
    with pytest.raises(RowsRefused, match=r"more than one of its columns is filled in \(column A, .*; column B, "):
        bring(place, "Mark of pupils,Mark of parents\n8,7\n", columns)


def test_a_consent_column_says_whose_words_may_be_quoted(place: ImportSite) -> None:
    consent = {"column": "Quote?", "ticked": ["Oui"], "unticked": ["Non"]}
    more = {"more": {"column": "Say"}}
    bring(place, "Say,Quote?\none,Oui\ntwo,Non\nthree,\n", more, consent=consent)
    assert place.read_texts() == [("more", "one", True), ("more", "two", False), ("more", "three", False)]
    with pytest.raises(RowsRefused, match=r'row 2, consent: a cell is in neither .* \(column B, "Quote\?"\)'):
        bring(place, "Say,Quote?\nfour,Peut-être\n", more, consent=consent)
    no_texts = builders.make_questionnaire(make_rating("mark"))
    with pytest.raises(BadMapping, match='"consent" is for free texts'):
        bring(place, "Mark,Quote?\n1,Oui\n", {"mark": {"column": "Mark"}}, no_texts, consent=consent)


def test_rows_of_people_who_did_not_agree_to_take_part_are_left_out(place: ImportSite) -> None:
    keep = {"column": "Agreed", "ticked": ["yes"], "unticked": ["no"]}
    table = "No,Agreed,Mark\n1,yes,8\n,no,99\n,,7\n"
    result = bring(place, table, {"mark": {"column": "Mark"}}, keep=keep, id="No")
    assert result == ImportResult(1, 0, 0, (), not_kept=2)
    assert place.list_stored() == [{"mark": 8}]
    with pytest.raises(RowsRefused, match='row 2, keep: a cell is in neither of "ticked" and "unticked"'):
        bring(place, "No,Agreed,Mark\n1,perhaps,8\n", {"mark": {"column": "Mark"}}, keep=keep, id="No")


def test_an_answer_that_routing_would_lose_refuses_its_row_unless_told_to_drop_it(place: ImportSite) -> None:
    answers = {"helped": {"column": "Helped"}, "why": {"column": "Why"}}
    table = "Helped,Why\nno,because\nyes,\nyes,lost\n"
    with pytest.raises(
        RowsRefused, match=r'row 4, why: answered, and the answers before do not .* \(column B, "Why"\)'
    ):
        bring(place, table, answers)
    assert place.list_stored() == []
    assert bring(place, table, answers, off_path="drop").stored == 3
    assert [text[1] for text in place.read_texts()] == ["because"]


@pytest.mark.parametrize(
    ("day", "cell", "stored"),
    [
        (None, "2025-01-31 14:05:00", "2025-01-31"),
        (None, "2025-01-31T14:05:00.000Z", "2025-01-31"),
        (None, "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0663\u0661", "2025-01-31"),
        ("%d/%m/%Y", "31/1/2025", "2025-01-31"),
        ("%d/%m/%Y %H:%M", "31/01/2025\u00a014:05", "2025-01-31"),
        (["%d/%m/%Y", "%Y-%m-%d"], "31/01/2025", "2025-01-31"),
        (["%d/%m/%Y", "%m/%d/%Y"], "01/31/2025", "2025-01-31"),
        (["%d/%m/%Y", "%m/%d/%Y"], "03/03/2025", "2025-03-03"),
    ],
)
def test_a_day_is_read_where_only_one_can_be_meant(place: ImportSite, day: object, cell: str, stored: str) -> None:
    where = {"column": "D"} | ({"day": day} if day else {})
    place.bring(f"Helped?;D\nyes;{cell}\n", make_mapping({"helped": {"column": "Helped?"}, "since": where}))
    assert place.list_stored() == [{"helped": "yes", "since": stored}]


@pytest.mark.parametrize(
    ("day", "cell", "reason"),
    [
        (["%d/%m/%Y", "%m/%d/%Y"], "03/04/2025", 'the ways of writing days in "day" read different days'),
        (None, "03/04/2025", 'not a day; say in "day" how days are written'),
        (None, "45688", 'not a day; say in "day" how days are written'),
        ("%d/%m/%Y", "31/02/2025", 'not a day; say in "day" how days are written'),
    ],
)
def test_a_day_that_could_be_several_or_none_is_refused(place: ImportSite, day: object, cell: str, reason: str) -> None:
    where = {"column": "D"} | ({"day": day} if day else {})
    with pytest.raises(RowsRefused) as refused:
        place.bring(f"Helped?;D\nyes;{cell}\n", make_mapping({"helped": {"column": "Helped?"}, "since": where}))
    assert str(refused.value).splitlines()[0] == f'row 2, since: {reason} (column B, "D")'


@pytest.mark.parametrize("cell", ["#N/A", "#NAME?", "#REF!", "#NOM?"])
def test_where_a_spreadsheet_lost_an_answer_its_error_is_no_answer(place: ImportSite, cell: str) -> None:
    with pytest.raises(RowsRefused, match="row 2, more: a spreadsheet's error stands where the answer was"):
        bring(place, f"Say\n{cell}\n", {"more": {"column": "Say"}})
    assert bring(place, f"Say\n{cell}\n", {"more": {"column": "Say", "labels": {cell: None}}}).stored == 1
    assert place.read_texts() == []


def test_a_cell_written_as_a_formula_of_a_text_is_that_text(place: ImportSite) -> None:
    answers = {"mark": {"column": "Mark"}, "more": {"column": "Say"}}
    table = 'Mark,Say,Mode\n"=""8""","=""one """"quoted"""" word""","=""self"""\n'
    bring(place, table, answers, mode={"column": "Mode"})
    assert place.list_stored() == [{"mark": 8}]
    assert [text[1] for text in place.read_texts()] == ['one "quoted" word']


def test_labels_match_as_people_read_them(place: ImportSite) -> None:
    labels = {"helped": {"column": "H", "labels": {"Accompagné": "yes"}}}
    bring(place, "H\nAccompagne\u0301\n\u200eAccompagné\u200f\n", labels)
    assert place.list_stored() == [{"helped": "yes"}, {"helped": "yes"}]
