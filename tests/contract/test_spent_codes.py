"""Promises of a `SpentCodes`, whatever it is made of."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from support.benches import Bench
from support.submissions import EXPIRES, spent_code
from support.together import at_once


def test_a_code_that_nobody_used_is_spent(bench: Bench) -> None:
    assert bench.spent.spend(spent_code())


def test_the_same_submission_may_spend_its_code_again(bench: Bench) -> None:
    assert [bench.spent.spend(spent_code()) for _ in range(3)] == [True] * 3


def test_another_submission_may_not_and_changes_nothing(bench: Bench) -> None:
    bench.spent.spend(spent_code(by="somebody"))
    assert not bench.spent.spend(spent_code(by="somebody else"))
    assert bench.spent.spend(spent_code(by="somebody"))


def test_a_wave_that_is_prolonged_gives_no_code_back(bench: Bench) -> None:
    bench.spent.spend(spent_code(by="somebody"))
    later = EXPIRES + timedelta(days=30)
    assert not bench.spent.spend(spent_code(by="somebody else", expires=later))
    assert bench.spent.spend(spent_code(by="somebody", expires=later))
    assert bench.spent.spend(spent_code("another", expires=later))


def test_codes_are_spent_apart(bench: Bench) -> None:
    assert all(bench.spent.spend(spent_code(name)) for name in range(20))
    assert not any(bench.spent.spend(spent_code(name, by="somebody else")) for name in range(20))


@pytest.mark.race
def test_of_many_who_use_one_code_at_once_one_may(bench: Bench) -> None:
    done = at_once(*(partial(bench.spent.spend, spent_code(by=by)) for by in range(12)))
    assert sorted(done) == [False] * 11 + [True]
