"""Promises of the ledger: what an entry says, that entries form one chain, and that nothing else is read as one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from boucle.core.canonical import to_canonical_json
from boucle.core.privacy.ledger import (
    Entry,
    LedgerBroken,
    LedgerDays,
    ParametersChanged,
    RunningTotal,
    add_up_totals,
    build_entry,
    count_respondents,
    read_chain,
    refuse_changes,
)
from boucle.core.privacy.noise import draw_discrete_laplace
from boucle.core.privacy.plan import PlanChanged, plan
from boucle.core.privacy.tables import build_plan_document
from boucle.core.privacy.tally import Tally
from boucle.core.study.model import Mechanism, Series
from support.builders import make_questionnaire, make_single, make_yes_no
from support.cohorts import make_seeded_bits
from support.ledgers import SERIES, make_chain, no_noise

FORM = make_questionnaire(make_yes_no("q", required=True))
MINOR = make_questionnaire(make_yes_no("q", required=True), make_single("added", "x"), version="1.1.0")
FIRST = ([FORM], [(20, "1.0.0", {"q": "yes"}), (10, "1.0.0", {"q": "no"})])
SECOND = ([FORM], [(5, "1.0.0", {"q": "yes"}), (17, "1.0.0", {"q": "no"})])
Chain = tuple[Entry, ...]


@pytest.fixture
def chain() -> Chain:
    """Two cohorts, without noise."""
    return make_chain(FIRST, SECOND)


def digest(content: bytes) -> str:
    return "sha256:" + sha256(content).hexdigest()


def alter(entry: Entry, **changes: object) -> bytes:
    """The same entry, but for these."""
    return to_canonical_json(json.loads(entry.content) | changes)


def read_after_first(chain: Chain, second: bytes) -> Chain:
    return read_chain(SERIES, [chain[0].content, second])


# What an entry says


def test_an_entry_is_the_document_that_publications_and_audits_read(chain: Chain) -> None:
    assert json.loads(chain[1].content) == {
        "format": 1,
        "series": ["etude", "candidats", 1, "2026"],
        "cohort": 2,
        "days": ["2026-01-07", "2026-01-07"],
        "size": 22,
        "date": "2026-01-08",
        "plan": json.loads(to_canonical_json(build_plan_document(plan([FORM])))),
        "parameters": {"noise": "discrete-laplace", "mode": "live", "scale": 1},
        "tables": [[5, 17], [22, 0, 0]],
        "totals": [[2, 52, [25, 27]], [2, 52, [52, 0, 0]]],
        "previous": digest(chain[0].content),
        "demonstration": False,
    }
    assert json.loads(chain[0].content)["previous"] is None


def test_an_entry_is_read_as_it_was_written(chain: Chain) -> None:
    assert chain[1] == Entry(
        series=SERIES,
        cohort=2,
        first_day=date(2026, 1, 7),
        last_day=date(2026, 1, 7),
        size=22,
        date=date(2026, 1, 8),
        plan=plan([FORM]),
        mechanism=Mechanism(mode="live", scale=1),
        noisy=((5, 17), (22, 0, 0)),
        totals=(RunningTotal(2, 52, (25, 27)), RunningTotal(2, 52, (52, 0, 0))),
        previous=chain[0].hash,
        demonstration=False,
        content=b"",
    )
    assert chain[1].hash == digest(chain[1].content)


def test_days_mode_scale_and_demonstration_are_those_that_were_given() -> None:
    days = LedgerDays(first=date(2026, 2, 1), last=date(2026, 2, 9), sealed=date(2026, 2, 11))
    content = build_entry(
        [],
        SERIES,
        days,
        Tally(30, ((10, 20), (30, 0, 0))),
        plan([FORM]),
        Mechanism(mode="close_only", scale=2),
        bits=no_noise,
        demonstration=True,
    )
    [entry] = read_chain(SERIES, [content])
    assert (entry.first_day, entry.last_day, entry.date) == (days.first, days.last, days.sealed)
    assert (entry.mechanism, entry.demonstration) == (Mechanism(mode="close_only", scale=2), True)


@pytest.mark.parametrize("scale", [1, 2])
def test_each_count_is_kept_under_a_draw_of_its_own_at_the_scale_of_the_mechanism(scale: int) -> None:
    [entry] = make_chain(FIRST, scale=scale, bits=make_seeded_bits(5))
    bits = make_seeded_bits(5)
    draws = [draw_discrete_laplace(scale, bits) for _ in range(5)]
    assert [*entry.noisy[0], *entry.noisy[1]] == [
        count + draw for count, draw in zip([20, 10, 30, 0, 0], draws, strict=True)
    ]
    assert len(set(draws)) > 1


# Running totals


def test_a_table_and_a_cell_that_a_minor_version_adds_start_from_nothing() -> None:
    wider = make_questionnaire(make_yes_no("q"), version="1.1.0")
    chain = make_chain(FIRST, ([FORM, wider], [(3, "1.1.0", {}), (4, "1.0.0", {"q": "no"})]))
    assert chain[1].totals == (RunningTotal(2, 37, (20, 14, 3)), RunningTotal(2, 37, (37, 0, 0)))
    added = make_chain(FIRST, ([FORM, MINOR], [(7, "1.1.0", {"q": "yes", "added": "x"})]))
    assert dict(zip([table.name for table in added[1].plan.tables], added[1].totals, strict=True)) == {
        "q": RunningTotal(2, 37, (27, 10)),
        "added": RunningTotal(1, 7, (7, 0, 0)),
        "_mode": RunningTotal(2, 37, (37, 0, 0)),
    }


def test_the_first_totals_are_the_first_counts() -> None:
    assert add_up_totals([], plan([FORM]), [[-1, 4], [3, 0, 0]], 3) == [
        RunningTotal(1, 3, (-1, 4)),
        RunningTotal(1, 3, (3, 0, 0)),
    ]


@pytest.mark.parametrize("noisy", [[[1, 2]], [[1, 2], [3, 0, 0], [1]], [[1], [3, 0, 0]]])
def test_counts_that_do_not_fit_the_plan_have_no_totals(noisy: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="zip"):
        add_up_totals([], plan([FORM]), noisy, 3)


@pytest.mark.parametrize(
    "totals", [(RunningTotal(1, 30, (20, 10)),), (RunningTotal(1, 30, (20,)), RunningTotal(1, 30, (30, 0, 0)))]
)
def test_a_chain_that_lost_totals_has_none_to_go_on_from(chain: Chain, totals: tuple[RunningTotal, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        add_up_totals([replace(chain[0], totals=totals)], plan([FORM]), [[1, 2], [3, 0, 0]], 3)


def test_respondents_are_those_of_all_cohorts(chain: Chain) -> None:
    assert count_respondents(chain) == 52
    assert count_respondents([]) == 0


# What the first seal fixes


def test_before_the_first_seal_everything_may_change() -> None:
    refuse_changes([], plan([FORM]), Mechanism(scale=9))


@pytest.mark.parametrize(
    ("mechanism", "asked"),
    [
        (Mechanism(scale=2), 'mode "live" and scale 2'),
        (Mechanism(mode="close_only"), 'mode "close_only" and scale 1'),
    ],
)
def test_another_mechanism_is_refused_and_both_are_said(chain: Chain, mechanism: Mechanism, asked: str) -> None:
    refuse_changes(chain, plan([FORM]), Mechanism())
    for sealed in (chain, chain[:1]):
        with pytest.raises(ParametersChanged) as refusal:
            refuse_changes(sealed, plan([FORM]), mechanism)
        assert str(refusal.value) == (
            'the first seal of this series fixed mode "live" and scale 1, and the study now asks for '
            f"{asked}: put it back, or change it for a new wave"
        )


def test_another_plan_is_refused_and_so_is_an_entry_of_it(chain: Chain) -> None:
    other = plan([make_questionnaire(make_yes_no("other"))])
    with pytest.raises(PlanChanged, match="the table q is gone"):
        refuse_changes(chain, other, Mechanism())
    days = LedgerDays(first=date(2026, 2, 1), last=date(2026, 2, 1), sealed=date(2026, 2, 2))
    tally = Tally(1, ((1, 0, 0), (1, 0, 0)))
    with pytest.raises(PlanChanged, match="the table q is gone"):
        build_entry(chain, SERIES, days, tally, other, Mechanism(), bits=no_noise, demonstration=False)


# What is no chain


def test_an_empty_ledger_is_an_empty_chain() -> None:
    assert read_chain(SERIES, []) == ()


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [("2026-01-06", "2026-01-09"), ("2026-01-05", "2026-01-07"), ("2026-01-08", "2026-01-07")],
)
def test_a_cohort_begins_after_the_last_day_of_the_one_before_and_ends_no_earlier(
    chain: Chain, first_day: str, last_day: str
) -> None:
    """The first of these begins on the day that the one before ended."""
    assert chain[0].last_day == date(2026, 1, 6)
    with pytest.raises(LedgerBroken, match="one before: its days overlap those before"):
        read_after_first(chain, alter(chain[1], days=[first_day, last_day]))


@pytest.mark.parametrize("days", [["2026-01-07", "2026-01-07"], ["2026-01-07", "2026-01-08"]])
def test_a_cohort_may_begin_on_the_very_next_day_and_last_one_day_or_several(chain: Chain, days: list[str]) -> None:
    assert read_after_first(chain, alter(chain[1], days=days))[1].last_day == date.fromisoformat(days[1])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"series": ["etude", "candidats", 1, "2027"]}, "it belongs to another series"),
        ({"cohort": 3}, "it says that it is number 3"),
        ({"previous": None}, "the hash it names is of another entry"),
        ({"previous": "sha256:" + 64 * "0"}, "the hash it names is of another entry"),
        ({"size": 23}, "its totals do not add up"),
        ({"totals": [[2, 52, [25, 27]]]}, "its totals do not add up"),
        ({"totals": [[2, 52, [25, 28]], [2, 52, [52, 0, 0]]]}, "its totals do not add up"),
        ({"totals": [[1, 52, [25, 27]], [2, 52, [52, 0, 0]]]}, "its totals do not add up"),
        ({"tables": [[5, 17, 0], [22, 0, 0]]}, "its tables do not have the cells of its plan"),
        ({"tables": [[5, 17]]}, "its tables do not have the cells of its plan"),
        ({"format": 2}, "it cannot be read"),
        ({"format": None}, "it cannot be read"),
        ({"days": ["2026-01-07"]}, "it cannot be read"),
        ({"days": ["2026-01-07", "2026-13-01"]}, "it cannot be read"),
        ({"series": ["etude"]}, "it cannot be read"),
        ({"plan": []}, "it cannot be read"),
        ({"plan": None}, "it cannot be read"),
        ({"totals": 7}, "it cannot be read"),
        ({"parameters": {"mode": "live"}}, "it cannot be read"),
    ],
)
def test_an_altered_entry_is_refused_with_its_number_and_what_is_wrong(
    chain: Chain, changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(LedgerBroken) as refusal:
        read_after_first(chain, alter(chain[1], **changes))
    assert str(refusal.value) == (
        f"entry 2 of the ledger of etude/candidats/v1/2026 does not follow the one before: {wrong}. Nothing is sealed "
        "or published from it. Restore the ledger from its write-once copy."
    )


def test_a_cell_of_the_plan_that_means_nothing_cannot_be_read(chain: Chain) -> None:
    source = json.loads(chain[1].content)
    source["plan"]["tables"][0]["cells"][0] = [["?"]]
    with pytest.raises(LedgerBroken, match="it cannot be read"):
        read_after_first(chain, to_canonical_json(source))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"{}", b"\xff"])
def test_what_is_no_entry_cannot_be_read(content: bytes) -> None:
    with pytest.raises(LedgerBroken, match=re.escape("entry 1 of the ledger of etude/candidats/v1/2026")) as refusal:
        read_chain(SERIES, [content])
    assert "it cannot be read" in str(refusal.value)


def test_the_same_entry_in_other_bytes_was_written_by_something_else(chain: Chain) -> None:
    spaced = json.dumps(json.loads(chain[0].content), sort_keys=True).encode()
    with pytest.raises(
        LedgerBroken, match=r"entry 1 of the ledger of etude/candidats/v1/2026 .*: it was written by something else\."
    ):
        read_chain(SERIES, [spaced])


def test_a_second_entry_without_the_first_is_no_chain(chain: Chain) -> None:
    with pytest.raises(LedgerBroken, match=r"entry 1 .*: it says that it is number 2"):
        read_chain(SERIES, [chain[1].content])


def test_a_chain_is_read_for_its_own_series_only(chain: Chain) -> None:
    with pytest.raises(LedgerBroken, match=r"entry 1 of the ledger of etude/candidats/v1/2027 .*another series"):
        read_chain(Series("etude", "candidats", 1, "2027"), [chain[0].content])


def test_two_entries_are_equal_whatever_their_bytes(chain: Chain) -> None:
    assert replace(chain[0], content=b"other bytes") == chain[0]
    assert "content" not in repr(chain[0])
