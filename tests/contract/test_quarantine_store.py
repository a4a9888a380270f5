"""Promises of a `QuarantineStore`, whatever it is made of: what is held back never counts until somebody says so."""

from __future__ import annotations

import pytest

from boucle.core.ports import Doubt, HeldGroup, Pending, PutOutcome, Waiting, Withdrawn
from boucle.core.privacy.tally import UnknownVersion
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import MONDAY, OTHER_WAVE, SERIES, TUESDAY, WEDNESDAY, make_stored_key, new_response, new_text

CROWD_ON_MONDAY = HeldGroup(MONDAY, "crowd")


def fill(store: ClosableResponseStore) -> None:
    """Two plain responses on Monday, three that are held back, one held back in another wave."""
    for number in range(2):
        store.put(new_response(number), [])
    for name, doubt in (("crowd", Doubt.CROWD), ("crowd too", Doubt.CROWD), ("haste", Doubt.HASTE)):
        store.put(new_response(name, doubt=doubt, answers={"note": 0}), [new_text(name)])
    store.put(new_response("another wave", series=OTHER_WAVE, doubt=Doubt.CROWD), [])


def standing(store: ClosableResponseStore, name: str) -> object:
    return store.read_standing(SERIES.study, SERIES.questionnaire, make_stored_key(name))


