"""Promises of sealing: each response in one cohort, each cohort's noise drawn once, whatever stops the job."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.ports import Counted, HeldGroup, Pending, Waiting, Withdrawn
from boucle.core.privacy.gate import GateReason, cohort_needs
from boucle.core.privacy.ledger import LedgerBroken, LedgerRolledBack, ParametersChanged, read_chain
from boucle.core.privacy.plan import PlanChanged, max_entry_bytes, plan
from boucle.core.privacy.tally import UnknownVersion
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Mechanism, Series
from boucle.jobs.seal import ClocksDisagree, CountsDiffer, Orphans, Uncountable, read_gate
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemoryVault
from support import builders
from support.cohorts import FIRST_DAY, FORM, DayClock, SealingInstallation, draw_answers, make_seeded_bits


def test_an_entry_says_its_days_its_size_its_plan_and_the_hash_of_the_one_before() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.run_day(60)
    first, second = installation.read_entries()
    assert (first["cohort"], first["size"], first["previous"]) == (1, 40, None)
    assert (second["cohort"], second["size"], second["days"]) == (2, 60, ["2026-01-06", "2026-01-06"])
    assert second["previous"] == fingerprint(installation.ledger.read_entries(installation.series)[0])
    assert second["totals"][0][:2] == [2, 100]


def test_too_few_responses_wait_and_the_gate_says_how_many_are_missing() -> None:
    installation = SealingInstallation()
    outcome = installation.run_day(29)
    assert (outcome.sealed, outcome.gate.reason, outcome.gate.missing) == (None, GateReason.TOO_FEW, 1)
    assert installation.read_entries() == []
    store, ledger, clock = installation.store, installation.ledger, installation.clock
    assert read_gate(installation.study, installation.series, store=store, ledger=ledger, clock=clock) == outcome.gate


def test_sealed_responses_carry_their_cohort_and_are_not_counted_again() -> None:
    installation = SealingInstallation()
    [key, *_] = installation.receive_some(40)
    installation.run_day(0)
    assert installation.store.read_standing("etude", "candidats", key) == Counted(installation.series, 1)
    installation.run_day(40)
    assert [entry["size"] for entry in installation.read_entries()] == [40, 40]


def test_a_response_withdrawn_before_the_seal_is_never_counted() -> None:
    installation = SealingInstallation()
    [key, *_] = installation.receive_some(41)
    installation.store.withdraw("etude", "candidats", key, [])
    installation.run_day(0)
    assert [entry["size"] for entry in installation.read_entries()] == [40]


def test_a_withdrawal_after_the_seal_leaves_every_published_byte_as_it_was() -> None:
    installation = SealingInstallation()
    keys = installation.receive_some(40)
    installation.run_day(0)
    before = dict(installation.sink.files)
    for key in keys:
        installation.store.withdraw("etude", "candidats", key, [])
    installation.clock.pass_by()
    installation.seal()
    installation.publish()
    assert installation.sink.files == before
    assert installation.store.read_standing("etude", "candidats", keys[0]) == Withdrawn()


def test_withdrawals_between_the_gate_and_the_reading_can_leave_too_few() -> None:
    class Withdrawing(MemoryResponseStore):
        def close_days(self, series: Series, through: date) -> None:
            super().close_days(series, through)
            self.withdraw("etude", "candidats", "key-1", [])

    installation = SealingInstallation(store=Withdrawing())
    outcome = installation.run_day(30)
    assert (outcome.sealed, outcome.gate.pending, outcome.gate.reason) == (None, 29, GateReason.TOO_FEW)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=8))
def test_consecutive_respondents_differ_by_at_least_what_the_gate_asks(days: list[int]) -> None:
    installation = SealingInstallation()
    published = [0]
    for responses in days:
        outcome = installation.run_day(responses)
        if outcome.sealed is not None:
            published.append(published[-1] + outcome.sealed.size)
            assert published[-1] - published[-2] >= cohort_needs(published[-2], closed=False)
    assert [entry["cohort"] for entry in installation.read_entries()] == list(range(1, len(published)))


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_what_is_sealed_when_never_depends_on_an_answer(days: list[int], chance: random.Random) -> None:
    one, other = SealingInstallation(), SealingInstallation(chance=chance)
    for responses in days:
        one.run_day(responses)
        other.run_day(responses)
    assert [(entry["size"], entry["days"]) for entry in one.read_entries()] == [
        (entry["size"], entry["days"]) for entry in other.read_entries()
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(0, 10**6))
def test_one_changed_answer_changes_the_tables_of_one_cohort_only(position: int, seed: int) -> None:
    """Under the same noise, which is what remains when it is taken away."""
    people = [draw_answers(random.Random(seed + number)) for number in range(100)]
    changed = [*people[:position], {**people[position], "accompagne": "no"}, *people[position + 1 :]]
    histories = []
    for answers in (people, changed):
        installation = SealingInstallation()
        for part in (answers[:40], answers[40:]):
            installation.receive(part)
            installation.run_day(0)
        histories.append([[count for row in entry["tables"] for count in row] for entry in installation.read_entries()])
    moved = [sum(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in zip(*histories, strict=True)]
    assert moved[0 if position >= 40 else 1] == 0
    assert sum(moved) <= 8


# Rivals


def test_two_jobs_at_once_leave_one_ledger() -> None:
    installation = SealingInstallation()
    installation.receive_some(40)
    installation.clock.pass_by()
    rival = SealingInstallation(
        installation.study,
        installation.store,
        installation.ledger,
        installation.vault,
        clock=installation.clock,
        bits=make_seeded_bits(99),
    )

    class Racing(MemoryResponseStore):
        """Lets the rival run to its end once our job has read what waits."""

        def read_pending(self, series: Series, through: date) -> Iterator[Pending]:
            read = list(super().read_pending(series, through))
            won = rival.seal()
            assert won.sealed is not None
            return iter(read)

    racing = Racing()
    racing.responses = installation.store.responses
    installation.store = racing
    outcome = installation.seal()
    assert outcome.overtaken
    assert outcome.sealed is None
    assert [entry["size"] for entry in installation.read_entries()] == [40]


# Alarms and refusals


def test_responses_that_wait_in_sealed_days_raise_an_alarm_and_are_counted_by_the_next_cohort() -> None:
    class SteppedBack(MemoryResponseStore):
        """A store that does not hold windows back."""

        def close_days(self, series: Series, through: date) -> None:
            pass

    installation = SealingInstallation(store=SteppedBack())
    installation.run_day(40)
    installation.clock.today -= timedelta(days=1)
    installation.receive_some(3)
    installation.clock.pass_by()
    outcome = installation.run_day(37)
    assert outcome.alarms == (Orphans(3),)
    assert "3 responses" in str(outcome.alarms[0])
    assert [entry["size"] for entry in installation.read_entries()] == [40, 40]


def test_a_store_that_marks_another_number_than_was_sealed_raises_an_alarm() -> None:
    class Forgetful(MemoryResponseStore):
        def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
            self.responses.pop(("etude", "candidats", "key-1"))
            return super().mark_sealed(series, through, cohort)

    outcome = SealingInstallation(store=Forgetful()).run_day(40)
    assert outcome.alarms == (CountsDiffer(1, 40, 39),)
    assert "cohort 1 counts 40" in str(outcome.alarms[0])


@pytest.mark.parametrize("ahead", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=1)])
def test_nothing_is_sealed_while_the_clocks_of_the_store_and_the_job_disagree(ahead: timedelta) -> None:
    installation = SealingInstallation()
    installation.receive_some(40)
    installation.clock.pass_by()
    installation.store.clock = installation.clock.now() + ahead
    with pytest.raises(ClocksDisagree, match="Set both clocks"):
        installation.seal()
    assert installation.read_entries() == []
    installation.store.clock = installation.clock.now() + timedelta(minutes=59)
    assert installation.seal().sealed is not None


def test_nothing_is_sealed_by_a_clock_that_went_back_behind_the_last_seal() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.clock.today -= timedelta(days=3)
    with pytest.raises(ClocksDisagree, match="Set the clock"):
        installation.seal()


def test_minutes_before_midnight_at_one_and_after_at_the_other_is_too_close_to_tell() -> None:
    class JustAfterMidnight(DayClock):
        def now(self) -> datetime:
            return super().now().replace(hour=0, minute=0)

    installation = SealingInstallation(clock=JustAfterMidnight(), store=MemoryResponseStore())
    installation.store.clock = installation.clock.now() - timedelta(minutes=1)
    with pytest.raises(ClocksDisagree):
        installation.seal()


def test_a_rolled_back_ledger_is_refused() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.ledger = MemoryLedger()
    installation.receive_some(40)
    installation.clock.pass_by()
    with pytest.raises(LedgerRolledBack, match="restore the ledger"):
        installation.seal()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"size": 41}, "totals"),
        ({"cohort": 7}, "number 7"),
        ({"previous": "sha256:" + "0" * 64}, "hash"),
        ({"series": ["etude", "autres", 1, "2026"]}, "another series"),
        ({"days": ["2026-01-05", "2026-01-04"]}, "days"),
        ({"tables": []}, "cells"),
        ({"format": 2}, "cannot be read"),
    ],
)
def test_an_altered_entry_is_refused_with_its_number_and_what_is_wrong(change: dict[str, object], says: str) -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.run_day(60)
    first, second = installation.ledger.read_entries(installation.series)
    altered = to_canonical_json(json.loads(second) | change)
    with pytest.raises(LedgerBroken, match=says) as refused:
        read_chain(installation.series, [first, altered])
    assert "entry 2" in str(refused.value)


def test_an_entry_altered_before_another_breaks_the_chain() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.run_day(60)
    first, second = installation.ledger.read_entries(installation.series)
    altered = to_canonical_json(json.loads(first) | {"date": "2026-01-07"})
    with pytest.raises(LedgerBroken, match="entry 2"):
        read_chain(installation.series, [altered, second])


def test_an_entry_written_in_another_way_is_refused() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    [entry] = installation.ledger.read_entries(installation.series)
    for content in (entry + b"\n", b"{}", b"not json"):
        with pytest.raises(LedgerBroken, match="entry 1"):
            read_chain(installation.series, [content])


def seal_once() -> SealingInstallation:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.receive_some(60)
    installation.clock.pass_by()
    return installation


@pytest.mark.parametrize(
    ("mechanism", "today"),
    [(Mechanism(scale=2), date(2026, 1, 8)), (Mechanism(mode="close_only"), date(2027, 1, 9))],
)
def test_the_mechanism_is_fixed_by_the_first_seal(mechanism: Mechanism, today: date) -> None:
    installation = seal_once()
    installation.study = replace(installation.study, mechanism=mechanism)
    installation.clock.today = today
    with pytest.raises(ParametersChanged, match="the first seal of this series fixed"):
        installation.seal()
    assert len(installation.read_entries()) == 1


def test_the_plan_is_fixed_by_the_first_seal_and_a_change_is_said() -> None:
    installation = seal_once()
    uncrossed = replace(FORM, publication=replace(FORM.publication, crosstabs=()))
    installation.study = builders.make_study(uncrossed)
    with pytest.raises(PlanChanged, match="accompagne x freins"):
        installation.seal()
    assert len(installation.read_entries()) == 1


UNFORESEEN = {"accompagne": "secret-answer"}


def test_what_no_table_has_a_place_for_is_held_back_and_the_others_are_sealed() -> None:
    installation = SealingInstallation()
    [key] = installation.receive([UNFORESEEN])
    outcome = installation.run_day(40)
    assert [entry["size"] for entry in installation.read_entries()] == [40]
    assert installation.store.count_held(installation.series) == {HeldGroup(FIRST_DAY, "uncountable"): 1}
    assert installation.store.read_standing("etude", "candidats", key) == Waiting()
    [alarm] = outcome.alarms
    assert str(alarm).startswith("1 responses have no place in the tables of the series")
    assert "--doubt uncountable" in str(alarm)
    assert "secret-answer" not in str(alarm)


def test_the_alarm_goes_on_until_a_person_has_decided() -> None:
    installation = SealingInstallation()
    installation.receive([UNFORESEEN])
    alarms = [installation.run_day(responses).alarms for responses in (40, 0, 1)]
    assert alarms == [(Uncountable(installation.series, 1),)] * 3
    installation.store.drop(installation.series, HeldGroup(FIRST_DAY, "uncountable"))
    assert installation.run_day(0).alarms == ()


def test_released_it_counts_once_the_tables_have_a_place_for_it_and_is_held_back_again_until_then() -> None:
    installation = SealingInstallation()
    installation.receive([UNFORESEEN])
    installation.run_day(40)
    [which] = installation.store.count_held(installation.series)
    assert installation.store.release(installation.series, which) == 1
    assert installation.run_day(40).alarms == (Uncountable(installation.series, 1),)
    assert [entry["size"] for entry in installation.read_entries()] == [40, 40]


def test_the_gate_counts_after_they_are_held_back_and_so_does_not_open_for_them() -> None:
    """Thirty open the first gate; with one of them held back, nothing is sealed, whatever its answers are."""
    installation = SealingInstallation()
    installation.receive([UNFORESEEN])
    outcome = installation.run_day(29)
    assert (outcome.sealed, outcome.gate.reason, outcome.gate.pending) == (None, GateReason.TOO_FEW, 29)
    assert installation.run_day(1).sealed is not None
    assert [entry["size"] for entry in installation.read_entries()] == [30]


def test_they_are_held_back_though_the_gate_is_far_from_opening() -> None:
    installation = SealingInstallation()
    installation.receive([UNFORESEEN])
    assert installation.run_day(2).alarms == (Uncountable(installation.series, 1),)


def test_where_a_wave_is_sealed_at_its_close_they_are_told_before() -> None:
    installation = SealingInstallation()
    installation.study = replace(installation.study, mechanism=Mechanism(mode="close_only"))
    installation.receive([UNFORESEEN])
    outcome = installation.run_day(40)
    assert (outcome.sealed, outcome.gate.reason) == (None, GateReason.UNTIL_CLOSE)
    assert outcome.alarms == (Uncountable(installation.series, 1),)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), min_size=1, max_size=5))
def test_what_is_sealed_when_is_as_if_the_uncountable_had_never_come(days: list[tuple[int, int]]) -> None:
    with_them, without = SealingInstallation(), SealingInstallation()
    for responses, uncountable in days:
        with_them.receive([UNFORESEEN] * uncountable)
        outcomes = with_them.run_day(responses), without.run_day(responses)
        assert outcomes[0].gate == outcomes[1].gate
    assert list(with_them.ledger.read_entries(with_them.series)) == list(without.ledger.read_entries(without.series))


def test_a_straggler_is_sealed_with_those_who_answer_the_version_that_adds_a_multiple_choice() -> None:
    """And a scale that offers "I don't know" from then on goes on."""
    kept, added = [one for one in FORM.questions if one.id != "freins"], builders.make_multiple("freins", "a", "b")
    before = builders.make_questionnaire(*kept, builders.make_yes_no("venu"))
    after = builders.make_questionnaire(*kept, builders.make_yes_no("venu", dont_know=True), added, version="1.1.0")
    installation = SealingInstallation(study=builders.make_study(before, after))
    straggler: Answers = {"accompagne": "yes", "venu": "yes"}
    for _ in range(2):
        installation.receive([straggler] * 20)
        installation.receive([{**straggler, "venu": "dont_know", "freins": ("a", "b")}] * 20, version="1.1.0")
        installation.clock.pass_by()
        assert installation.seal().alarms == ()
        assert len(installation.publish().releases) == len(installation.read_entries())
    assert [entry["size"] for entry in installation.read_entries()] == [40, 40]


def test_a_response_to_a_version_that_is_gone_stops_the_seal() -> None:
    installation = SealingInstallation()
    installation.receive([{"accompagne": "yes"}], version="1.9.0")
    with pytest.raises(UnknownVersion, match=r"1\.9\.0"):
        installation.run_day(40)


def test_responses_of_before_any_version_opens_are_told() -> None:
    installation = SealingInstallation()
    later = builders.make_wave((FORM.id, FORM.version, "2026-02-01"), opens="2026-02-01")
    installation.study = builders.make_study(FORM, waves=(later,))
    with pytest.raises(UnknownVersion, match="before its first version opens"):
        installation.run_day(40)


def test_an_entry_is_never_larger_than_lint_says() -> None:
    installation = SealingInstallation()
    for responses in (40, 400, 900):
        installation.run_day(responses)
    bound = max_entry_bytes(plan([FORM]))
    assert max(map(len, installation.ledger.read_entries(installation.series))) <= bound < 300_000


def test_a_lost_copy_is_made_again_before_anything_else() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.vault = MemoryVault()
    installation.seal()
    assert installation.vault.read_copies(installation.series) == installation.ledger.read_entries(installation.series)
