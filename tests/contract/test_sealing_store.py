"""Promises of a `SealingStore`, whatever it is made of."""

from __future__ import annotations

from datetime import date

from boucle.core.ports import PutOutcome, Waiting
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import MONDAY, OTHER_WAVE, SERIES, TUESDAY, WEDNESDAY, make_stored_key, new_response, new_text


def notes(store: ClosableResponseStore, through: date) -> set[object]:
    return {response.answers["note"] for response in store.read_pending(SERIES, through)}


def fill(store: ClosableResponseStore) -> None:
    """Two responses on Monday (notes 0 and 1), one on Tuesday (note 2), one of another wave."""
    for note, window in enumerate((MONDAY, MONDAY, TUESDAY)):
        store.put(new_response(note, window=window, answers={"note": note}), [])
    store.put(new_response("another wave", series=OTHER_WAVE, answers={"note": 9}), [])


def test_what_waits_is_counted_by_day_and_series(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2, TUESDAY: 1}
    assert store.count_pending_by_day(OTHER_WAVE) == {MONDAY: 1}


def test_an_empty_store_has_nothing_pending(store: ClosableResponseStore) -> None:
    assert store.count_pending_by_day(SERIES) == {}
    assert list(store.read_pending(SERIES, MONDAY)) == []


def test_only_the_days_asked_for_are_read(store: ClosableResponseStore) -> None:
    fill(store)
    assert notes(store, MONDAY) == {0, 1}
    assert notes(store, WEDNESDAY) == {0, 1, 2}


def test_a_response_that_comes_after_its_day_was_closed_goes_to_the_next_day(store: ClosableResponseStore) -> None:
    store.close_days(SERIES, TUESDAY)
    store.put(new_response(window=MONDAY), [])
    assert store.count_pending_by_day(SERIES) == {WEDNESDAY: 1}


def test_closing_days_leaves_later_days_and_other_series_alone(store: ClosableResponseStore) -> None:
    store.close_days(SERIES, MONDAY)
    store.put(new_response(window=WEDNESDAY), [])
    store.put(new_response("another wave", series=OTHER_WAVE), [])
    assert store.count_pending_by_day(SERIES) == {WEDNESDAY: 1}
    assert store.count_pending_by_day(OTHER_WAVE) == {MONDAY: 1}


def test_a_closed_day_never_opens_again(store: ClosableResponseStore) -> None:
    """A clock stepped back may ask to close an earlier day."""
    store.close_days(SERIES, TUESDAY)
    store.close_days(SERIES, MONDAY)
    store.put(new_response(), [])
    assert store.count_pending_by_day(SERIES) == {WEDNESDAY: 1}


def test_closing_days_moves_nothing_that_waits_already(store: ClosableResponseStore) -> None:
    fill(store)
    store.close_days(SERIES, TUESDAY)
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2, TUESDAY: 1}


def test_sealing_takes_what_was_read_and_leaves_the_rest_waiting(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.mark_sealed(SERIES, MONDAY, 1) == 2
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 1}
    assert store.count_pending_by_day(OTHER_WAVE) == {MONDAY: 1}
    assert notes(store, WEDNESDAY) == {2}
    assert store.count_sealed(SERIES, 1) == 2


def test_sealing_said_again_is_harmless(store: ClosableResponseStore) -> None:
    fill(store)
    store.mark_sealed(SERIES, MONDAY, 1)
    assert store.mark_sealed(SERIES, MONDAY, 1) == 0
    assert store.count_sealed(SERIES, 1) == 2


def test_cohorts_of_two_waves_are_counted_apart(store: ClosableResponseStore) -> None:
    fill(store)
    store.mark_sealed(SERIES, TUESDAY, 1)
    store.mark_sealed(OTHER_WAVE, TUESDAY, 1)
    assert (store.count_sealed(SERIES, 1), store.count_sealed(OTHER_WAVE, 1), store.count_sealed(SERIES, 2)) == (
        3,
        1,
        0,
    )


def test_a_response_withdrawn_before_the_seal_is_neither_read_nor_sealed(store: ClosableResponseStore) -> None:
    fill(store)
    store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key(0), [])
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1, TUESDAY: 1}
    assert notes(store, MONDAY) == {1}
    assert store.mark_sealed(SERIES, MONDAY, 1) == 1


def test_a_response_withdrawn_after_the_seal_keeps_its_place_in_the_cohort(store: ClosableResponseStore) -> None:
    fill(store)
    store.mark_sealed(SERIES, MONDAY, 1)
    store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key(0), [])
    assert store.count_sealed(SERIES, 1) == 2


def test_reading_may_stop_in_the_middle(store: ClosableResponseStore) -> None:
    fill(store)
    next(store.read_pending(SERIES, TUESDAY))
    assert store.mark_sealed(SERIES, TUESDAY, 1) == 3


def test_expiry_deletes_responses_tombstones_and_texts_on_their_day_and_not_before(bench: StoreBench) -> None:
    store = bench.store
    for name in ("waiting", "sealed", "withdrawn"):
        store.put(new_response(name, expires=WEDNESDAY), [new_text(name, expires=WEDNESDAY)])
    store.put(new_response("later", series=OTHER_WAVE), [new_text("later", series=OTHER_WAVE)])
    store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key("withdrawn"), [])
    assert store.expire(TUESDAY) == 0
    assert store.expire(WEDNESDAY) == 6
    assert [
        store.read_standing("parcours", "candidats", make_stored_key(name)) for name in ("waiting", "withdrawn")
    ] == [None] * 2
    assert store.read_standing("parcours", "candidats", make_stored_key("later")) == Waiting()
    assert set(bench.read_texts()) == {new_text("later").key}


def test_an_expired_id_is_forgotten_whole(store: ClosableResponseStore) -> None:
    store.put(new_response(expires=TUESDAY), [])
    store.expire(TUESDAY)
    assert store.put(new_response(body="another"), []) is PutOutcome.STORED
