"""Promises of a `Ledger`, whatever it is made of."""

from __future__ import annotations

from functools import partial

import pytest

from boucle.core.ports import Ledger
from support.submissions import OTHER_WAVE, SERIES
from support.together import run_at_once


def test_an_empty_ledger_has_no_entries(ledger: Ledger) -> None:
    assert list(ledger.read_entries(SERIES)) == []


def test_entries_come_back_oldest_first_byte_for_byte(ledger: Ledger) -> None:
    """Twelve of them: cohort 10 comes after cohort 9, not after cohort 1."""
    entries = [bytes([number]) * number + b"\x00\xff{}" for number in range(1, 13)]
    assert all(ledger.append(SERIES, number, entry) for number, entry in enumerate(entries, 1))
    assert list(ledger.read_entries(SERIES)) == entries


def test_a_number_is_taken_once_even_by_the_same_bytes(ledger: Ledger) -> None:
    assert ledger.append(SERIES, 1, b"first")
    assert not ledger.append(SERIES, 1, b"second")
    assert not ledger.append(SERIES, 1, b"first")
    assert list(ledger.read_entries(SERIES)) == [b"first"]


def test_series_never_meet(ledger: Ledger) -> None:
    assert ledger.append(SERIES, 1, b"2026")
    assert ledger.append(OTHER_WAVE, 1, b"2027")
    assert (list(ledger.read_entries(SERIES)), list(ledger.read_entries(OTHER_WAVE))) == ([b"2026"], [b"2027"])


@pytest.mark.race
def test_of_two_jobs_at_once_exactly_one_wins(ledger: Ledger) -> None:
    for number in range(1, 11):
        drawn = (b"one draw", b"another draw")
        won = run_at_once(*[partial(ledger.append, SERIES, number, entry) for entry in drawn])
        assert sorted(won) == [False, True]
        assert ledger.read_entries(SERIES)[-1] == drawn[won.index(True)]
