"""Promises of a `StrayCounter`, a `DayRepairStore` and of a ledger's note, whatever they are made of."""

from __future__ import annotations

from datetime import date

import pytest

from boucle.core.ports import Doubt, HeldGroup, Ledger, LedgerNote
from boucle.core.study.model import Series
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import MONDAY, OTHER_WAVE, SERIES, TUESDAY, WEDNESDAY, make_stored_key, new_response, new_text

OTHER_MAJOR = Series(SERIES.study, SERIES.questionnaire, SERIES.major + 1, SERIES.wave)
OTHER_STUDY = Series(f"{SERIES.study}-2", SERIES.questionnaire, SERIES.major, SERIES.wave)
OTHER_QUESTIONNAIRE = Series(SERIES.study, f"{SERIES.questionnaire}-2", SERIES.major, SERIES.wave)
OTHERS = (OTHER_WAVE, OTHER_MAJOR, OTHER_STUDY, OTHER_QUESTIONNAIRE)
FAR_AHEAD = date(2038, 3, 2)


def fill(store: ClosableResponseStore) -> None:
    """Seven answers of the series, and of each of the others one, two, three or four."""
    for number in range(7):
        store.put(new_response(number), [new_text(number)])
    for count, series in enumerate(OTHERS, start=1):
        for number in range(count):
            store.put(new_response(f"{series} {number}", series=series), [])


def test_an_empty_store_has_no_strays(store: ClosableResponseStore) -> None:
    assert store.count_strays(frozenset()) == {}


def test_whoever_knows_every_series_finds_no_stray(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.count_strays({SERIES, *OTHERS}) == {}


@pytest.mark.parametrize("unknown", [*OTHERS, SERIES])
def test_what_lies_under_a_series_that_nobody_knows_is_counted(store: ClosableResponseStore, unknown: Series) -> None:
    fill(store)
    expected = 7 if unknown == SERIES else OTHERS.index(unknown) + 1
    assert store.count_strays({SERIES, *OTHERS} - {unknown}) == {unknown: expected}


def test_what_is_sealed_or_held_back_is_counted_too_and_tombstones_are_not(store: ClosableResponseStore) -> None:
    for number in range(5):
        store.put(new_response(number), [])
    store.put(new_response("crowd", doubt=Doubt.CROWD), [])
    store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key(0), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    store.put(new_response("later", window=TUESDAY), [])
    assert store.count_strays(frozenset()) == {SERIES: 6}


def test_nothing_is_left_to_be_found_once_all_was_withdrawn(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key("one"), [])
    assert store.count_strays(frozenset()) == {}


def test_answers_of_days_ahead_come_back_to_today(store: ClosableResponseStore) -> None:
    store.close_days(SERIES, FAR_AHEAD)
    store.put(new_response("a"), [])
    store.put(new_response("b", doubt=Doubt.HASTE), [])
    store.put(new_response("other wave", series=OTHER_WAVE, window=FAR_AHEAD), [])
    assert store.reopen_days(SERIES, TUESDAY) == 2
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 1}
    assert store.count_held(SERIES) == {HeldGroup(TUESDAY, "haste"): 1}
    assert store.count_pending_by_day(OTHER_WAVE) == {FAR_AHEAD: 1}
    store.put(new_response("c", window=WEDNESDAY), [])
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 1, WEDNESDAY: 1}
    assert store.mark_sealed(SERIES, WEDNESDAY, 1) == 2


def test_days_that_are_over_stay_as_they_are_when_days_ahead_are_reopened(store: ClosableResponseStore) -> None:
    store.close_days(SERIES, MONDAY)
    store.put(new_response(), [])
    assert store.reopen_days(SERIES, WEDNESDAY) == 0
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 1}
    store.put(new_response("later"), [])
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 2}


def test_a_note_stands_beside_entries_that_stay_as_they_are(ledger: Ledger) -> None:
    ledger.append(SERIES, 1, b"entry")
    assert ledger.read_note(SERIES) is None
    for note in (LedgerNote(1, MONDAY), LedgerNote(1, TUESDAY)):
        ledger.put_note(SERIES, note)
        assert ledger.read_note(SERIES) == note
    assert (list(ledger.read_entries(SERIES)), ledger.read_note(OTHER_WAVE)) == ([b"entry"], None)


def test_entries_of_a_series_that_nobody_knows_are_counted_and_notes_are_not(bench: StoreBench) -> None:
    ledger = bench.ledger
    for number in (1, 2, 3):
        ledger.append(SERIES, number, b"entry")
    for series in OTHERS:
        ledger.append(series, 1, b"entry")
    ledger.put_note(SERIES, LedgerNote(3, MONDAY))
    assert ledger.count_strays({SERIES, *OTHERS}) == {}
    assert ledger.count_strays(frozenset(OTHERS)) == {SERIES: 3}
    assert ledger.count_strays({SERIES}) == dict.fromkeys(OTHERS, 1)
