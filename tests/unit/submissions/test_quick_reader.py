"""The quick reader and the schema are one rule: what the first takes, the second takes and understands alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.strictjson import NotStandardJson, parse
from boucle.submissions.envelope import EnvelopeReader
from boucle.submissions.quick_reader import QuickReader
from boucle.submissions.submission import Envelope
from support.api import EVERY_TYPE, ApiInstallation, make_submission

SCHEMA = EnvelopeReader("etude", EVERY_TYPE)
QUICK = QuickReader(EVERY_TYPE)
ID = "5d0c1f1e-9c1f-4a7e-8a64-1c2b7d6f9e10"
"""Fixed, so that tests keep their names from one run to the next."""

GOOD: dict[str, st.SearchStrategy[Any]] = {
    "accompagne": st.sampled_from(["yes", "no"]),
    "note": st.integers(0, 10),
    "avis": st.one_of(st.integers(1, 5), st.just("dont_know")),
    "freins": st.one_of(st.lists(st.sampled_from(["transport", "langue"]), unique=True), st.just(["aucun"])),
    "contact": st.sampled_from(["un", "plusieurs", "other"]),
    "contact.other": st.text(st.characters(categories=["L", "Zs"]), min_size=1, max_size=200).filter(str.strip),
    "grille.suivi": st.sampled_from(["bien", "mal"]),
    "enfants": st.one_of(st.integers(0, 20), st.integers(0, 20).map(float)),
    "distance": st.integers(0, 5000).map(lambda tenths: tenths / 10),
    "debut": st.dates().map(str).filter(lambda day: "2000-01-01" <= day <= "2026-12-31"),
    "ordre": st.permutations(["a", "b", "c"]).map(lambda items: items[:2]),
    "message": st.text(st.characters(categories=["L", "N"]), min_size=3, max_size=100),
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["", " ", "dont_know", "2026-02-30", "\x00", "\x1b", "a\ud83d", "aucun", 3.0, 1e400, -0.0, 1e16]),
    st.lists(st.sampled_from(["transport", "langue", "aucun", "a", "b", "", 1, None]), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
ODD_ENVELOPES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.one_of(st.just(ID), st.just(ID.upper()), st.just("0" * 36), ODD),
    "language": st.one_of(st.sampled_from(["fr", "en", "FR"]), ODD),
    "mode": st.one_of(st.sampled_from(["self", "assisted", "paper", "interview"]), ODD),
    "consent": st.one_of(st.lists(st.sampled_from(["message", "contact.other", "note"]), max_size=3), ODD),
    "wave": st.one_of(st.sampled_from(["2026", "x" * 100, "x" * 101, "é", ""]), ODD),
    "more": ODD,
}


def bodies_of(answer: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    rest = {id: kept_answer for id, kept_answer in answer.items() if id != "accompagne"}
    answers = st.fixed_dictionaries({"accompagne": answer["accompagne"]}, optional=rest)
    named = st.sampled_from([{}, {"wave": "2026"}])
    return st.builds(lambda drawn_answers, wave: make_submission(drawn_answers, id=ID, **wave), answers, named)


well_formed = bodies_of(GOOD)
odd = st.builds(
    lambda body, more, answers: {**body, **more, "answers": {**body["answers"], **answers}},
    well_formed,
    st.fixed_dictionaries({}, optional=ODD_ENVELOPES),
    st.dictionaries(st.one_of(st.sampled_from([*GOOD]), st.text(max_size=4)), ODD, max_size=2),
)


def slowly(body: bytes) -> Envelope | None:
    """What the schema makes of a body in which it finds no issue; None of any other."""
    try:
        envelope = SCHEMA.read(parse(body))
    except NotStandardJson:
        return None
    return None if envelope.malformed or envelope.field_issues else envelope


@pytest.mark.slow
@given(well_formed)
@settings(max_examples=200, deadline=None)
def test_both_take_a_good_submission_and_understand_it_alike(body: dict[str, Any]) -> None:
    written = json.dumps(body).encode()
    assert QUICK.read(written) == slowly(written)


def test_nearly_every_good_submission_needs_no_schema() -> None:
    answers = {"accompagne": "yes", "note": 7, "freins": ["langue"], "enfants": 2, "message": "Bonjour à tous"}
    for named in ({}, {"wave": "2026"}):
        assert QUICK.read(json.dumps(make_submission(answers, **named)).encode()) is not None


def agree_on(body: bytes) -> None:
    quick = QUICK.read(body)
    assert quick is None or quick == slowly(body)


@pytest.mark.slow
@given(odd)
@settings(max_examples=500, deadline=None)
def test_what_the_quick_reader_takes_the_schema_takes_alike(body: dict[str, Any]) -> None:
    agree_on(json.dumps(body).encode())


@pytest.mark.slow
@given(odd, st.integers(0), st.binary(max_size=3), st.integers(0, 4))
@settings(max_examples=500, deadline=None)
def test_they_agree_on_bodies_that_were_damaged_on_the_way(
    body: dict[str, Any], place: int, put: bytes, cut: int
) -> None:
    written = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    at = place % (len(written) + 1)
    agree_on(written[:at] + put + written[at + cut :])


NO_ANSWERS: list[Any] = [[], None, "no", {"accompagne": ["no"]}, {"accompagne": {}}]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"5", b"null", b"{}", b'"a"', b"[" * 60_000, b'{"a":' * 2000, b"\xef\xbb\xbf{}", b"9" * 5000]
    + [json.dumps(make_submission(body, id=ID)).encode() for body in NO_ANSWERS],
)
def test_it_takes_nothing_that_is_no_submission(body: bytes) -> None:
    assert QUICK.read(body) is None


def test_it_takes_no_key_twice() -> None:
    body = json.dumps(make_submission({"accompagne": "no"}))
    assert QUICK.read(body.replace('"accompagne": "no"', '"accompagne": "yes", "accompagne": "no"').encode()) is None
    assert QUICK.read(body.replace('"mode"', '"language": "fr", "mode"').encode()) is None


def test_both_ways_in_answer_the_same_request_alike() -> None:
    here = ApiInstallation()
    body = json.dumps(make_submission())
    address = "/api/responses/etude/candidats/1.0.0"
    # The second's media type has a parameter, which sends it through Flask: a replay of the first.
    quick = here.client.post(address, data=body, content_type="application/json")
    slow = here.client.post(address, data=body, content_type="application/json; charset=utf-8")
    assert (quick.status_code, slow.status_code) == (201, 200)
    assert quick.data == slow.data
    assert sorted(quick.headers) == sorted(slow.headers)
