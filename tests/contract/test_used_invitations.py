"""Promises of a `UsedInvitations`, whatever it is made of."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from support.bench_ports import StoreBench
from support.submissions import EXPIRES, new_used_invitation
from support.together import run_at_once


def test_a_code_that_nobody_used_is_spent(bench: StoreBench) -> None:
    assert bench.used_invitations.redeem(new_used_invitation())


def test_the_same_submission_may_spend_its_code_again(bench: StoreBench) -> None:
    assert [bench.used_invitations.redeem(new_used_invitation()) for _ in range(3)] == [True] * 3


def test_another_submission_may_not_and_changes_nothing(bench: StoreBench) -> None:
    bench.used_invitations.redeem(new_used_invitation(by="somebody"))
    assert not bench.used_invitations.redeem(new_used_invitation(by="somebody else"))
    assert bench.used_invitations.redeem(new_used_invitation(by="somebody"))


def test_a_wave_that_is_prolonged_gives_no_code_back(bench: StoreBench) -> None:
    bench.used_invitations.redeem(new_used_invitation(by="somebody"))
    later = EXPIRES + timedelta(days=30)
    assert not bench.used_invitations.redeem(new_used_invitation(by="somebody else", expires=later))
    assert bench.used_invitations.redeem(new_used_invitation(by="somebody", expires=later))
    assert bench.used_invitations.redeem(new_used_invitation("another", expires=later))


def test_codes_are_spent_apart(bench: StoreBench) -> None:
    assert all(bench.used_invitations.redeem(new_used_invitation(name)) for name in range(20))
    assert not any(bench.used_invitations.redeem(new_used_invitation(name, by="somebody else")) for name in range(20))


@pytest.mark.race
def test_of_many_who_use_one_code_at_once_one_may(bench: StoreBench) -> None:
    done = run_at_once(*(partial(bench.used_invitations.redeem, new_used_invitation(by=by)) for by in range(12)))
    assert sorted(done) == [False] * 11 + [True]
