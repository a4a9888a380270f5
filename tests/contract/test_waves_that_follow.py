"""One submission that two waves may take is stored once, whichever of them it came to first."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from boucle.core.ports import KeyInWave, NewResponse, PutOutcome, Withdrawn
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import (
    EXPIRES,
    MONDAY,
    OTHER_WAVE,
    SERIES,
    TUESDAY,
    make_stored_key,
    new_response,
    new_text,
)
from support.together import run_at_once

ROUNDS = 20
contested_or_not = pytest.mark.parametrize("is_contested", [True, False], ids=["contested", "after the grace"])


def make_pair(name: object = "one", *, is_contested: bool = True, body: str = "the body") -> list[NewResponse]:
    """The same submission in the earlier wave and in the later one, each with the other's key."""
    keys = {series: make_stored_key(f"{name} in {series.wave}") for series in (SERIES, OTHER_WAVE)}
    return [
        new_response(
            name,
            series=series,
            body=body,
            others=[KeyInWave(other.wave, keys[other])],
            is_contested=is_contested,
        )._replace(key=keys[series])
        for series, other in ((SERIES, OTHER_WAVE), (OTHER_WAVE, SERIES))
    ]


@contested_or_not
@pytest.mark.parametrize("first", [0, 1], ids=["earlier first", "later first"])
def test_what_stands_in_one_wave_is_not_put_into_the_other(bench: StoreBench, first: int, is_contested: bool) -> None:
    pair = make_pair(is_contested=is_contested)
    assert bench.store.put(pair[first], []) is PutOutcome.STORED
    assert bench.store.put(pair[1 - first], [new_text()]) is PutOutcome.ELSEWHERE
    assert bench.store.read_standing(SERIES.study, SERIES.questionnaire, pair[1 - first].key) is None
    assert bench.read_texts() == {}
    assert bench.store.count_pending_by_day(pair[first].series) == {MONDAY: 1}
    assert bench.store.count_pending_by_day(pair[1 - first].series) == {}


@contested_or_not
def test_a_repeat_in_its_own_wave_is_judged_there(store: ClosableResponseStore, is_contested: bool) -> None:
    _, later = make_pair(is_contested=is_contested)
    assert store.put(later, []) is PutOutcome.STORED
    assert store.put(later._replace(window=TUESDAY), []) is PutOutcome.REPLAYED
    assert store.put(make_pair(is_contested=is_contested, body="another")[1], []) is PutOutcome.CONFLICT
    assert store.count_pending_by_day(OTHER_WAVE) == {MONDAY: 1}


@contested_or_not
def test_what_an_older_boucle_stored_twice_is_judged_in_its_own_wave(
    store: ClosableResponseStore, is_contested: bool
) -> None:
    earlier, later = make_pair(is_contested=is_contested)
    for response in (earlier, later):
        assert store.put(response._replace(other_keys=(), is_contested=False), []) is PutOutcome.STORED
    assert [store.put(response, []) for response in (earlier, later)] == [PutOutcome.REPLAYED] * 2


@contested_or_not
def test_sealed_or_withdrawn_in_the_earlier_wave_it_still_stands_there(
    store: ClosableResponseStore, is_contested: bool
) -> None:
    sealed, withdrawn = (make_pair(name, is_contested=is_contested) for name in ("sealed", "withdrawn"))
    for earlier, _ in (sealed, withdrawn):
        store.put(earlier, [])
    store.withdraw(SERIES.study, SERIES.questionnaire, withdrawn[0].key, [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert [store.put(later, []) for _, later in (sealed, withdrawn)] == [PutOutcome.ELSEWHERE] * 2


@contested_or_not
def test_an_answer_that_is_in_neither_is_stored_with_its_texts(bench: StoreBench, is_contested: bool) -> None:
    _, later = make_pair(is_contested=is_contested)
    assert bench.store.put(later, [new_text(series=OTHER_WAVE)]) is PutOutcome.STORED
    assert set(bench.read_texts()) == {new_text().key}
    assert bench.store.withdraw(SERIES.study, SERIES.questionnaire, later.key, [new_text().key])
    assert bench.store.read_standing(SERIES.study, SERIES.questionnaire, later.key) == Withdrawn()


@contested_or_not
def test_once_the_earlier_wave_has_expired_the_later_one_takes_it(
    store: ClosableResponseStore, is_contested: bool
) -> None:
    earlier, later = make_pair(is_contested=is_contested)
    store.put(earlier._replace(expires=TUESDAY), [])
    store.expire(TUESDAY)
    assert store.put(later, []) is PutOutcome.STORED
    assert later.expires == EXPIRES


@pytest.mark.race
def test_of_two_at_once_on_either_side_of_a_switch_exactly_one_is_stored(store: ClosableResponseStore) -> None:
    for name in range(ROUNDS):
        outcomes = run_at_once(*(partial(store.put, response, []) for response in make_pair(name) * 2))
        stored = outcomes[:2].count(PutOutcome.STORED) + outcomes[2:].count(PutOutcome.STORED)
        assert stored == 1
        assert Counter(outcomes)[PutOutcome.ELSEWHERE] == 2
    counts = [store.count_pending_by_day(series).get(MONDAY, 0) for series in (SERIES, OTHER_WAVE)]
    assert sum(counts) == ROUNDS