def test_what_is_held_back_is_counted_by_day_and_doubt(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.count_held(SERIES) == {CROWD_ON_MONDAY: 2, HeldGroup(MONDAY, "haste"): 1}
    assert store.count_held(OTHER_WAVE) == {CROWD_ON_MONDAY: 1}


def test_the_gate_does_not_see_it_and_the_seal_neither_reads_nor_marks_it(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2}
    assert len(list(store.read_pending(SERIES, WEDNESDAY))) == 2
    assert store.mark_sealed(SERIES, WEDNESDAY, 1) == 2
    assert store.count_held(SERIES)[CROWD_ON_MONDAY] == 2


def test_its_receipt_says_what_any_other_says_and_so_does_sending_it_again(store: ClosableResponseStore) -> None:
    """Whoever sent it cannot tell."""
    assert store.put(new_response("crowd", doubt=Doubt.CROWD), []) is PutOutcome.STORED
    assert standing(store, "crowd") == Waiting()
    assert store.put(new_response("crowd"), []) is PutOutcome.REPLAYED
    assert store.put(new_response("crowd", body="another"), []) is PutOutcome.CONFLICT
    assert store.count_held(SERIES) == {CROWD_ON_MONDAY: 1}


def test_sending_again_in_haste_holds_nothing_back_that_waited_already(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    assert store.put(new_response(doubt=Doubt.CROWD), []) is PutOutcome.REPLAYED
    assert (store.count_held(SERIES), store.count_pending_by_day(SERIES)) == ({}, {MONDAY: 1})


def test_released_it_waits_like_any_other(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.release(SERIES, CROWD_ON_MONDAY) == 2
    assert store.count_held(SERIES) == {HeldGroup(MONDAY, "haste"): 1}
    assert store.count_pending_by_day(SERIES) == {MONDAY: 4}
    assert store.mark_sealed(SERIES, MONDAY, 1) == 4


def test_released_after_its_day_was_closed_it_waits_in_the_first_open_day(store: ClosableResponseStore) -> None:
    fill(store)
    store.close_days(SERIES, MONDAY)
    store.mark_sealed(SERIES, MONDAY, 1)
    assert store.release(SERIES, CROWD_ON_MONDAY) == 2
    assert store.count_pending_by_day(SERIES) == {TUESDAY: 2}


def test_dropped_it_leaves_a_tombstone(store: ClosableResponseStore) -> None:
    fill(store)
    assert store.drop(SERIES, CROWD_ON_MONDAY) == 2
    assert store.count_held(SERIES) == {HeldGroup(MONDAY, "haste"): 1}
    assert standing(store, "crowd") == Withdrawn()
    assert store.put(new_response("crowd"), []) is PutOutcome.WITHDRAWN
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2}


def test_a_decision_said_again_changes_nothing(store: ClosableResponseStore) -> None:
    fill(store)
    assert [store.release(SERIES, CROWD_ON_MONDAY), store.release(SERIES, CROWD_ON_MONDAY)] == [2, 0]
    assert store.drop(SERIES, CROWD_ON_MONDAY) == 0
    assert store.release(SERIES, HeldGroup(TUESDAY, "haste")) == 0


def test_whoever_sent_it_may_withdraw_it(bench: StoreBench) -> None:
    fill(bench.store)
    assert bench.store.withdraw(SERIES.study, SERIES.questionnaire, make_stored_key("haste"), [new_text("haste").key])
    assert standing(bench.store, "haste") == Withdrawn()
    assert bench.store.count_held(SERIES) == {CROWD_ON_MONDAY: 2}
    assert new_text("haste").key not in bench.read_texts()


def test_it_expires_with_its_wave(store: ClosableResponseStore) -> None:
    store.put(new_response("held", doubt=Doubt.TRAP, expires=WEDNESDAY), [])
    assert store.expire(WEDNESDAY) == 1
    assert store.count_held(SERIES) == {}


def is_low(response: Pending) -> bool:
    note = response.answers["note"]
    return isinstance(note, int) and note < 5


def fill_with_notes(store: ClosableResponseStore) -> None:
    """Notes 1 and 9 on Monday, 9 on Tuesday and on Wednesday, and 9 in another wave and held back already."""
    for name, note, window in (("low", 1, MONDAY), ("high", 9, MONDAY), ("later", 9, TUESDAY), ("last", 9, WEDNESDAY)):
        store.put(new_response(name, answers={"note": note}, window=window), [new_text(name)])
    store.put(new_response("another wave", series=OTHER_WAVE, answers={"note": 9}), [])
    store.put(new_response("haste", doubt=Doubt.HASTE, answers={"note": 9}), [])


def test_what_cannot_be_counted_is_held_back_on_its_day_and_waits_no_more(store: ClosableResponseStore) -> None:
    fill_with_notes(store)
    assert store.hold_back(SERIES, TUESDAY, is_low) == 2
    assert store.count_held(SERIES) == {
        HeldGroup(MONDAY, "uncountable"): 1,
        HeldGroup(TUESDAY, "uncountable"): 1,
        HeldGroup(MONDAY, "haste"): 1,
    }
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1, WEDNESDAY: 1}
    assert store.count_pending_by_day(OTHER_WAVE) == {MONDAY: 1}
    assert store.mark_sealed(SERIES, TUESDAY, 1) == 1


def test_held_back_again_nothing_changes_and_its_sender_cannot_tell(store: ClosableResponseStore) -> None:
    fill_with_notes(store)
    assert [store.hold_back(SERIES, MONDAY, is_low), store.hold_back(SERIES, MONDAY, is_low)] == [1, 0]
    assert standing(store, "high") == Waiting()
    assert store.put(new_response("high", answers={"note": 9}), []) is PutOutcome.REPLAYED


def test_a_person_releases_or_drops_what_could_not_be_counted(store: ClosableResponseStore) -> None:
    fill_with_notes(store)
    store.hold_back(SERIES, TUESDAY, is_low)
    store.close_days(SERIES, MONDAY)
    assert store.release(SERIES, HeldGroup(MONDAY, "uncountable")) == 1
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1, TUESDAY: 1, WEDNESDAY: 1}
    assert store.drop(SERIES, HeldGroup(TUESDAY, "uncountable")) == 1
    assert standing(store, "later") == Withdrawn()
    assert store.count_held(SERIES) == {HeldGroup(MONDAY, "haste"): 1}


def test_a_response_that_cannot_be_judged_leaves_all_others_as_they_were(store: ClosableResponseStore) -> None:
    def give_up(_: Pending) -> bool:
        raise UnknownVersion("1.9.0")

    fill_with_notes(store)
    with pytest.raises(UnknownVersion):
        store.hold_back(SERIES, WEDNESDAY, give_up)
    assert store.count_pending_by_day(SERIES) == {MONDAY: 2, TUESDAY: 1, WEDNESDAY: 1}
