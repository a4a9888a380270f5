"""Promises that hold when many come at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from boucle.core.ports import PutOutcome, Withdrawn
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import MONDAY, SERIES, new_response, new_text
from support.together import run_at_once

pytestmark = pytest.mark.race
ROUNDS = 20


def test_of_two_copies_at_once_exactly_one_is_stored(store: ClosableResponseStore) -> None:
    for name in range(ROUNDS):
        outcomes = run_at_once(*[partial(store.put, new_response(name), [])] * 2)
        assert Counter(outcomes) == {PutOutcome.STORED: 1, PutOutcome.REPLAYED: 1}
    assert store.count_pending_by_day(SERIES) == {MONDAY: ROUNDS}


def test_of_two_bodies_at_once_under_one_id_one_is_stored_and_the_other_is_a_conflict(
    store: ClosableResponseStore,
) -> None:
    for name in range(ROUNDS):
        outcomes = run_at_once(*[partial(store.put, new_response(name, body=body), []) for body in ("a", "b")])
        assert Counter(outcomes) == {PutOutcome.STORED: 1, PutOutcome.CONFLICT: 1}


def test_whatever_the_order_a_withdrawal_beside_a_replay_wins(bench: StoreBench) -> None:
    store = bench.store
    for name in range(ROUNDS):
        response, text = new_response(name), new_text(name)
        store.put(response, [text])
        replay: Callable[[], object] = partial(store.put, response, [text])
        run_at_once(replay, partial(store.withdraw, SERIES.study, SERIES.questionnaire, response.key, [text.key]))
        assert store.read_standing(SERIES.study, SERIES.questionnaire, response.key) == Withdrawn()
    assert bench.read_texts() == {}


def test_what_the_seal_reads_is_what_it_marks_while_others_put(store: ClosableResponseStore) -> None:
    def seal(cohort: int, day: date) -> int:
        store.close_days(SERIES, day)
        read = len(list(store.read_pending(SERIES, day)))
        return read - store.mark_sealed(SERIES, day, cohort)

    for cohort in range(1, ROUNDS + 1):
        day = MONDAY + timedelta(days=cohort)
        puts = [partial(store.put, new_response((cohort, number), window=day), []) for number in range(8)]
        calls: list[Callable[[], object]] = [*puts[:4], partial(seal, cohort, day), *puts[4:]]
        assert run_at_once(*calls)[4] == 0
    sealed = sum(store.count_sealed(SERIES, cohort) for cohort in range(1, ROUNDS + 1))
    assert sealed + sum(store.count_pending_by_day(SERIES).values()) == 8 * ROUNDS
