"""What each type of question takes, from JSON and from a form, and the code of everything else."""

from __future__ import annotations

from typing import Any

import pytest

from boucle.submissions.envelope import EnvelopeReader
from boucle.submissions.form import decode_form, group_fields
from support.api import EVERY_TYPE

READER = EnvelopeReader("etude", EVERY_TYPE)


def json_result(question: str, sent: object) -> object:
    """The answer read from JSON, or the code of its problem; None when it counts as not answered."""
    envelope = READER.read({"answers": {question: sent}})
    return next((issue.code for issue in envelope.malformed), envelope.answers.get(question))


def form_result(*pairs: tuple[str, str]) -> object:
    """The same for the fields of a form."""
    question = pairs[0][0].removesuffix(".a").removesuffix(".b").removesuffix(".c").removesuffix(".z")
    body, malformed = decode_form(EVERY_TYPE, group_fields(pairs))
    envelope = READER.read(body)
    problems = [issue.code for issue in (*malformed, *envelope.malformed)]
    return next(iter(problems), envelope.answers.get(question))


@pytest.mark.parametrize(
    ("question", "sent", "result"),
    [
        ("accompagne", "yes", "yes"),
        ("accompagne", "", None),
        ("accompagne", "oui", "not_a_choice"),
        ("accompagne", "dont_know", "not_a_choice"),
        ("accompagne", True, "wrong_type"),
        ("accompagne", None, "wrong_type"),
        ("accompagne", ["yes"], "wrong_type"),
        ("accompagne", {}, "wrong_type"),
        ("contact", "plusieurs", "plusieurs"),
        ("contact", "PLUSIEURS", "not_a_choice"),
        ("contact", 1, "wrong_type"),
        ("grille.suivi", "bien", "bien"),
        ("note", 0, 0),
        ("note", 10, 10),
        ("note", 11, "out_of_range"),
        ("note", -1, "out_of_range"),
        ("note", 7.0, "wrong_type"),
        ("note", "7", "wrong_type"),
        ("note", True, "wrong_type"),
        ("note", "dont_know", "wrong_type"),
        ("avis", "dont_know", "dont_know"),
        ("avis", "je ne sais pas", "wrong_type"),
        ("enfants", 3, 3),
        ("enfants", 3.0, 3),
        ("enfants", -0.0, 0),
        ("enfants", 2.5, "too_many_decimals"),
        ("enfants", 21, "out_of_range"),
        ("enfants", True, "wrong_type"),
        ("enfants", "3", "wrong_type"),
        ("distance", 12.5, 12.5),
        ("distance", 0.1, 0.1),
        ("distance", 12.25, "too_many_decimals"),
        ("distance", 1e-7, "too_many_decimals"),
        ("distance", 1e300, "out_of_range"),
        ("debut", "2020-02-29", "2020-02-29"),
        ("debut", "2021-02-29", "bad_date"),
        ("debut", "20200229", "bad_date"),
        ("debut", "2020-W09-6", "bad_date"),
        ("debut", "29/02/2020", "bad_date"),
        ("debut", "٢٠٢٠-٠٢-٢٩", "bad_date"),
        ("debut", "1999-12-31", "out_of_range"),
        ("debut", 20200229, "wrong_type"),
        ("freins", ["langue", "transport"], ("transport", "langue")),
        ("freins", ["aucun"], ("aucun",)),
        ("freins", [], None),
        ("freins", ["aucun", "langue"], "exclusive_choice"),
        ("freins", ["langue", "langue"], "duplicate_choice"),
        ("freins", ["transport", "langue", "aucun"], "too_many_choices"),
        ("freins", ["avion"], "not_a_choice"),
        ("freins", "langue", "wrong_type"),
        ("freins", ["langue", 3], "wrong_type"),
        ("freins", [["langue"]], "wrong_type"),
        ("freins", {"langue": True}, "wrong_type"),
        ("ordre", ["c", "a"], ("c", "a")),
        ("ordre", [], None),
        ("ordre", ["c"], "too_few_choices"),
        ("ordre", ["c", "a", "b"], "too_many_choices"),
        ("ordre", ["c", "c"], "duplicate_choice"),
        ("ordre", ["c", "d"], "not_a_choice"),
        ("message", "Bonjour\n\tà vous \N{GRINNING FACE}", "Bonjour\n\tà vous \N{GRINNING FACE}"),
        ("message", " \n ", None),
        ("message", "x" * 100, "x" * 100),
        ("message", "x" * 101, "too_long"),
        ("message", "x", "too_short"),
        ("message", "a\x07bc", "bad_characters"),
        ("message", "a\x00bc", "bad_characters"),
        ("message", "a\ud800bc", "bad_characters"),
        ("message", "a\x9fbc", "bad_characters"),
        ("message", 5, "wrong_type"),
        ("inconnue", 5, "unknown_question"),
    ],
)
def test_an_answer_in_json(question: str, sent: Any, result: object) -> None:
    found = json_result(question, sent)
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    ("pairs", "result"),
    [
        ([("accompagne", "yes")], "yes"),
        ([("accompagne", " ")], None),
        ([("accompagne", "yes"), ("accompagne", "no")], "too_many_choices"),
        ([("accompagne", "oui")], "not_a_choice"),
        ([("note", "7")], 7),
        ([("note", "٧")], "wrong_type"),
        ([("note", "7.0")], "wrong_type"),
        ([("note", "11")], "out_of_range"),
        ([("avis", "dont_know")], "dont_know"),
        ([("freins", "langue"), ("freins", "transport")], ("transport", "langue")),
        ([("freins", "langue"), ("freins", "langue")], "duplicate_choice"),
        ([("freins", "langue"), ("freins", "")], ("langue",)),
        ([("enfants", " 3 ")], 3),
        ([("enfants", "٣")], 3),
        ([("enfants", "trois")], "wrong_type"),
        ([("enfants", "1e1")], "wrong_type"),
        ([("enfants", "1_0")], "wrong_type"),
        ([("enfants", "9" * 400)], "wrong_type"),
        ([("enfants", "NaN")], "wrong_type"),
        ([("distance", "12,5")], 12.5),
        ([("distance", "12.5")], 12.5),
        ([("distance", "١٢٫٥")], 12.5),
        ([("distance", "12,50")], 12.5),
        ([("distance", "12,25")], "too_many_decimals"),
        ([("debut", "2020-02-29")], "2020-02-29"),
        ([("debut", "29/2/2020")], "2020-02-29"),
        ([("debut", "29.02.2020")], "2020-02-29"),
        ([("debut", "31/2/2020")], "bad_date"),
        ([("debut", "hier")], "bad_date"),
        ([("ordre.c", "1"), ("ordre.a", "2")], ("c", "a")),
        ([("ordre.a", "2"), ("ordre.b", ""), ("ordre.c", "1")], ("c", "a")),
        ([("ordre.a", ""), ("ordre.b", "")], None),
        ([("ordre.a", "1"), ("ordre.b", "1")], "duplicate_choice"),
        ([("ordre.a", "2")], "too_few_choices"),
        ([("ordre.a", "0"), ("ordre.b", "1")], "out_of_range"),
        ([("ordre.a", "1"), ("ordre.b", "3")], "out_of_range"),
        ([("ordre.a", "premier")], "wrong_type"),
        ([("ordre.a", "1"), ("ordre.a", "2")], "too_many_choices"),
        ([("ordre.z", "1")], "unknown_question"),
        ([("ordre", "a")], "unknown_question"),
        ([("message", "un\r\ndeux\n trois ")], "un\ndeux\n trois "),
        ([("message", "a\x00bc")], "bad_characters"),
        ([("inconnue", "1")], "unknown_question"),
        ([("_reserved", "1")], None),
    ],
)
def test_an_answer_in_a_form(pairs: list[tuple[str, str]], result: object) -> None:
    found = form_result(*pairs)
    assert (found, type(found)) == (result, type(result))


def test_a_line_of_100_characters_may_hold_breaks() -> None:
    """A browser counts a line break as one character and sends it as two."""
    assert form_result(("message", "\r\n".join(["x"] * 50))) == "\n".join(["x"] * 50)


def test_consent_is_only_taken_for_texts() -> None:
    body, _ = decode_form(EVERY_TYPE, group_fields([("_consent.message", "yes"), ("_consent.note", "yes")]))
    assert body["consent"] == ["message"]
